import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import { openPeerState } from "../../src/compose.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Signer } from "../../src/ports/signer.ts";
import type { Store } from "../../src/ports/store.ts";
import { Bystander, type Hearing } from "./bystander.ts";
import type { Pulse } from "./pulse.ts";

// Mail that a custodian bound to the key of its target, as the target came, and that the target has not taken.

/** Who is bound to, and by which id. */
export interface Target {
  readonly id: bigint;
  readonly signer: Signer;
}

/** The target itself: whatever its id is by then, mail for its key is for it. */
export async function openTarget({ id, signer }: Target, pulse: Pulse, hearing: Hearing): Promise<Bystander> {
  return Bystander.open(id, pulse, hearing, { custody: false, state: { ...(await memoryState()), signer } });
}

/**
 * The target, linked with the custodian until it has been sent mail, of which it can keep none: so it gives no receipt, and
 * the custodian, which had bound the mail before it sent it, keeps it all. Rejects when no mail comes.
 */
export async function comeAndTakeNone(target: Target, custodian: string, pulse: Pulse): Promise<void> {
  let isSent = false;
  const store = withoutInbox(() => {
    isSent = true;
    pulse.beat();
  });
  const state = { ...(await memoryState()), signer: target.signer, store };
  const visitor = await Bystander.open(target.id, pulse, {}, { custody: false, state });
  try {
    visitor.peer.connect(custodian);
    if (!(await pulse.until(() => isSent))) throw new Error(`${custodian} hands nothing over to ${target.id}`);
  } finally {
    await visitor.peer.close();
  }
}

function memoryState(): ReturnType<typeof openPeerState> {
  return openPeerState({ listen: "127.0.0.1:0", store: "memory" });
}

/** A store that fails to write what is received. */
function withoutInbox(tried: () => void): Store {
  const store = createMemoryStore();
  return {
    commit: async (ops) => {
      if (!ops.some(({ table }) => table === "inbox")) return store.commit(ops);
      tried();
      throw new E3Error("store-failed", "this store has no place for mail");
    },
    read: (table, after, limit) => store.read(table, after, limit),
    damaged: () => [],
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
