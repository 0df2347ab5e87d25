import { openTarget } from "./bound-mail.ts";
import { Bystander, type Hearing } from "./bystander.ts";
import { idWords, mailboxTargetId, outboxTargetId, type Golden } from "./golden.ts";
import { readInbox, readStatus } from "./local-api.ts";
import type { Pulse } from "./pulse.ts";
import { firstVictimId } from "./role.ts";
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
  readonly bound: readonly (readonly [bigint, string])[];
  /** Of those that are bound to a key: what another got who has the id by now. */
  readonly astray: readonly bigint[];
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
  const mail: Mail = { outbox: [], mailbox: [], bound: [], astray: [] };
  let inbox: Observation["inbox"] = [];
  let stillKept = 0;
  try {
    if (await victim.until(() => victim.ready !== undefined, startMs)) {
      inbox = (await readInbox(listen, 0n)).map(({ number, text }) => [number, text] as const);
      stillKept = await collect(victim, mail, { golden, pulse });
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
    outbox: mail.outbox,
    mailbox: mail.mailbox,
    bound: mail.bound,
    astray: mail.astray.map(([number]) => number),
    printed: victim.events.flatMap((event) => (event.event === "message" ? [BigInt(event.number)] : [])),
    complaints: victim.complaints.map((line) => line.slice(0, 500)),
    stillKept,
  };
}

type Box = [number: bigint, text: string][];

interface Mail {
  readonly outbox: Box;
  readonly mailbox: Box;
  readonly bound: Box;
  readonly astray: Box;
}

/** @returns how much mail it still keeps when nothing more comes. */
async function collect(
  victim: Victim,
  { outbox, mailbox, bound, astray }: Mail,
  { golden, pulse }: { golden: Golden; pulse: Pulse },
): Promise<number> {
  const into = (box: Box): Hearing => ({ message: ({ number, text }) => void box.push([number, text]) });
  // With others that keep mail it would wait for its turn.
  const open = (id: bigint, box: Box): Promise<Bystander> => Bystander.open(id, pulse, into(box), { custody: false });
  const stranger = await open(golden.target.id, astray);
  const receivers = await Promise.all([
    open(outboxTargetId, outbox),
    open(mailboxTargetId, mailbox),
    openTarget(golden.target, pulse, into(bound)),
  ]);
  try {
    // First, so that it would be given what is bound to nobody.
    stranger.peer.connect(victim.listen);
    await victim.until(() => stranger.sees(firstVictimId), silentMs);
    for (const receiver of receivers) receiver.peer.connect(victim.listen);
    const count = (): number => outbox.length + mailbox.length + bound.length + astray.length;
    const isAll = (): boolean =>
      outbox.length >= golden.outbox.size &&
      mailbox.length >= golden.mailbox.size &&
      bound.length + astray.length >= golden.bound.size;
    for (let seen = -1; count() > seen && victim.ending === undefined;) {
      seen = count();
      await victim.until(isAll, silentMs);
      if (isAll()) return 0;
    }
    const status = await readStatus(victim.listen);
    return Number(status.outbox + status.mailbox);
  } finally {
    await Promise.all([stranger, ...receivers].map(({ peer }) => peer.close()));
  }
}
