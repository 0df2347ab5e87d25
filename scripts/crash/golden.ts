import { freeAddress } from "../../test/e2e/harness/port.ts";
import { createSigner } from "../../src/adapters/node/signer.ts";
import { Bystander } from "./bystander.ts";
import { comeAndTakeNone, type Target } from "./bound-mail.ts";
import { readInbox } from "./local-api.ts";
import type { Pulse } from "./pulse.ts";
import { firstVictimId, stuck } from "./role.ts";
import { Victim } from "./victim.ts";
import { workload } from "./workload.ts";
import type { Workplace } from "./workplace.ts";

const senderId = 2n;

/** Ids of those that mail waits for: from the peer itself, and from another one, who has seen neither. */
export const outboxTargetId = 4n;
export const mailboxTargetId = 5n;
/** The id by which it was sent what the peer keeps bound to a key. */
export const boundTargetId = 6n;

const counts = { inbox: 60, outbox: 40, mailbox: 30, bound: 20 } as const;

/** Where mail is, in the state or in those who get it. */
export const boxes = ["inbox", "outbox", "mailbox", "bound"] as const;

/** A peer's state with something in the tables of mail, and what is in it. */
export interface Golden {
  readonly state: string;
  readonly listen: string;
  /** Texts by number. */
  readonly inbox: ReadonlyMap<bigint, string>;
  readonly outbox: ReadonlyMap<bigint, string>;
  readonly mailbox: ReadonlyMap<bigint, string>;
  /** What it keeps for the target's key alone, as only its bindings say. */
  readonly bound: ReadonlyMap<bigint, string>;
  readonly target: Target;
}

/** Makes such a state by running a peer, and kills it. Rejects when it does not get that far. */
export async function makeGolden(workplace: Workplace, pulse: Pulse): Promise<Golden> {
  const state = workplace.fresh("golden");
  const listen = await freeAddress();
  const stored = new Set<string>();
  const target = { id: boundTargetId, signer: createSigner() };
  const sender = await Bystander.open(senderId, pulse, {
    status: (to, number, status) => {
      if (status === "stored") stored.add(`${to}/${number}`);
    },
  });
  const victim = new Victim({ program: workplace.program, listen, state, words: idWords(), pulse });
  try {
    await expectThat(victim, () => victim.ready !== undefined);
    sender.reconnect(listen);
    await expectThat(victim, () => sender.sees(firstVictimId));
    const inbox = await sendAll(sender, firstVictimId, counts.inbox);
    const mailbox = await sendAll(sender, mailboxTargetId, counts.mailbox);
    const bound = await sendAll(sender, boundTargetId, counts.bound);
    const outbox = new Map<bigint, string>();
    for (const text of [...workload("out", counts.outbox)].flat()) {
      outbox.set(BigInt(outbox.size + 1), text);
      victim.type(`${outboxTargetId} ${text}`);
    }
    await expectThat(victim, () => stored.size === counts.mailbox + counts.bound);
    await expectThat(victim, () => isPrinted(victim, counts));
    const kept = await readInbox(listen, 0n);
    if (kept.length !== counts.inbox) throw new Error(`the inbox has ${kept.length} messages`);
    // It would send by itself, and bind what it sends.
    sender.part(listen);
    await expectThat(victim, () => !sender.sees(firstVictimId));
    await comeAndTakeNone(target, listen, pulse);
    return { state, listen, inbox, outbox, mailbox, bound, target };
  } finally {
    await victim.kill();
    await sender.peer.close();
  }
}

/** The words that a peer of this state is started with. */
export function idWords(): readonly string[] {
  return ["--desired-id", `${firstVictimId}`];
}

/** One step of the workload after the other: those of one step share a record wherever they are kept. */
async function sendAll(sender: Bystander, to: bigint, count: number): Promise<ReadonlyMap<bigint, string>> {
  const sent = new Map<bigint, string>();
  for (const texts of workload(`to ${to}`, count)) {
    const step = texts.map((text) => ({ text, ticket: sender.peer.send(to, text) }));
    for (const { text, ticket } of step) {
      ticket.settled.catch(() => undefined); // Closed at the end.
      sent.set(ticket.number, text);
    }
    await Promise.all(step.map(({ ticket }) => ticket.accepted));
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
