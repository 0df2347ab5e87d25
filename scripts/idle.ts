/**
 * What an idle peer costs: a peer with links to others, each in a process of its own and with its state on disk, nothing
 * to do. Run by `npm run idle -- OPTIONS`, on the built package, on Linux.
 *
 *     --links N     neighbours of the peer that is measured; 10 unless given
 *     --seconds N   for how long; 60 unless given
 *     --settle N    seconds before that, for what a start brings with it; 10 unless given
 *     --json        one JSON object instead of a table
 *
 * Exits with 1 when the peer takes 0.5 % of a core or more.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { costsOf } from "./costs/process-costs.ts";
import { aligned, short } from "./costs/text.ts";
import { ChildPeer } from "./lib/child-peer.ts";
import { scriptOptions } from "./lib/options.ts";

const { links, seconds, settle, json } = scriptOptions(import.meta.url, {
  links: { unless: 10, min: 1, max: 100 },
  seconds: { unless: 60, min: 1, max: 3_600 },
  settle: { unless: 10, min: 0, max: 3_600 },
  json: false,
});
const wantedRatio = 0.005;
const state = mkdtempSync(join(tmpdir(), "e3-idle-"));
const patience = AbortSignal.timeout(60_000);

function start(name: string, peers: readonly string[]): ChildPeer {
  return new ChildPeer(name, ["127.0.0.1:0", ...peers, "--state", join(state, name)]);
}

try {
  const middle = start("middle", []);
  const ready = await middle.next({ what: "ready", matches: ({ event }) => event === "ready" }, patience);
  const others: ChildPeer[] = [];
  for (let number = 1; number <= links; number += 1) {
    others.push(start(`neighbour-${number}`, [String(ready.fields["listen"])]));
    await middle.next({ what: "another peer", matches: ({ event }) => event === "peer" }, patience);
  }
  await wait(settle * 1_000);
  const measured = [middle, ...others];
  const before = measured.map(({ pid }) => costsOf(pid));
  const beginMs = performance.now();
  await wait(seconds * 1_000);
  const tookMs = performance.now() - beginMs;
  const rows = measured.map(({ name, pid }, index) => {
    const after = costsOf(pid);
    const cpuMs = after.cpuMs - (before[index]?.cpuMs ?? 0);
    const wakeUps = after.wakeUps - (before[index]?.wakeUps ?? 0);
    const residentMiB = after.residentBytes / 1_048_576;
    return { name, coreRatio: cpuMs / tookMs, wakeUpsPerSecond: (wakeUps / tookMs) * 1_000, residentMiB };
  });
  if (json) console.log(JSON.stringify({ links, seconds, rows }, undefined, 2));
  else console.log(tableOf(rows));
  if ((rows[0]?.coreRatio ?? 1) >= wantedRatio) process.exitCode = 1;
  await Promise.all(measured.map((peer) => peer.stop()));
} finally {
  rmSync(state, { recursive: true, force: true });
}

function tableOf(rows: readonly { name: string; coreRatio: number; wakeUpsPerSecond: number; residentMiB: number }[]) {
  const lines = rows.map(({ name, coreRatio, wakeUpsPerSecond, residentMiB }) => [
    name,
    `${(coreRatio * 100).toFixed(2)} %`,
    short(wakeUpsPerSecond),
    short(residentMiB),
  ]);
  return aligned([["peer", "of a core", "wake-ups/s", "MiB"], ...lines]).join("\n");
}
