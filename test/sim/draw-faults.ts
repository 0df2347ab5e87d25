import type { Random } from "../../src/testing/random.ts";
import type { Pair } from "./draw-peers.ts";
import type { EffectPoint, Fault, FaultKind, PlannedPeer, PlannedWeather, StoreFate } from "./plan.ts";

type Kind = FaultKind["kind"];

interface Wanted {
  readonly peers: readonly PlannedPeer[];
  readonly links: readonly Pair[];
  readonly endMs: number;
  readonly kinds: readonly Kind[];
  /** Stores may be lost, old or damaged after a crash. */
  readonly storesChange: boolean;
}

/** More in one run would leave no moment without one. */
const faultsMax = 300;
/** How old a copy of a disk is at most when it comes back. */
const copyAgeMs = 60_000;
const yearMs = 365 * 24 * 3_600_000;

/** Draws what goes wrong: some of the kinds, some more often than others, evenly or in squalls. */
export function drawFaults(random: Random, wanted: Wanted): readonly Fault[] {
  const some = wanted.kinds.filter(() => random.chance(0.5));
  const kinds = some.length > 0 ? some : wanted.kinds.slice(0, 1);
  const often = kinds.flatMap((kind) => Array.from({ length: random.pick([1, 1, 2, 4, 8]) }, () => kind));
  if (often.length === 0) return [];
  const maker = new FaultMaker(random, wanted);
  const meanMs = Math.max(random.pick([500, 2_000, 8_000, 30_000]), wanted.endMs / faultsMax);
  const isSqually = random.chance(0.3);
  const faults: Fault[] = [];
  for (let atMs = random.whole(0, 3_000); atMs < wanted.endMs; atMs += step(random, meanMs, isSqually)) {
    const kind = maker.make(random.pick(often));
    faults.push({ name: "", atMs, ...kind });
    if ("store" in kind && kind.store === "old") {
      const copiedMs = Math.max(0, atMs - random.whole(0, copyAgeMs));
      faults.push({ name: "", atMs: copiedMs, kind: "back-up", peer: kind.peer });
    }
  }
  return faults.toSorted((a, b) => a.atMs - b.atMs).map((fault, index) => ({ ...fault, name: `f${index + 1}` }));
}

/** In squalls most follow at once, and then there is a lull. */
function step(random: Random, meanMs: number, squally: boolean): number {
  if (!squally) return random.whole(1, Math.ceil(2 * meanMs));
  return random.chance(0.8) ? random.whole(1, 100) : random.whole(1, Math.ceil(10 * meanMs));
}

/** Draws faults of given kinds for given peers. */
class FaultMaker {
  readonly #random: Random;
  readonly #wanted: Wanted;
  /** The longest that faults of this run last, as a rule. */
  readonly #scalesMs: readonly number[];
  readonly #makers: Readonly<Record<Kind, () => FaultKind>> = {
    cut: () => ({ kind: "cut", ...this.#pair(), forMs: this.#forMs() }),
    silence: () => ({ kind: "silence", ...this.#pair(), forMs: this.#forMs() }),
    drop: () => ({ kind: "drop", ...this.#pair() }),
    reset: () => ({ kind: "reset", ...this.#pair() }),
    "both-dial": () => ({ kind: "both-dial", ...this.#pair() }),
    flap: () => this.#flap(),
    mute: () => ({ kind: "mute", ...this.#road(), forMs: this.#forMs() }),
    clog: () => ({ kind: "clog", ...this.#road(), forMs: this.#forMs() }),
    connect: () => ({ kind: "connect", ...this.#road() }),
    disconnect: () => ({ kind: "disconnect", ...this.#road() }),
    weather: () => ({ kind: "weather", weather: this.#weather(), forMs: this.#forMs() }),
    partition: () => this.#partition(),
    crash: () => ({ kind: "crash", at: this.#point(), ...this.#end() }),
    "power-cut": () => ({ kind: "power-cut", ...this.#end() }),
    leave: () => ({ kind: "leave", ...this.#end() }),
    "back-up": () => ({ kind: "back-up", ...this.#peer() }),
    pause: () => ({ kind: "pause", ...this.#peer(), forMs: this.#forMs() }),
    "clock-step": () => ({ kind: "clock-step", ...this.#peer(), byMs: this.#stepMs() }),
    "clock-freeze": () => ({ kind: "clock-freeze", ...this.#peer(), forMs: this.#forMs() }),
    "clock-drift": () => this.#drift(),
    "disk-fail": () => ({ kind: "disk-fail", ...this.#peer(), forMs: this.#forMs() }),
    "disk-full": () => ({ kind: "disk-full", ...this.#peer(), forMs: this.#forMs() }),
    "disk-stall": () => ({ kind: "disk-stall", ...this.#peer(), forMs: this.#forMs() }),
  };

  constructor(random: Random, wanted: Wanted) {
    this.#random = random;
    this.#wanted = wanted;
    this.#scalesMs = [1, 50, 500, 3_000, 30_000].filter(() => random.chance(0.7));
  }

  make(kind: Kind): FaultKind {
    return this.#makers[kind]();
  }

  #peer(): { peer: string } {
    return { peer: this.#random.pick(this.#wanted.peers).name };
  }

  #end(): { peer: string; downMs: number; store: StoreFate } {
    return { ...this.#peer(), downMs: this.#downMs(), store: this.#fate() };
  }

  #flap(): FaultKind {
    const random = this.#random;
    return { kind: "flap", ...this.#pair(), everyMs: random.whole(1, 3_000), times: random.whole(2, 20) };
  }

  #drift(): FaultKind {
    return { kind: "clock-drift", ...this.#peer(), byPerMille: this.#random.whole(-300, 300), forMs: this.#forMs() };
  }

  /** Mostly two that are linked: what happens between others matters only when they come to be. */
  #pair(): { a: string; b: string } {
    const random = this.#random;
    const { links, peers } = this.#wanted;
    const a = random.whole(0, peers.length - 1);
    const other = (a + random.whole(1, peers.length - 1)) % peers.length;
    const [one, two] = random.chance(0.85) ? random.pick(links) : [a, other];
    return random.chance(0.5) ? { a: `p${one + 1}`, b: `p${two + 1}` } : { a: `p${two + 1}`, b: `p${one + 1}` };
  }

  #road(): { from: string; to: string } {
    const { a, b } = this.#pair();
    return { from: a, to: b };
  }

  /** Some last for ever, which is until all faults end; some longer than an id is leased. */
  #forMs(): number {
    const random = this.#random;
    if (random.chance(0.1)) return this.#wanted.endMs;
    if (random.chance(0.03)) return random.whole(200_000, 260_000);
    return random.whole(1, this.#scalesMs.length === 0 ? 100 : random.pick(this.#scalesMs));
  }

  #downMs(): number {
    return this.#random.chance(0.2) ? 0 : this.#forMs();
  }

  #point(): "once" | EffectPoint {
    const random = this.#random;
    if (random.chance(0.5)) return "once";
    const side = random.pick(["before", "during", "after"] as const);
    return { call: random.whole(1, random.pick([1, 5, 50])), side };
  }

  #fate(): StoreFate {
    if (!this.#wanted.storesChange || this.#random.chance(0.8)) return "kept";
    return this.#random.pick(["lost", "old", "damaged"] as const);
  }

  #stepMs(): number {
    const random = this.#random;
    const mostMs = random.pick([1_000, 20_000, 400_000, 24 * 3_600_000]);
    return random.chance(0.2) ? random.whole(-5, 5) * yearMs : random.whole(-mostMs, mostMs);
  }

  #weather(): PlannedWeather {
    const random = this.#random;
    const some = (most: number): number => (random.chance(0.5) ? random.whole(1, most) : 0);
    const addedUs = some(300_000);
    return {
      delayUs: [Math.floor(addedUs / 2), addedUs],
      tailPerMille: some(100),
      tailMs: random.whole(1, 5_000),
      lossPerMille: some(50),
      duplicatePerMille: some(100),
    };
  }

  /** Halves, one peer alone, or two parts with one between them that both reach. */
  #partition(): FaultKind {
    const random = this.#random;
    const names = this.#wanted.peers.map(({ name }) => name);
    const one = random.pick(names);
    const rest = names.filter((name) => name !== one);
    const half = rest.filter(() => random.chance(0.5));
    const otherHalf = rest.filter((name) => !half.includes(name));
    const [side, other] = random.pick([
      [[...half, one], otherHalf] as const,
      [[one], rest] as const,
      [half, otherHalf] as const,
    ]);
    return { kind: "partition", oneWay: random.chance(0.3), side, other, forMs: this.#forMs() };
  }
}
