/**
 * The demo: three peers in three processes, a line a - b - c. A message and its receipt travel through b; c is killed; a
 * message waits; c comes back and gets it once. Every step waits for what the peers report, nothing waits for time, and
 * whatever deviates ends the demo with exit code 1.
 *
 * Run by `npm run demo`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DemoMesh } from "./lib/demo-mesh.ts";
import { duration, Story } from "./lib/story.ts";

/** One bound for everything, far above what a busy machine needs. */
const boundMs = 30_000;

const story = new Story();
const state = mkdtempSync(join(tmpdir(), "e3-demo-"));
const mesh = new DemoMesh({ story, state, signal: AbortSignal.timeout(boundMs) });
process.once("SIGINT", () => process.exit(130));

try {
  story.print(`\n${story.bold("e3")}: three peers, three processes, one line\n`);
  await mesh.startAll();
  mesh.draw();

  const there = await mesh.deliver("Hi there!");

  await mesh.killC();
  mesh.draw();
  const waiting = await mesh.store("Are you back?");

  await mesh.restartC();
  mesh.draw();
  const back = await mesh.settle(waiting);
  // What comes after it proves that it came once: messages of one sender are shown in order.
  const last = await mesh.deliver("Good to see you.");
  await mesh.stopAll();
  mesh.checkShown(["Hi there!"], ["Are you back?", "Good to see you."]);

  story.print(`\n${story.good("Everything arrived, once and in order.")}`);
  story.print(
    `  a -> c through b            shown after ${duration(there.shownMs)}, receipt back at a after ${duration(there.receiptMs)}`,
  );
  story.print(`  c killed with SIGKILL       the message for it kept by b after ${duration(waiting.storedMs)}`);
  story.print(
    `  c back, same state          shown ${duration(back.shownMs)} after c was ready, receipt after ${duration(back.receiptMs)}`,
  );
  story.print(
    `  and then                    shown after ${duration(last.shownMs)}, receipt after ${duration(last.receiptMs)}`,
  );
  story.print(`  the whole story             ${duration(story.elapsedMs())}\n`);
} catch (error) {
  story.print(`\n${story.bad("The demo failed:")} ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await mesh.killAll();
  rmSync(state, { recursive: true, force: true });
}
