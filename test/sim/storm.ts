import { E3Error } from "../../src/core/error.ts";
import { checkRest, isAtRest, unrest } from "./convergence.ts";
import type { Limits } from "../../src/core/limits.ts";
import { Random, type Span } from "../../src/testing/random.ts";
import type { SimPeer } from "./sim-peer.ts";
import { World } from "./world.ts";

/** What came of a storm. */
export interface Aftermath {
  readonly world: World;
  readonly sends: number;
  readonly delivered: number;
  readonly expired: number;
  /** Messages shown after they had been given up on. */
  readonly late: number;
  /** From the end of all faults to rest, milliseconds. */
  readonly restMs: number;
}

/** Bounds so low that they are reached. */
const tight: Partial<Limits> = {
  windowCountMax: 4,
  windowBytesMax: 200,
  heldCountMax: 3,
  heldBytesMax: 2_000,
  unpersistedBytesMax: 500,
  holesMax: 1,
  inboxCountMax: 20,
  seenMax: 50,
  outboxCountMax: 100,
  mailboxCountMax: 30,
  mailboxTargetCountMax: 20,
  mailboxSenderCountMax: 10,
  settledMax: 10,
};
/** Ids nobody ever holds. */
const absentIds = [901n, 902n];
/** Sends to those, and some others, live this long, milliseconds. */
const shortTtlMs: Span = [2_000, 60_000];
/** Everything that can be delivered is, and everything else has expired, this long after the last fault, milliseconds. */
const restWithinMs = 180_000;

/**
 * Storm: a few peers in a random graph send to each other and to nobody, while wires are cut, go silent and come back,
 * and peers crash, lose power, leave and return. Then all faults end, and the world must come to rest.
 *
 * @throws Error when an invariant breaks, with the seed and the last lines of the trace.
 */
export function storm(seed: number): Aftermath {
  const random = new Random(seed ^ 0x5eed);
  const slow = random.pick<Span>([
    [0.1, 0.5],
    [1, 3],
    [1, 50],
    [20, 200],
  ]);
  const disk = random.pick<Span>([
    [0.1, 1],
    [1, 10],
    [5, 200],
  ]);
  const limits = random.chance(0.3) ? tight : {};
  const world = new World({ seed, delayMs: slow, writeMs: disk, limits });
  populate(world, random);
  const endMs = random.whole(5_000, 40_000);
  const everyMs = endMs / random.pick([100, 200, 400]);
  const faultsEveryMs = random.pick([300, 1_000, 4_000]);
  for (let atMs = random.whole(0, 500); atMs < endMs; atMs += random.between([1, 2 * everyMs])) {
    world.after(atMs, () => send(world, random));
  }
  for (let atMs = random.whole(0, 3_000); atMs < endMs; atMs += random.whole(1, 2 * faultsEveryMs)) {
    world.after(atMs, () => fault(world, random));
  }
  world.run(endMs);
  // Long enough for leases to end, with whatever is broken.
  if (random.chance(0.1)) world.run(210_000);
  calm(world, random);
  const restMs = rest(world);
  checkRest(world);
  const sends = [...world.checker.sends];
  const count = (status: string): number => sends.filter(({ final }) => final?.status === status).length;
  const { late } = world.checker;
  return { world, sends: sends.length, delivered: count("delivered"), expired: count("expired"), late, restMs };
}

function populate(world: World, random: Random): void {
  const count = random.whole(3, 7);
  const names = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
  const dialsOf = new Map(names.map((name) => [name, new Set<string>()]));
  // A tree connects all; some more links make rings. Either end may dial, now and then both.
  for (const [index, name] of names.entries()) {
    if (index === 0) continue;
    link(dialsOf, [name, random.pick(names.slice(0, index))], random);
  }
  for (let extra = random.whole(0, count); extra > 0; extra -= 1) {
    const [a, b] = [random.pick(names), random.pick(names)];
    if (a !== b) link(dialsOf, [a, b], random);
  }
  const disputed = random.chance(0.2);
  for (const [index, name] of names.entries()) {
    const wished = disputed && random.chance(0.4) ? 1n : BigInt(index + 1);
    const wish = random.chance(0.8) ? { id: wished } : {};
    const clock = random.chance(0.3) ? { clockMs: random.whole(-20_000, 20_000) } : {};
    world.peer(name, { ...wish, ...clock, dials: [...(dialsOf.get(name) ?? [])], custody: random.chance(0.8) });
    if (random.chance(0.3)) world.run(random.whole(0, 2_000));
  }
}

function link(dialsOf: ReadonlyMap<string, Set<string>>, ends: readonly [string, string], random: Random): void {
  const [a, b] = random.chance(0.5) ? ends : [ends[1], ends[0]];
  dialsOf.get(a)?.add(b);
  if (random.chance(0.2)) dialsOf.get(b)?.add(a);
}

function send(world: World, random: Random): void {
  const from = random.pick(world.peers);
  if (!from.isReady) return;
  const target = random.chance(0.1) ? random.pick(absentIds) : random.pick(world.peers).id;
  if (target === 0n) return;
  // Nobody may ever hold again what somebody held for a moment, or wished for in vain.
  const isSteady = world.peers.some(({ id, wish }) => id === target && (wish === id || wish === 0n));
  const isShort = absentIds.includes(target) || !isSteady || isDisputed(world) || random.chance(0.1);
  const ttlMs = isShort ? Math.floor(random.between(shortTtlMs)) : undefined;
  const burst = random.chance(0.05) ? random.whole(2, 30) : 1;
  for (let left = burst; left > 0; left -= 1) {
    try {
      from.send(target, `${from.name} at ${world.nowMs.toFixed(0)}, ${left}`, ttlMs);
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
    }
  }
}

/** Several peers wish for one id. */
function isDisputed(world: World): boolean {
  const wishes = world.peers.flatMap(({ wish }) => (wish === 0n ? [] : [wish]));
  return new Set(wishes).size < wishes.length;
}

function fault(world: World, random: Random): void {
  const [a, b] = [random.pick(world.peers), random.pick(world.peers)];
  const backMs = random.pick([1, 50, 500, 3_000, 30_000]) * random.fraction();
  const between = (act: () => void): void => {
    if (a === b) return;
    act();
    if (random.chance(0.8)) world.after(backMs, () => world.heal(a, b));
  };
  const down = (act: () => void): void => {
    if (!a.isUp) return;
    act();
    if (random.chance(0.8)) world.after(backMs + 3_000, () => startAgain(a, random));
  };
  const kinds: readonly (() => void)[] = [
    () => between(() => world.cut(a, b)),
    () => between(() => world.cut(a, b)),
    () => between(() => world.drop(a, b)),
    () => between(() => world.silence(a, b)),
    () => a.isUp && crashAndStart(a, random),
    () => down(() => a.crash()),
    () => down(() => a.crash(false)),
    () => a.isReady && down(() => a.leave()),
    () => partition(world, random, backMs),
  ];
  random.pick(kinds)();
}

function partition(world: World, random: Random, backMs: number): void {
  const side = world.peers.filter(() => random.chance(0.5));
  world.partition(
    side,
    world.peers.filter((peer) => !side.includes(peer)),
  );
  if (random.chance(0.8)) world.after(backMs, () => world.healAll());
}

function startAgain(peer: SimPeer, random: Random): void {
  if (peer.isUp) return;
  if (random.chance(0.1)) peer.shiftClock(random.whole(-20_000, 20_000));
  peer.start();
}

function crashAndStart(peer: SimPeer, random: Random): void {
  peer.crash();
  startAgain(peer, random);
}

/** All faults end: the network works, and everybody is there. Who is about to leave may, and comes back. */
function calm(world: World, random: Random): void {
  world.healAll();
  world.run(20_000);
  world.healAll();
  for (const peer of world.peers) startAgain(peer, random);
}

function rest(world: World): number {
  try {
    return world.runUntil(() => isAtRest(world), restWithinMs);
  } catch (error) {
    throw new Error(`${unrest(world).join("; ")}\n${String(error)}`, { cause: error });
  }
}
