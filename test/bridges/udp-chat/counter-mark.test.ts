import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { CounterMark } from "../../../src/bridges/udp-chat/counter-mark.ts";

test("counters begin at 0, and after a restart above all that were stated", () => {
  const notebook = memoryNotebook();
  const first = new CounterMark(notebook);
  expect(first.base).toBe(0);
  for (let counter = 1; counter <= 2_345; counter++) first.pass(counter);
  const second = new CounterMark(notebook);
  expect(second.base).toBeGreaterThan(2_345);
  expect(new CounterMark(notebook).base).toBe(second.base);
  expect(second.next()).toBeGreaterThan(second.base);
});

test("a note that makes no sense counts as none", async () => {
  const notebook = memoryNotebook();
  await notebook.set("counter mark", "many");
  expect(new CounterMark(notebook).base).toBe(0);
});
