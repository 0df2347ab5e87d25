import { E3Error } from "../../src/core/error.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { fail } from "./fail.ts";
import { checkRest, isAtRest, unrest } from "./convergence.ts";
import { doDeed, sayInGroups } from "./do-deed.ts";
import { Inflictor } from "./inflict.ts";
import type { Observer } from "./observer.ts";
import type { Nature, Plan, PlannedPeer, PlannedSend } from "./plan.ts";
import { Sometimes } from "./sometimes.ts";
import { Tally, type Figures } from "./tally.ts";
import { Teller } from "./teller.ts";
import { violationOf, type Violation } from "./violation.ts";
import { World } from "./world.ts";

/** Who looks on. None of it changes how a run goes. */
export interface RunOptions {
  readonly observers?: readonly Observer[];
  /** Told the run as a story, line by line. */
  readonly line?: (line: string) => void;
  /** The story tells what peers say about links, too. Default false. */
  readonly topology?: boolean;
}

/** What came of a run. */
export interface RunResult {
  /** Of all that happened, sixteen hexadecimal digits: the same for the same plan, on every machine. */
  readonly hash: string;
  /** What broke and ended the run; undefined when all held. */
  readonly violation: Violation | undefined;
  readonly figures: Figures;
  /** What is to happen sometimes, and did in this run. */
  readonly reached: readonly string[];
}

/** Everything that can be delivered is, and everything else has expired, this long after the last fault, milliseconds. */
const restWithinMs = 180_000;
/**
 * Or a little later, as long as messages are settled all the time, milliseconds between two: where bounds are tight, who
 * has very many waiting takes a few with each of their repetitions, which come every 30 s.
 */
const settledWithinMs = 60_000;
/** How often it is looked whether a world is at rest, milliseconds. */
const lookMs = 250;
/** Who is leaving when all faults end has left after this, milliseconds. */
const partingMs = 5_000;
/** Nobody may ever hold again what somebody held for a moment, or wished for in vain: mail for it lives this long, milliseconds. */
const unsteadyTtlMs = 30_000;

/** Bounds so low that they are reached. */
const tight: Partial<Limits> = {
  windowCountMax: 8,
  parcelWindowCountMax: 10,
  windowBytesMax: 400,
  heldCountMax: 3,
  heldBytesMax: 2_000,
  unpersistedBytesMax: 250,
  holesMax: 1,
  inboxCountMax: 20,
  seenMax: 50,
  outboxCountMax: 30,
  mailboxCountMax: 12,
  mailboxTargetCountMax: 8,
  mailboxSenderCountMax: 6,
  settledMax: 10,
  lanesMax: 4,
  resendMinMs: 2_000,
  gapWaitMs: 20,
  leaseMs: 20_000,
};

/**
 * Runs a plan: peers join, send and suffer as it says; then all faults end, and the world must come to rest.
 *
 * What breaks an invariant ends the run and is told, never thrown.
 */
export function runPlan(plan: Plan, options: RunOptions = {}): RunResult {
  const [tally, sometimes] = [new Tally(), new Sometimes()];
  const { line, observers = [], topology = false } = options;
  const teller = line === undefined ? [] : [new Teller({ line, topology, nowMs: () => world.nowMs })];
  const world: World = new World({
    seed: plan.seed,
    ...spans(plan.nature),
    limits: limitsOf(plan),
    observers: [tally, sometimes, ...teller, ...observers],
    keepLines: false,
  });
  let violation: Violation | undefined;
  try {
    play(world, plan);
    rest(world);
  } catch (error) {
    violation = violationOf(error, world.nowMs);
  }
  return { hash: world.trace.hash, violation, figures: tally.figures(world.nowMs), reached: [...sometimes.reached] };
}

function limitsOf({ nature, sends, peers }: Plan): Partial<Limits> {
  if (nature.bounds === "usual") return {};
  // Each member of each group has a lane beside that for mail.
  const lanesMax = Math.max(tight.lanesMax ?? 0, 4 * peers.length);
  if (sends.some(({ deed }) => deed !== undefined)) return { ...tight, lanesMax };
  if (!sends.some(({ to }) => to === 0n)) return tight;
  // Who waits less for what is for everyone than neighbours take to tell of it, or has no room to wait, gives up at once.
  const { gapWaitMs, heldCountMax, heldBytesMax, holesMax, unpersistedBytesMax } = defaultLimits;
  return { ...tight, gapWaitMs, heldCountMax, heldBytesMax, holesMax, unpersistedBytesMax };
}

function spans({ delayUs, writeUs }: Nature): { delayMs: [number, number]; writeMs: [number, number] } {
  return {
    delayMs: [delayUs[0] / 1_000, delayUs[1] / 1_000],
    writeMs: [writeUs[0] / 1_000, writeUs[1] / 1_000],
  };
}

/** Until all faults have ended, and all are there. */
function play(world: World, plan: Plan): void {
  const inflictor = new Inflictor(world);
  for (const peer of plan.peers) world.after(Math.min(peer.joinsMs, plan.endMs), () => join(world, peer));
  for (const planned of plan.sends)
    if (planned.atMs < plan.endMs) world.after(planned.atMs, () => send(world, plan, planned));
  for (const fault of plan.faults) if (fault.atMs < plan.endMs) inflictor.plan(fault);
  world.run(plan.endMs);
  inflictor.endAll();
  world.run(partingMs);
  for (const peer of world.peers) if (!peer.isUp) peer.start();
  reconnect(world, plan);
}

/** What was disconnected by hand is dialled again; nothing else is, or nobody would notice who gave up. */
function reconnect(world: World, { peers, faults }: Plan): void {
  const parted = new Set(faults.flatMap((fault) => (fault.kind === "disconnect" ? [`${fault.from} ${fault.to}`] : [])));
  for (const { name, dials } of peers) {
    const peer = world.peers.find((each) => each.name === name);
    for (const other of world.peers) {
      const isParted = parted.has(`${name} ${other.name}`) || parted.has(`${other.name} ${name}`);
      if (isParted && dials.includes(other.name)) peer?.connect(other);
    }
  }
}

function join(world: World, { name, wish, dials, custody, leaf = false, clockMs }: PlannedPeer): void {
  world.peer(name, { ...(wish === 0n ? {} : { id: wish }), dials, custody, leaf, clockMs });
}

/** The id of a peer; of one that is yet to join, the one it will wish for. */
function idOf(world: World, plan: Plan, to: string): bigint {
  const isIt = ({ name }: { readonly name: string }): boolean => name === to;
  return world.peers.find(isIt)?.id ?? plan.peers.find(isIt)?.wish ?? 0n;
}

function send(world: World, plan: Plan, planned: PlannedSend): void {
  const { name, from, to, ttlMs, burst, padBytes, deed } = planned;
  if (deed !== undefined) return doDeed(world, planned, deed);
  const sender = world.peers.find((peer) => peer.name === from);
  const target = typeof to === "bigint" ? to : idOf(world, plan, to);
  if (sender?.isReady !== true || (target === 0n && to !== 0n)) return;
  const isSteady = to === 0n || world.peers.some(({ id, wish }) => id === target && (wish === id || wish === 0n));
  const livesMs = ttlMs > 0 ? ttlMs : isSteady ? sender.limits.ttlMs : unsteadyTtlMs;
  for (let turn = 0; turn < burst; turn += 1) {
    const text = (burst === 1 ? name : `${name}.${turn}`).padEnd(padBytes, "~");
    try {
      sender.send(target, text, livesMs);
    } catch (error) {
      // A peer may refuse: its outbox is full, its store fails.
      if (!(error instanceof E3Error)) throw error;
    }
  }
}

/** Mail that waits by right, for nobody who is there, expires within the time too, unless a clock was set. */
function rest(world: World): void {
  settle(world);
  // Who forgot with its disk what it knew of a group learns it with the next message there; the first one may be taken for
  // one of a life that its disk forgot.
  for (const word of world.checker.disksChanged ? ["first", "last"] : []) {
    if (!sayInGroups(world, `${word} words`)) continue;
    if (word === "last") world.checker.groupsSpoke();
    settle(world);
  }
  const still = unrest(world);
  if (still.length > 0) fail("16: when faults stop, the mesh comes to rest", still.join("; "));
  checkRest(world);
}

function settle(world: World): void {
  let [least, settledMs] = [Infinity, 0];
  for (let waitedMs = 0; waitedMs < Math.max(restWithinMs, settledMs + settledWithinMs); waitedMs += lookMs) {
    if (isAtRest(world)) return;
    world.run(lookMs);
    const waiting = world.checker.sends.reduce((sum, { inOutbox, copies }) => sum + Number(inOutbox) + copies.size, 0);
    if (waiting < least) [least, settledMs] = [waiting, waitedMs];
  }
}
