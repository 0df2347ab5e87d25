import { expect, test } from "vitest";
import { Agenda } from "../../src/testing/agenda.ts";
import { Lane } from "../../src/testing/lane.ts";
import { Random } from "../../src/testing/random.ts";
import { Station } from "../../src/testing/station.ts";
import { fairWeather, Sky, type Weather } from "../../src/testing/weather.ts";

interface Setting {
  readonly agenda: Agenda;
  readonly lane: Lane;
  readonly sky: Sky;
  readonly from: Station;
  readonly to: Station;
  /** What the two ends were told, and when. */
  readonly told: string[];
  /** Writes frames of that many bytes each, within one act. */
  readonly write: (...lengths: readonly number[]) => void;
  readonly run: (ms: number) => void;
}

/** A lane on which everything takes 10 ms. */
function setting(weather: Partial<Weather> = {}): Setting {
  const agenda = new Agenda(0);
  const sky = new Sky({ ...fairWeather, delayMs: [10, 10], ...weather }, new Random(1));
  const [from, to] = [new Station("a", agenda), new Station("b", agenda)];
  const told: string[] = [];
  const tell = (what: string): void => void told.push(`${agenda.nowMs.toFixed(1)} ${what}`);
  const lane = new Lane({
    ...{ agenda, sky, from, to },
    drained: () => tell("drained"),
    frame: (bytes) => tell(`frame ${bytes.length}`),
    ended: (reason) => tell(`ended ${reason}`),
  });
  const write = (...lengths: readonly number[]): void => {
    for (const length of lengths) lane.write(new Uint8Array(length));
  };
  const run = (ms: number): void => {
    const byMs = agenda.nowMs + ms;
    while (agenda.step(byMs));
  };
  return { agenda, lane, sky, from, to, told, write, run };
}

test("a small frame drains at once, though not within the call, a large one when it has left", () => {
  const { told, write, run } = setting();
  write(12);
  expect(told).toEqual([]);
  run(0);
  expect(told).toEqual(["0.0 drained"]);
  run(100);
  write(50_000);
  run(100);
  expect(told).toEqual(["0.0 drained", "10.0 frame 12", "105.0 drained", "115.0 frame 50000"]);
});

test("a small frame behind another drains when it has left: what comes meanwhile shares a batch", () => {
  const { told, write, run } = setting();
  write(1_000);
  run(0);
  write(1_001);
  run(0);
  expect(told).toEqual(["0.0 drained"]);
  run(5);
  expect(told).toEqual(["0.0 drained", "0.2 drained"]);
});

test("a frame that takes longer holds up those behind it, and the end", () => {
  const { sky, lane, told, write, run } = setting();
  sky.weather = { ...fairWeather, delayMs: [500, 500] };
  write(1);
  run(1);
  sky.weather = { ...fairWeather, delayMs: [10, 10] };
  write(2);
  lane.end("over");
  run(1_000);
  expect(told).toEqual(["0.0 drained", "1.0 drained", "500.0 frame 1", "500.0 frame 2", "500.0 ended over"]);
});

test("a lost frame drains as others do, and holds up none", () => {
  const { sky, told, write, run } = setting({ lossRatio: 1 });
  write(1);
  run(1);
  sky.weather = { ...fairWeather, delayMs: [10, 10] };
  write(2);
  run(100);
  expect(told).toEqual(["0.0 drained", "1.0 drained", "11.0 frame 2"]);
});

test("a frame that arrives twice comes twice in a row, and changing the first leaves the second as it was", () => {
  const { agenda, sky, from, to } = setting({ duplicateRatio: 1 });
  const got: string[] = [];
  const frame = (bytes: Uint8Array): void => {
    got.push(bytes.join());
    bytes.fill(9);
  };
  const lane = new Lane({ agenda, sky, from, to, frame, drained: () => {}, ended: () => {} });
  lane.write(Uint8Array.of(1));
  lane.write(Uint8Array.of(2));
  while (agenda.step(100));
  expect(got).toEqual(["1", "1", "2", "2"]);
});

test("what becomes of a writer's memory once its frame has left changes nothing on the way", () => {
  const { agenda, sky, from, to } = setting();
  const got: string[] = [];
  const memory = Uint8Array.of(1);
  const frame = (bytes: Uint8Array): void => void got.push(bytes.join());
  const lane = new Lane({ agenda, sky, from, to, frame, drained: () => memory.fill(9), ended: () => {} });
  lane.write(memory);
  while (agenda.step(100));
  expect(memory[0]).toBe(9);
  expect(got).toEqual(["1"]);
});

test("once a window is on its way and not read, no write drains until some of it is", () => {
  const { to, told, write, run } = setting();
  to.pause();
  write(65_535);
  run(1_000);
  write(1);
  run(1_000);
  expect(told).toEqual(["6.6 drained"]);
  to.resume();
  run(0);
  expect(told).toEqual(["6.6 drained", "2000.0 frame 65535", "2000.0 frame 1", "2000.0 drained"]);
});

test("a paused writer hears that its write drained when it goes on", () => {
  const { from, told, write, run } = setting();
  write(1);
  from.pause();
  run(100);
  expect(told).toEqual(["10.0 frame 1"]);
  from.resume();
  run(0);
  expect(told).toEqual(["10.0 frame 1", "100.0 drained"]);
});

test("on a clogged lane what is under way waits, the end too, and the write under way does not drain", () => {
  const { lane, told, write, run } = setting();
  write(1);
  lane.clog();
  expect(lane.leftMs).toBe(Infinity);
  lane.end("over");
  run(1_000);
  expect(told).toEqual([]);
  lane.unclog();
  run(0);
  expect(told).toEqual(["1000.0 drained", "1000.0 frame 1", "1000.0 ended over"]);
});

test("a lane muted while it is clogged carries nothing afterwards, and drains", () => {
  const { lane, told, write, run } = setting();
  lane.clog();
  write(1);
  run(10);
  lane.mute();
  lane.unclog();
  run(100);
  lane.end("over");
  lane.break(new Random(1), "reset");
  run(100);
  expect([told, lane.muted]).toEqual([["10.0 drained"], true]);
});

test("of a broken lane the first frames arrive and then the end; what is written later does not", () => {
  const counts = new Set<number>();
  for (let seed = 0; seed < 40; seed += 1) {
    const { lane, told, write, run } = setting();
    write(1, 2, 3);
    lane.break(new Random(seed), "reset");
    write(4);
    run(100);
    const arrived = told.flatMap((line) => (line.includes("drained") ? [] : [line.replace(/^\S+ /, "")]));
    expect(arrived).toEqual([...["frame 1", "frame 2", "frame 3"].slice(0, arrived.length - 1), "ended reset"]);
    counts.add(arrived.length - 1);
  }
  expect([...counts].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
});

test("a lane that is ending breaks with the new reason, if the old one has not arrived", () => {
  const { lane, told, run } = setting();
  lane.end("over");
  lane.end("over again");
  lane.break(new Random(1), "reset");
  run(100);
  expect(told.map((line) => line.replace(/^\S+ /, ""))).toEqual([expect.stringMatching(/^ended (over|reset)$/)]);
});
