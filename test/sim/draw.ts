import { Random } from "../../src/testing/random.ts";
import { withBroadcasts } from "./draw-broadcasts.ts";
import { withGroups, withSessions } from "./draw-deeds.ts";
import { drawFaults } from "./draw-faults.ts";
import { hasLeaves, withLeaves } from "./draw-leaves.ts";
import { drawPeers } from "./draw-peers.ts";
import { drawSends } from "./draw-sends.ts";
import type { FaultKind, Nature, Plan } from "./plan.ts";

/** How much is drawn. */
export interface DrawOptions {
  /** Peers, from 2. */
  readonly peers: number;
  /** Messages over the whole run; those to absent targets and those that cannot be taken count too. */
  readonly messages: number;
  /** Simulated time with faults, whole milliseconds; rest comes after it. */
  readonly forMs: number;
  /** What may go wrong. */
  readonly mix: Mix;
  /** Some peers are leaves. Default: in some seeds, see draw-leaves.ts. */
  readonly leaves?: boolean;
  /** Messages to everyone, beside the others. Default none; what else is drawn is the same with and without. */
  readonly broadcasts?: number;
  /** Deeds about groups, and about sessions. Default none; what else is drawn is the same with and without. */
  readonly groups?: number;
  readonly sessions?: number;
}

/** A named selection of faults. */
export type Mix = "all" | "none" | "network" | "process" | "disk" | "clock";

type Kind = FaultKind["kind"];

const network: readonly Kind[] = [
  ...(["cut", "silence", "drop", "reset", "flap", "both-dial"] as const),
  ...(["mute", "clog", "connect", "disconnect", "weather", "partition"] as const),
];
const process: readonly Kind[] = ["crash", "power-cut", "leave", "pause"];
const disk: readonly Kind[] = ["disk-fail", "disk-full", "disk-stall", "crash", "power-cut"];
const clock: readonly Kind[] = ["clock-step", "clock-freeze", "clock-drift", "crash"];

/** The kinds of fault in each mix. Disks lose and clocks step only where the mix has them in its name, or is "all". */
export const mixes: Readonly<Record<Mix, readonly Kind[]>> = {
  all: [...new Set([...network, ...process, ...disk, ...clock])],
  none: [],
  network,
  process,
  disk,
  clock,
};

/**
 * Draws a run from a seed. The same seed and options give the same plan.
 *
 * Seeds differ much rather than a little (swarm testing): each leaves some kinds of fault out, and draws how often and
 * how long the others are, the graph, the speed of wires and disks, who writes to whom and when.
 */
export function draw(seed: number, options: DrawOptions): Plan {
  const random = new Random(seed ^ 0x5eed);
  const { forMs: endMs, mix } = options;
  const nature = drawNature(random.fork());
  const { peers, links } = drawPeers(random.fork(), { count: options.peers, endMs, farClocks: hasClocks(mix) });
  const storesChange = mix === "all" || mix === "disk";
  const faults = drawFaults(random.fork(), { peers, links, endMs, kinds: mixes[mix], storesChange });
  const sends = drawSends(random.fork(), { peers, faults, endMs, nature, messages: options.messages });
  const plan = { seed, nature, peers, sends, faults, endMs };
  const whole = (options.leaves ?? hasLeaves(seed)) ? withLeaves(plan) : plan;
  const loud = withBroadcasts(whole, options.broadcasts ?? 0);
  return withSessions(withGroups(loud, options.groups ?? 0), options.sessions ?? 0);
}

function hasClocks(mix: Mix): boolean {
  return mix === "all" || mix === "clock";
}

function drawNature(random: Random): Nature {
  return {
    delayUs: random.pick<Nature["delayUs"]>([
      [100, 500],
      [1_000, 3_000],
      [1_000, 50_000],
      [20_000, 200_000],
    ]),
    writeUs: random.pick<Nature["writeUs"]>([
      [100, 1_000],
      [1_000, 10_000],
      [5_000, 200_000],
    ]),
    bounds: random.chance(0.5) ? "tight" : "usual",
  };
}
