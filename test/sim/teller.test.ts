import { expect, test } from "vitest";
import { meet } from "./meet.ts";
import { Teller } from "./teller.ts";
import { World } from "./world.ts";

function story(topology: boolean): readonly string[] {
  const lines: string[] = [];
  const teller = new Teller({ line: (line) => lines.push(line), nowMs: () => world.nowMs, topology });
  const world: World = new World({ seed: 1, observers: [teller] });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n, dials: ["a"] });
  meet(world, a, b);
  world.run(100);
  a.send(b, "hello~~~~", 60_000);
  world.run(1_000);
  b.crash();
  world.run(2_000);
  b.start();
  world.run(10_000);
  return lines;
}

/** What is told of one peer or pair, without times. */
function toldOf(who: string): readonly string[] {
  const lines = story(false).map((line) => line.slice(12));
  return lines
    .filter((line) => line.startsWith(`${who} `) && !line.startsWith(`${who} ->`))
    .map((line) => line.slice(11));
}

test("a run is told by what its peers do and hear of", () => {
  expect(toldOf("a").filter((line) => !line.startsWith("notes"))).toEqual([
    "starts",
    "is ready as 1",
    "sees 2",
    "sends hello to 2 as #1, good for 1 min",
    "hears of #1 to 2: accepted",
    "hears of #1 to 2: delivered",
    "sees 2 no more",
    "sees 2",
  ]);
  const inTheMiddle = ["has hello in its inbox, #1 from 1", "crashes", "starts again, life 2"];
  expect(toldOf("b").filter((line) => inTheMiddle.includes(line))).toEqual(inTheMiddle);
});

test("frames are told in words, with times; pings never, and what peers say about links only if asked for", () => {
  const [brief, full] = [story(false), story(true)];
  expect(brief.filter((line) => line.includes("a -> b") && line.includes("from 1 to 2"))).toHaveLength(1);
  expect(brief.every((line) => /^ {2}\d:\d\d\.\d{3} {2}\S/.test(line))).toBe(true);
  expect([brief, full].map((lines) => lines.some((line) => line.includes("advert: ")))).toEqual([false, true]);
  expect(full.some((line) => /ping|pong/i.test(line))).toBe(false);
});
