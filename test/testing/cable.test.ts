import { expect, test } from "vitest";
import { Agenda } from "../../src/testing/agenda.ts";
import { Cable } from "../../src/testing/cable.ts";
import { Random } from "../../src/testing/random.ts";
import { Station } from "../../src/testing/station.ts";
import { fairWeather, Sky } from "../../src/testing/weather.ts";
import { Party } from "./party.ts";

interface Setting {
  readonly cable: Cable;
  readonly a: Party;
  readonly b: Party;
  readonly stations: readonly [Station, Station];
  /** How often the cable said that it is over. */
  readonly overs: () => number;
  readonly join: () => void;
  readonly run: (ms: number) => void;
}

/** A cable that a dialled and b has yet to accept. */
function setting(): Setting {
  const agenda = new Agenda(0);
  const sky = new Sky({ ...fairWeather, delayMs: [5, 5] }, new Random(1));
  const stations = [new Station("a", agenda), new Station("b", agenda)] as const;
  let overs = 0;
  const cable = new Cable({ agenda, sky, frameBytesMax: 1_000_000 }, ...stations, () => (overs += 1));
  const a = new Party().attach(cable.dialler);
  const b = new Party();
  cable.dialler.attach(a);
  const run = (ms: number): void => {
    const byMs = agenda.nowMs + ms;
    while (agenda.step(byMs));
  };
  return { cable, a, b, stations, overs: () => overs, join: () => cable.join((wire) => b.attach(wire)), run };
}

test("a second write before drained is a mistake that shows", () => {
  const { a, join, run } = setting();
  join();
  a.wire.write(Uint8Array.of(1));
  expect(() => a.wire.write(Uint8Array.of(2))).toThrow("outstanding");
  run(0);
  a.wire.write(Uint8Array.of(2));
});

test("it is over when both ends are, once, and its processes know nothing of it then", () => {
  const { cable, a, b, stations, overs, join, run } = setting();
  join();
  expect([cable.alive, stations.map(({ ends }) => ends.size)]).toEqual([true, [1, 1]]);
  a.wire.close();
  run(1);
  expect([cable.alive, overs()]).toEqual([false, 0]);
  run(10);
  b.wire.close();
  run(10);
  expect([a.got, b.got, overs(), stations.map(({ ends }) => ends.size)]).toEqual([
    ["closed: "],
    ["closed: "],
    1,
    [0, 0],
  ]);
});

test("a dial that its process gives up or does not outlive, or is refused, leaves nothing behind at either process", () => {
  const ends: Readonly<Record<string, (setting: Setting) => void>> = {
    "closed: ": ({ a }) => a.wire.close(),
    "closed: connection refused": ({ cable }) => cable.refuse(),
    "closed: lost": ({ cable }) => cable.cut("lost"),
    nothing: ({ stations: [dialler] }) => dialler.die(false),
  };
  for (const [told, end] of Object.entries(ends)) {
    const dialling = setting();
    const { cable, a, stations, overs, run } = dialling;
    end(dialling);
    run(10);
    expect(a.got).toEqual(told === "nothing" ? [] : [told]);
    expect([cable.hopeless, overs(), stations.map(({ ends }) => ends.size)]).toEqual([true, 1, [0, 0]]);
  }
});

test("an end closed before anybody answered waits for it a second: what was written may yet leave", () => {
  for (const answered of [true, false]) {
    const { a, b, join, run } = setting();
    a.send(1);
    a.wire.close();
    run(900);
    expect(a.got).toEqual([]);
    if (answered) join();
    run(100);
    expect([a.got, b.got]).toEqual([["closed: "], answered ? ["frame 1", "closed: "] : []]);
  }
});

test("an end closed while its frames cannot leave waits a second, and they arrive when they can", () => {
  const { cable, a, b, join, run } = setting();
  join();
  cable.dialler.out.clog();
  a.send(1);
  run(0);
  a.wire.close();
  run(999);
  expect(a.heard).toEqual([]);
  run(1);
  expect(a.heard).toEqual(["closed: "]);
  cable.dialler.out.unclog();
  run(10);
  expect(b.got).toEqual(["frame 1", "closed: "]);
});

test("the acceptor may write and close within accept", () => {
  const { cable, a, b, run } = setting();
  cable.join((wire) => {
    b.attach(wire).send(5);
    wire.close();
    return b;
  });
  run(100);
  expect([a.got, b.heard]).toEqual([["frame 5", "closed: "], ["closed: "]]);
});

test("a frame above the limit ends the wire with a reason that says so, and does not arrive", () => {
  const { a, b, join, run } = setting();
  join();
  a.sendFrame(new Uint8Array(1_000_000));
  a.sendFrame(new Uint8Array(1_000_001));
  expect(a.heard).toEqual([]);
  run(1_000);
  const reason = "closed: a frame of 1000001 bytes is above the limit of 1000000 bytes";
  expect([a.got, b.got]).toEqual([[reason], ["frame of 1000000", reason]]);
});

test("what arrives at an end that is closing is not told", () => {
  const { a, b, join, run } = setting();
  join();
  b.send(1);
  run(4);
  a.wire.close();
  run(100);
  expect([a.got, b.got]).toEqual([["closed: "], ["closed: "]]);
});

test("an end that closed in good order is told no other reason", () => {
  const { cable, a, b, join, run } = setting();
  join();
  cable.dialler.out.clog();
  a.wire.close();
  cable.cut("lost");
  run(100);
  expect([a.got, b.got]).toEqual([["closed: "], ["closed: lost"]]);
});

test("a paused process is told of a cut when it goes on", () => {
  const { cable, a, b, stations, join, run } = setting();
  join();
  stations[1].pause();
  cable.cut("lost");
  run(100);
  expect([a.got, b.got, cable.alive]).toEqual([["closed: lost"], [], false]);
  stations[1].resume();
  run(0);
  expect(b.got).toEqual(["closed: lost"]);
});

test("a cut is told once, however often it is cut, and also where nothing arrives any more", () => {
  const { cable, a, b, join, run } = setting();
  join();
  cable.mute("a");
  expect([cable.silent, cable.alive]).toEqual([true, false]);
  cable.cut("lost");
  cable.cut("lost again");
  cable.reset(new Random(1));
  run(100);
  expect([a.got, b.got]).toEqual([["closed: lost"], ["closed: lost"]]);
});

test("a cut goes before a reset that has not arrived", () => {
  const { cable, a, b, join, run } = setting();
  join();
  cable.dialler.out.clog();
  cable.reset(new Random(1));
  run(100);
  expect([a.got, b.got]).toEqual([["closed: connection reset"], []]);
  cable.cut("lost");
  run(100);
  expect(b.got).toEqual(["closed: lost"]);
});
