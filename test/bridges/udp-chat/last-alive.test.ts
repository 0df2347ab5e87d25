import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { LastAlive } from "../../../src/bridges/udp-chat/last-alive.ts";
import { HandClock } from "./hand-clock.ts";

function scene() {
  const [clock, notebook] = [new HandClock(), memoryNotebook()];
  const start = () => new LastAlive({ notebook, deadlines: new Deadlines(clock), everyMs: 1_000 });
  return { clock, start };
}

test("for how long a bridge was away is known from when it closed", () => {
  const { clock, start } = scene();
  const first = start();
  first.begin();
  clock.pass(700);
  first.close();
  clock.pass(5_000);
  expect(start().awayMs).toBe(5_000);
});

test("of one that was killed it is known to within some time", () => {
  const { clock, start } = scene();
  start().begin();
  for (let passed = 0; passed < 10_500; passed += 500) clock.pass(500);
  expect(start().awayMs).toBeLessThanOrEqual(1_000);
});

test("one that is new was never there", () => {
  expect(scene().start().awayMs).toBeGreaterThan(1_000_000_000);
});
