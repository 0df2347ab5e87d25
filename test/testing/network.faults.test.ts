import { expect, test } from "vitest";
import { Random } from "../../src/testing/random.ts";
import { Town, type Party } from "./party.ts";

const oneToTwenty = Array.from({ length: 20 }, (_, index) => index + 1);
const framesOf = (values: readonly number[]): readonly string[] => values.map((value) => `frame ${value}`);

function linked(): { town: Town; a: Party; b: Party } {
  const town = new Town();
  const [a, b] = town.link("a", "b");
  return { town, a, b };
}

test("a muted direction loses everything and the other works, until both are healed for new wires", () => {
  const { town, a, b } = linked();
  a.send(1);
  town.network.mute("a", "b");
  a.send(2);
  b.send(3);
  town.run(1_000);
  expect([a.got, b.got]).toEqual([["frame 3"], []]);
  expect(a.drains).toBe(2);
  town.network.heal("a", "b");
  a.send(4);
  town.run(1_000);
  expect(b.got).toEqual([]);
  const again = town.dial("a", "b");
  again.send(5);
  town.run(1_000);
  expect(town.accepted("b")[1]?.got).toEqual(["frame 5"]);
});

test("a dial gets no answer while either direction is mute, even when it is healed before", () => {
  for (const [from, to] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const town = new Town({ delayMs: [5, 5] });
    town.listen("a", "b");
    const before = town.dial("a", "b");
    town.network.mute(from, to);
    const during = town.dial("a", "b");
    town.run(4);
    const late = town.dial("a", "b");
    town.run(2);
    town.network.heal("a", "b");
    town.run(10_000);
    // The last one was on its way until the network was healed.
    expect([before.heard, during.heard, late.heard, town.accepted("b").length]).toEqual([[], [], [], 1]);
  }
});

test("what is sent into a clogged direction waits in order, and one write at most with it", () => {
  const { town, a, b } = linked();
  a.send(1, 2);
  town.run(1);
  town.network.clog("a", "b");
  a.send(3, 4, 5);
  b.send(9);
  town.run(60_000);
  expect([b.got, a.got, a.drains]).toEqual([[], ["frame 9"], 2]);
  town.network.unclog("a", "b");
  town.run(1_000);
  expect([b.got, a.drains]).toEqual([framesOf([1, 2, 3, 4, 5]), 5]);
});

test("a dial into a clogged network waits, whichever direction it is, until nothing is clogged", () => {
  const town = new Town();
  town.listen("a", "b");
  town.network.clog("a", "b");
  town.network.clog("b", "a");
  town.dial("a", "b").send(1);
  town.run(10_000);
  town.network.unclog("a", "b");
  town.run(10_000);
  expect(town.accepted("b")).toEqual([]);
  town.network.unclog("b", "a");
  town.run(10_000);
  expect(town.accepted("b").map(({ got }) => got)).toEqual([["frame 1"]]);
});

test("a reset delivers the first of what is under way, now more and now less, and the ends learn of it each in its time", () => {
  const arrived = new Set<number>();
  for (let seed = 1; seed <= 50; seed += 1) {
    const town = new Town({ random: new Random(seed) });
    const [a, b] = town.link("a", "b");
    a.send(...oneToTwenty);
    town.run(0.7);
    town.network.reset("a", "b");
    const toldMs = new Map<Party, number>();
    while (toldMs.size < 2 && town.agenda.step(10_000)) {
      for (const end of [a, b]) {
        if (end.got.at(-1) === "closed: connection reset" && !toldMs.has(end)) toldMs.set(end, town.agenda.nowMs);
      }
    }
    expect(b.got).toEqual([...framesOf(oneToTwenty.slice(0, b.got.length - 1)), "closed: connection reset"]);
    expect(toldMs.get(a)).not.toBe(toldMs.get(b));
    arrived.add(b.got.length - 1);
  }
  expect(arrived.size).toBeGreaterThan(10);
});

test("after a reset nothing that is written arrives, and dialling anew works", () => {
  const { town, a, b } = linked();
  town.network.reset("a", "b");
  a.send(1);
  town.dial("a", "b").send(2);
  town.run(1_000);
  expect([b.got, town.accepted("b")[1]?.got]).toEqual([["closed: connection reset"], ["frame 2"]]);
});

test("a paused process hears nothing, and all of it in order when it goes on", () => {
  const town = new Town({ delayMs: [1, 1] });
  const [a, b] = town.link("a", "b");
  town.listen("c");
  const c = town.dial("c", "b");
  town.run(10);
  b.send(8);
  town.network.pause("b");
  a.send(1);
  town.run(10);
  c.send(2);
  town.run(10);
  a.send(3);
  a.wire.close();
  const late = town.dial("a", "b");
  late.send(4);
  town.run(10_000);
  expect([b.heard, town.accepted("b").length]).toEqual([[], 2]);
  expect([a.got, late.got]).toEqual([["frame 8", "closed: "], []]);
  town.network.resume("b");
  town.run(0);
  expect(b.heard).toEqual(["drained", "frame 1", "frame 3", "closed: "]);
  town.run(10);
  expect(town.accepted("b").map(({ got }) => got)).toEqual([b.got, ["frame 2"], ["frame 4"]]);
});

test("a process that dies while it is paused leaves nothing behind for the next one of its name", () => {
  const { town, a, b } = linked();
  town.network.pause("b");
  a.send(1);
  const waiting = town.dial("a", "b");
  town.run(1_000);
  town.network.kill("b", true);
  town.listen("b");
  town.run(1_000);
  expect([a.got, b.heard]).toEqual([["closed: connection reset"], []]);
  expect([waiting.got, town.accepted("b")]).toEqual([["closed: connection refused"], []]);
  town.dial("a", "b").send(2);
  town.run(1_000);
  expect(town.accepted("b").map(({ got }) => got)).toEqual([["frame 2"]]);
});
