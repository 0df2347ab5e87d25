import { Random } from "../../src/testing/random.ts";
import type { Deed, Plan, PlannedSend } from "./plan.ts";

/** The shortest and longest life of a message that is to be over before the run is. */
const shortTtlMs = [2_000, 60_000] as const;
/** So much is done for each group on average; a session has five deeds. */
const deedsPerGroup = 20;

/**
 * Adds what is done about groups to a plan, behind all its sends, which keep their places. Chance has a source of its own,
 * so that all else of the plan is as without.
 */
export function withGroups(plan: Plan, count: number): Plan {
  if (count === 0) return plan;
  const drawer = new DeedDrawer(plan, 0x6409);
  const groups = Math.ceil(count / deedsPerGroup);
  for (let group = 0; group < groups; group += 1) drawer.found(group);
  while (drawer.count < count) drawer.inGroup(drawer.random.whole(0, groups - 1));
  return drawer.planned();
}

/** The same of sessions. */
export function withSessions(plan: Plan, count: number): Plan {
  if (count === 0) return plan;
  const drawer = new DeedDrawer(plan, 0x5e55);
  while (drawer.count < count) drawer.session();
  return drawer.planned();
}

/** DeedDrawer: draws deeds for one plan. */
class DeedDrawer {
  readonly random: Random;
  readonly #plan: Plan;
  readonly #names: readonly string[];
  readonly #sends: PlannedSend[] = [];
  readonly #shortRatio: number;

  constructor(plan: Plan, salt: number) {
    this.#plan = plan;
    this.random = new Random(plan.seed ^ salt);
    this.#names = plan.peers.map(({ name }) => name);
    this.#shortRatio = this.random.pick([0, 0, 0.3]);
  }

  get count(): number {
    return this.#sends.length;
  }

  /** Early, and most of those who are invited answer soon. */
  found(group: number): void {
    const { random } = this;
    const founder = random.pick(this.#names);
    const others = this.#names.filter((name) => name !== founder && random.chance(0.7));
    const atMs = random.whole(3_000, Math.max(3_000, Math.floor(this.#plan.endMs / 4)));
    this.#add(atMs, founder, { kind: "found", group, others });
    for (const other of others)
      this.#add(atMs + random.whole(500, 10_000), other, { kind: "answer-groups", joins: random.chance(0.9) });
  }

  inGroup(group: number): void {
    const { random } = this;
    const [from, to] = [random.pick(this.#names), random.pick(this.#names)];
    const atMs = this.#anyMs();
    const what = random.whole(1, 100);
    if (what <= 70) this.#add(atMs, from, { kind: "say", group }, { burst: random.pick([1, 1, 1, 3, 12]) });
    else if (what <= 80) this.#add(atMs, from, { kind: "leave", group });
    else if (what <= 90) this.#add(atMs, from, { kind: "answer-groups", joins: random.chance(0.8) });
    else {
      this.#add(atMs, from, { kind: "invite", group }, { to });
      this.#add(atMs + random.whole(100, 5_000), to, { kind: "answer-groups", joins: random.chance(0.9) });
    }
  }

  /** One asks another, who mostly answers; both talk, and one ends it, sooner or later. */
  session(): void {
    const { random } = this;
    const [one, two] = [random.pick(this.#names), random.pick(this.#names)];
    const askedMs = this.#anyMs();
    const answeredMs = askedMs + random.whole(1, random.pick([200, 3_000, 80_000]));
    const overMs = answeredMs + random.whole(1, random.pick([300, 20_000, 200_000]));
    this.#add(askedMs, one, { kind: "ask" }, { to: two });
    if (random.chance(0.1)) this.#add(askedMs, two, { kind: "ask" }, { to: one });
    if (random.chance(0.9)) this.#add(answeredMs, two, { kind: "answer-sessions", accepts: random.chance(0.85) });
    for (const name of [one, two]) this.#add(random.whole(answeredMs, overMs), name, { kind: "talk" });
    if (random.chance(0.8)) this.#add(overMs, random.pick([one, two]), { kind: "end" });
    if (random.chance(0.1)) this.#add(overMs, random.pick([one, two]), { kind: "end" });
  }

  planned(): Plan {
    const { sends } = this.#plan;
    const added = this.#sends
      .toSorted((a, b) => a.atMs - b.atMs)
      .map((send, index) => ({ ...send, name: `s${sends.length + index + 1}` }));
    return { ...this.#plan, sends: [...sends, ...added] };
  }

  #add(atMs: number, from: string, deed: Deed, more: { readonly to?: string; readonly burst?: number } = {}): void {
    const ttlMs = this.random.chance(this.#shortRatio) ? this.random.whole(...shortTtlMs) : 0;
    const padBytes = this.random.whole(0, 60);
    const within = Math.min(atMs, this.#plan.endMs - 1);
    this.#sends.push({ name: "", atMs: within, from, to: from, ttlMs, burst: 1, padBytes, deed, ...more });
  }

  #anyMs(): number {
    const { endMs, faults } = this.#plan;
    const isNear = faults.length > 0 && this.random.chance(0.4);
    const atMs = isNear
      ? this.random.pick(faults).atMs + this.random.whole(-500, 500)
      : this.random.whole(0, endMs - 1);
    return Math.min(Math.max(atMs, 0), endMs - 1);
  }
}
