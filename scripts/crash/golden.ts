import { freeAddress } from "../../test/e2e/harness/port.ts";
import { Bystander } from "./bystander.ts";
import { readInbox } from "./local-api.ts";
import type { Pulse } from "./pulse.ts";
import { firstVictimId, stuck } from "./role.ts";
import { Victim } from "./victim.ts";
import { workload } from "./workload.ts";
import type { Workplace } from "./workplace.ts";

const senderId = 2n;

/** Ids of those that mail waits for: from the peer itself, and from another one. */
export const outboxTargetId = 4n;
export const mailboxTargetId = 5n;

const counts = { inbox: 60, outbox: 40, mailbox: 30 } as const;

/** A peer's state with something in the tables of mail, but no binding of a custodian, and what is in it. */
export interface Golden {
  readonly state: string;
  readonly listen: string;
  /** Texts by number. */
  readonly inbox: ReadonlyMap<bigint, string>;
  readonly outbox: ReadonlyMap<bigint, string>;
  readonly mailbox: ReadonlyMap<bigint, string>;
}

/** Makes such a state by running a peer, and kills it. Rejects when it does not get that far. */
export async function makeGolden(workplace: Workplace, pulse: Pulse): Promise<Golden> {
  const state = workplace.fresh("golden");
  const listen = await freeAddress();
  const stored = new Set<bigint>();
  const sender = await Bystander.open(senderId, pulse, {
    status: (to, number, status) => {
      if (to === mailboxTargetId && status === "stored") stored.add(number);
    },
  });
  const victim = new Victim({ program: workplace.program, listen, state, words: idWords(), pulse });
  try {
    await expectThat(victim, () => victim.ready !== undefined);
    sender.reconnect(listen);
    await expectThat(victim, () => sender.sees(firstVictimId));
    const inbox = sendAll(sender, firstVictimId, counts.inbox);
    const mailbox = sendAll(sender, mailboxTargetId, counts.mailbox);
    const outbox = new Map<bigint, string>();
    for (const text of [...workload("out", counts.outbox)].flat()) {
      outbox.set(BigInt(outbox.size + 1), text);
      victim.type(`${outboxTargetId} ${text}`);
    }
    await expectThat(victim, () => stored.size === counts.mailbox);
    await expectThat(victim, () => isPrinted(victim, counts));
    const kept = await readInbox(listen, 0n);
    if (kept.length !== counts.inbox) throw new Error(`the inbox has ${kept.length} messages`);
    return { state, listen, inbox, outbox, mailbox };
  } finally {
    await victim.kill();
    await sender.peer.close();
  }
}

/** The words that a peer of this state is started with. */
export function idWords(): readonly string[] {
  return ["--desired-id", `${firstVictimId}`];
}

function sendAll(sender: Bystander, to: bigint, count: number): ReadonlyMap<bigint, string> {
  const sent = new Map<bigint, string>();
  for (const text of [...workload(`to ${to}`, count)].flat()) {
    const { number, settled } = sender.peer.send(to, text);
    settled.catch(() => undefined); // Closed at the end.
    sent.set(number, text);
  }
  return sent;
}

function isPrinted(victim: Victim, { inbox, outbox }: typeof counts): boolean {
  const accepted = victim.events.filter((event) => event.event === "status" && event.status === "accepted");
  const shown = victim.events.filter((event) => event.event === "message");
  return accepted.length === outbox && shown.length === inbox;
}

async function expectThat(victim: Victim, condition: () => boolean): Promise<void> {
  if (!(await victim.until(condition))) throw new Error(stuck("the state to be damaged cannot be made", victim));
}
