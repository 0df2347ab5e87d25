import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { CounterMark } from "../../../src/bridges/udp-chat/counter-mark.ts";
import { PairClocks } from "../../../src/bridges/udp-chat/pair-clocks.ts";

function pairs(): PairClocks {
  return new PairClocks("9101", new CounterMark(memoryNotebook()));
}

test("a peer takes the maximum of each and counts one more, as a node does", () => {
  const clocks = pairs();
  expect(Object.fromEntries(clocks.speak("1101"))).toEqual({ "1101": 1, "9101": 0 });
  clocks.hear(
    "1101",
    new Map([
      ["1101", 1],
      ["9101", 2],
    ]),
  );
  expect(Object.fromEntries(clocks.speak("1101"))).toEqual({ "1101": 3, "9101": 2 });
});

test("conversations do not touch each other, and a node that states nothing is heard all the same", () => {
  const clocks = pairs();
  clocks.hear("1101", new Map());
  expect(Object.fromEntries(clocks.speak("1102"))).toEqual({ "1102": 1, "9101": 0 });
  expect(Object.fromEntries(clocks.speak("1101"))).toEqual({ "1101": 2, "9101": 0 });
});

test("the conversation that rested longest is forgotten when there are too many", () => {
  const clocks = pairs();
  for (let id = 2_000; id < 2_256; id++) clocks.speak(`${id}`);
  clocks.speak("2000");
  clocks.speak("3000");
  expect(clocks.speak("2000").get("2000")).toBe(3);
  expect(clocks.speak("2001").get("2001")).toBe(1);
});

test("what it stated once is below all that is stated after a restart", () => {
  const notebook = memoryNotebook();
  const pairs = new PairClocks("9101", new CounterMark(notebook));
  pairs.hear("4403", new Map([["4403", 5_000]]));
  const stated = pairs.speak("4403").get("4403") ?? 0;
  expect(stated).toBeGreaterThan(5_000);
  expect(new CounterMark(notebook).base).toBeGreaterThan(stated);
});
