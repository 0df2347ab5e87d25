import { Random } from "../../src/testing/random.ts";
import { Crowd, type Member } from "../costs/crowd.ts";
import { neighboursOf, shapeOf } from "../costs/shape.ts";

/** One mesh, and what is done in it. */
export interface SpreadPlan {
  readonly peers: number;
  /** Links of each peer, about, to others at random. */
  readonly links: number;
  /** Messages of each part. */
  readonly messages: number;
  /**
   * Parts, one after the other: how many of the peers are cut off from all others in it, one after the other, and come back
   * after 1 to 10 s.
   */
  readonly churnPercents: readonly number[];
  readonly seed: number;
  /** Told after each simulated second in which a message was said. Default: nobody is. */
  readonly onSaid?: (count: number) => void;
}

/** What came of one part. */
export interface SpreadOutcome {
  readonly peers: number;
  readonly churnPercent: number;
  readonly messages: number;
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
/**
 * When the first disks begin to write: by then all links are up, and each peer states all of its own at once. And how many
 * begin together, the next so much later: fewer statements are on their way at a time.
 */
const disksFromMs = 100;
const togetherMax = 50;
/** Quiet at the beginning and at the end of a part, milliseconds: longer than whatever is waited for. */
const quietMs = 60_000;

/** Lets a mesh be, and says what each part came to, as soon as it is over. */
export function* spreadRun(plan: SpreadPlan): Generator<SpreadOutcome> {
  const { peers, links, churnPercents, seed } = plan;
  const random = new Random(seed);
  const crowd = new Crowd();
  const members = Array.from({ length: peers }, (_, number) =>
    crowd.add(disksFromMs * (1 + Math.floor(number / togetherMax))),
  );
  const neighbours = neighboursOf(shapeOf("random", peers, links));
  // Of each link the peer with the higher number dials, so that it dials again when it was cut off.
  for (const [number, member] of members.entries())
    member.start((neighbours[number] ?? []).flatMap((other) => (other < number ? (members[other] ?? []) : [])));
  crowd.run(quietMs);
  for (const churnPercent of churnPercents) {
    const before = members.map(countsOf);
    const kills = Math.round((peers * churnPercent) / 100);
    const said = speak({ crowd, random, messages: plan.messages, kills, onSaid: plan.onSaid });
    crowd.run(quietMs);
    const since = members.map((member, number) => sinceOf(countsOf(member), before[number]));
    const expected = members.map((member) => plan.messages - (said.get(member) ?? 0));
    const sum = (of: (counts: MemberCounts, number: number) => number): number =>
      since.reduce((total, counts, number) => total + of(counts, number), 0);
    yield {
      ...{ peers, churnPercent, messages: plan.messages },
      deliveries: sum(({ received }) => received),
      missed: sum(({ received }, number) => Math.max(0, (expected[number] ?? 0) - received)),
      twice: sum(({ received }, number) => Math.max(0, received - (expected[number] ?? 0))),
      pushed: sum(({ pushed }) => pushed),
      repaired: sum(({ repaired }) => repaired),
    };
  }
}

interface Part {
  readonly crowd: Crowd;
  readonly random: Random;
  readonly messages: number;
  readonly kills: number;
  readonly onSaid: SpreadPlan["onSaid"];
}

/** One message after the other, and meanwhile members go and come back. @returns how many each member said. */
function speak({ crowd, random, messages, kills, onSaid }: Part): ReadonlyMap<Member, number> {
  const { members } = crowd;
  const said = new Map<Member, number>();
  const back: { readonly member: Member; readonly atMs: number }[] = [];
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
    onSaid?.(message + 1);
  }
  for (const { member } of back) member.comeBack();
  return said;
}

/** What one member has counted. */
interface MemberCounts {
  readonly received: number;
  readonly pushed: number;
  readonly repaired: number;
}

function countsOf({ received, core }: Member): MemberCounts {
  return { received, pushed: core.counts.spread, repaired: core.counts.repaired };
}

function sinceOf(now: MemberCounts, before: MemberCounts | undefined): MemberCounts {
  return {
    received: now.received - (before?.received ?? 0),
    pushed: now.pushed - (before?.pushed ?? 0),
    repaired: now.repaired - (before?.repaired ?? 0),
  };
}
