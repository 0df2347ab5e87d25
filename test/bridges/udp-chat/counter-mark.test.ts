import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { CounterMark, raised } from "../../../src/bridges/udp-chat/counter-mark.ts";

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

test("a counter is believed when it is higher, but no leap is that would end all counting", () => {
  expect([raised(5, 3), raised(5, 7), raised(0, 999_999)]).toEqual([5, 7, 999_999]);
  expect(raised(5, Number.MAX_SAFE_INTEGER)).toBe(1_000_005);
});
