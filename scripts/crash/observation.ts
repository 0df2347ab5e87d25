import { Bystander } from "./bystander.ts";
import { idWords, mailboxTargetId, outboxTargetId, type Golden } from "./golden.ts";
import { readInbox, readStatus } from "./local-api.ts";
import type { Pulse } from "./pulse.ts";
import { Victim } from "./victim.ts";
import type { Workplace } from "./workplace.ts";

/** What a peer made of a state that may be damaged. */
export interface Observation {
  /** It said that it is ready. */
  readonly isRunning: boolean;
  /** How it ended by itself: a signal, an exit code, or not at all. */
  readonly ending: string;
  /** Texts by number, in the order in which they came. */
  readonly inbox: readonly (readonly [bigint, string])[];
  readonly outbox: readonly (readonly [bigint, string])[];
  readonly mailbox: readonly (readonly [bigint, string])[];
  /** Messages it printed. */
  readonly printed: readonly bigint[];
  readonly complaints: readonly string[];
  /** Mail it still keeps: what lies behind a lost message waits for it. */
  readonly stillKept: number;
}

const startMs = 20_000;
/** Nothing more comes when nothing came for so long. */
const silentMs = 1_500;

/** Starts a peer on a state, lets those come that mail waits for, and sees what they get. */
export async function observe(
  state: string,
  parts: { golden: Golden; workplace: Workplace; pulse: Pulse },
): Promise<Observation> {
  const { golden, workplace, pulse } = parts;
  const { listen } = golden;
  const victim = new Victim({ program: workplace.program, listen, state, words: idWords(), pulse });
  const outbox: [bigint, string][] = [];
  const mailbox: [bigint, string][] = [];
  let inbox: Observation["inbox"] = [];
  let stillKept = 0;
  try {
    if (await victim.until(() => victim.ready !== undefined, startMs)) {
      inbox = (await readInbox(listen, 0n)).map(({ number, text }) => [number, text] as const);
      const sizes = { outbox: golden.outbox.size, mailbox: golden.mailbox.size };
      stillKept = await collect(victim, pulse, { outbox, mailbox, sizes });
    }
  } catch (error) {
    victim.complaints.push(`asking it failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { ending } = victim;
  await victim.kill();
  return {
    isRunning: victim.ready !== undefined,
    ending: ending === undefined ? "" : (ending.signal ?? `exit code ${ending.code}`),
    inbox,
    outbox,
    mailbox,
    printed: victim.events.flatMap((event) => (event.event === "message" ? [BigInt(event.number)] : [])),
    complaints: victim.complaints.map((line) => line.slice(0, 500)),
    stillKept,
  };
}

interface Mail {
  readonly outbox: [bigint, string][];
  readonly mailbox: [bigint, string][];
  readonly sizes: { readonly outbox: number; readonly mailbox: number };
}

/** @returns how much mail it still keeps when nothing more comes. */
async function collect(victim: Victim, pulse: Pulse, { outbox, mailbox, sizes }: Mail): Promise<number> {
  const receivers = await Promise.all(
    (
      [
        [outboxTargetId, outbox],
        [mailboxTargetId, mailbox],
      ] as const
    ).map(([id, mail]) => Bystander.open(id, pulse, { message: ({ number, text }) => void mail.push([number, text]) })),
  );
  try {
    for (const receiver of receivers) receiver.peer.connect(victim.listen);
    const count = (): number => outbox.length + mailbox.length;
    for (let seen = -1; count() > seen && victim.ending === undefined;) {
      seen = count();
      await victim.until(() => outbox.length >= sizes.outbox && mailbox.length >= sizes.mailbox, silentMs);
      if (count() === sizes.outbox + sizes.mailbox) return 0;
    }
    const status = await readStatus(victim.listen);
    return Number(status.outbox + status.mailbox);
  } finally {
    await Promise.all(receivers.map(({ peer }) => peer.close()));
  }
}
