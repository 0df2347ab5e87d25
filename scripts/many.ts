/**
 * Many links into one peer: what each costs it, how fast it takes them, and what they cost while nobody says anything. Run
 * by `npm run many -- OPTIONS`, on the built package, on Linux. Leaves, and full peers for comparison.
 *
 *     --leaves N    leaves; 5000 unless given, none for 0
 *     --full N      full peers; 500 unless given, none for 0
 *     --drivers N   processes that they live in; 4 unless given
 *     --batch N     peers that each of these starts at a time; 16 unless given
 *     --seconds N   how long the idle hub is watched; 20 unless given
 *     --minutes N   how long each of the two may take to be linked; 10 unless given
 *     --memory      the hub keeps its state in memory instead of on the disk of the checkout
 *     --json        one JSON object instead of a table
 *
 * Each link is a TCP connection with a gRPC stream of its own: at the hub as many files may be open (`ulimit -n`).
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { costsOf } from "./costs/process-costs.ts";
import { aligned, short } from "./costs/text.ts";
import { ChildPeer } from "./lib/child-peer.ts";
import { scriptOptions } from "./lib/options.ts";
import { root } from "./lib/tree.ts";
import { Drivers } from "./many/drivers.ts";

const options = scriptOptions(import.meta.url, {
  leaves: { unless: 5_000, min: 0, max: 10_000 },
  full: { unless: 500, min: 0, max: 10_000 },
  drivers: { unless: 4, min: 1, max: 64 },
  batch: { unless: 16, min: 1, max: 1_000 },
  seconds: { unless: 20, min: 1, max: 3_600 },
  minutes: { unless: 10, min: 1, max: 60 },
  memory: false,
  json: false,
});

/** What one crowd came to. */
interface Outcome {
  readonly kind: "leaves" | "full peers";
  readonly links: number;
  readonly linkedMs: number;
  readonly hubCpuMs: number;
  readonly driversCpuMs: number;
  /** More than before, for each link, once all was quiet. */
  readonly hubBytes: number;
  readonly peerBytes: number;
  /** Of one core, while nobody said anything. */
  readonly hubIdleRatio: number;
}

const patience = AbortSignal.timeout(3_600_000);

async function measure(kind: Outcome["kind"], links: number): Promise<Outcome> {
  // Where the checkout is: a temporary directory may be in memory.
  const cache = join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const state = mkdtempSync(join(cache, "e3-many-"));
  const store = options.memory ? ["--store", "memory"] : ["--state", state];
  const hub = new ChildPeer("hub", ["127.0.0.1:0", ...store]);
  const ready = await hub.next({ what: "ready", matches: ({ event }) => event === "ready" }, patience);
  const order = {
    hub: String(ready.fields["listen"]),
    peers: links,
    batch: options.batch,
    leaf: kind === "leaves",
  };
  const drivers = new Drivers(options.drivers, order);
  try {
    await wait(2_000); // They start, and load what they need.
    const cpuOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + costsOf(pid).cpuMs, 0);
    const residentOf = (pids: readonly number[]): number =>
      pids.reduce((sum, pid) => sum + costsOf(pid).residentBytes, 0);
    const before = { hub: costsOf(hub.pid), driversMs: cpuOf(drivers.pids), bytes: residentOf(drivers.pids) };
    const beginMs = performance.now();
    await drivers.link((linked) => progress(kind, linked, beginMs), options.minutes * 60_000);
    const linkedMs = performance.now() - beginMs;
    const after = { hub: costsOf(hub.pid), driversMs: cpuOf(drivers.pids) };
    await wait(10_000); // What the start brought with it settles.
    const quiet = { hub: costsOf(hub.pid), atMs: performance.now() };
    await wait(options.seconds * 1_000);
    const end = costsOf(hub.pid);
    return {
      kind,
      links,
      linkedMs,
      hubCpuMs: after.hub.cpuMs - before.hub.cpuMs,
      driversCpuMs: after.driversMs - before.driversMs,
      hubBytes: (end.residentBytes - before.hub.residentBytes) / links,
      peerBytes: (residentOf(drivers.pids) - before.bytes) / links,
      hubIdleRatio: (end.cpuMs - quiet.hub.cpuMs) / (performance.now() - quiet.atMs),
    };
  } finally {
    await drivers.end();
    await hub.kill();
    rmSync(state, { recursive: true, force: true });
  }
}

function progress(kind: string, linked: number, beginMs: number): void {
  const seconds = ((performance.now() - beginMs) / 1_000).toFixed(1);
  if (process.stderr.isTTY) process.stderr.write(`\r${linked} ${kind} linked after ${seconds} s`);
}

function tableOf(outcomes: readonly Outcome[]): string {
  const heads = ["", "links", "s to link all", "links/s", "hub ms/link", "other ms/link"];
  const more = ["hub KiB/link", "peer KiB", "idle hub, of a core"];
  const lines = outcomes.map((each) => [
    each.kind,
    short(each.links),
    short(each.linkedMs / 1_000),
    short((each.links / each.linkedMs) * 1_000),
    short(each.hubCpuMs / each.links),
    short(each.driversCpuMs / each.links),
    short(each.hubBytes / 1_024),
    short(each.peerBytes / 1_024),
    `${(each.hubIdleRatio * 100).toFixed(1)} %`,
  ]);
  return aligned([[...heads, ...more], ...lines]).join("\n");
}

const outcomes: Outcome[] = [];
if (options.leaves > 0) outcomes.push(await measure("leaves", options.leaves));
if (options.full > 0) outcomes.push(await measure("full peers", options.full));
if (process.stderr.isTTY) process.stderr.write("\n");
console.log(options.json ? JSON.stringify(outcomes, undefined, 2) : tableOf(outcomes));
