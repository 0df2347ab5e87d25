import { Random } from "../../src/testing/random.ts";
import { Crowd, type Member } from "../costs/crowd.ts";
import { neighboursOf, shapeOf } from "../costs/shape.ts";

/** One mesh, and what is done in it. */
export interface SpreadPlan {
  readonly peers: number;
  /** Links of each peer, about, to others at random. */
  readonly links: number;
  readonly messages: number;
  /** How many of the peers are cut off from all others, one after the other, and come back after 1 to 10 s. */
  readonly churnPercent: number;
  readonly seed: number;
}

/** What came of it. */
export interface SpreadOutcome extends SpreadPlan {
  /** Messages received, by all peers together. */
  readonly deliveries: number;
  /** Messages that did not arrive somewhere, and that arrived again. */
  readonly missed: number;
  readonly twice: number;
  /** Envelopes handed to neighbours unasked, and because they asked. */
  readonly pushed: number;
  readonly repaired: number;
}

const everyMs = 1_000;
/** Quiet at the beginning and at the end, milliseconds: longer than whatever is waited for. */
const quietMs = 60_000;

/** Lets a mesh be, and says what it came to. */
export function spreadRun(plan: SpreadPlan): SpreadOutcome {
  const { peers, links, messages, churnPercent, seed } = plan;
  const random = new Random(seed);
  const crowd = new Crowd();
  const members = Array.from({ length: peers }, () => crowd.add());
  const neighbours = neighboursOf(shapeOf("random", peers, links));
  // Of each link the peer with the higher number dials, so that it dials again when it was cut off.
  for (const [number, member] of members.entries())
    member.start((neighbours[number] ?? []).flatMap((other) => (other < number ? (members[other] ?? []) : [])));
  crowd.run(quietMs);
  const said = new Map<Member, number>();
  const back: { readonly member: Member; readonly atMs: number }[] = [];
  const kills = Math.round((peers * churnPercent) / 100);
  for (let message = 0; message < messages; message += 1) {
    const due = Math.floor((kills * (message + 1)) / messages) - Math.floor((kills * message) / messages);
    for (let kill = 0; kill < due; kill += 1) {
      const member = random.pick(members);
      member.goAway();
      back.push({ member, atMs: crowd.nowMs + random.whole(1_000, 10_000) });
    }
    for (const { member, atMs } of back) if (atMs <= crowd.nowMs) member.comeBack();
    const speaker = random.pick(members);
    speaker.say(`message ${message}`);
    said.set(speaker, (said.get(speaker) ?? 0) + 1);
    crowd.run(everyMs);
  }
  for (const { member } of back) member.comeBack();
  crowd.run(quietMs);
  const expected = members.map((member) => messages - (said.get(member) ?? 0));
  const sum = (of: (member: Member, number: number) => number): number =>
    members.reduce((total, member, number) => total + of(member, number), 0);
  return {
    ...plan,
    deliveries: sum(({ received }) => received),
    missed: sum(({ received }, number) => Math.max(0, (expected[number] ?? 0) - received)),
    twice: sum(({ received }, number) => Math.max(0, received - (expected[number] ?? 0))),
    pushed: sum(({ core }) => core.counts.spread),
    repaired: sum(({ core }) => core.counts.repaired),
  };
}
