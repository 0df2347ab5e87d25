import { expect, test } from "vitest";
import { fairWeather } from "../../src/testing/weather.ts";
import { Town, type Party } from "./party.ts";

const oneToTwenty = Array.from({ length: 20 }, (_, index) => index + 1);
const framesOf = (values: readonly number[]): readonly string[] => values.map((value) => `frame ${value}`);

function linked(): { town: Town; a: Party; b: Party } {
  const town = new Town();
  const [a, b] = town.link("a", "b");
  return { town, a, b };
}

test("frames arrive in the order they were written, however long each takes, and the end after them", () => {
  const { town, a, b } = linked();
  a.send(...oneToTwenty);
  town.run(1);
  a.wire.close();
  town.run(1_000);
  expect(b.got).toEqual([...framesOf(oneToTwenty), "closed: "]);
  expect(a.got).toEqual(["closed: "]);
});

test("a frame written before the other end is there leaves once it is", () => {
  const town = new Town();
  town.listen("a", "b");
  town.dial("a", "b").send(7);
  town.run(1_000);
  expect(town.accepted("b").map(({ got }) => got)).toEqual([["frame 7"]]);
});

test("a cut loses what is under way, tells both ends, and refuses dials until it is healed", () => {
  const { town, a, b } = linked();
  a.send(1);
  town.network.cut("a", "b");
  town.run(1_000);
  expect([a.got, b.got]).toEqual([["closed: connection lost"], ["closed: connection lost"]]);
  const refused = town.dial("b", "a");
  town.run(1_000);
  expect(refused.got).toEqual(["closed: connection refused"]);
  town.network.heal("a", "b");
  town.dial("b", "a");
  town.run(1_000);
  expect(town.network.wires()).toEqual([["b", "a"]]);
});

test("a dial that is under way when the network is cut is told so, and nobody accepts it", () => {
  const town = new Town();
  town.listen("a", "b");
  const dialled = town.dial("a", "b");
  town.network.drop("a", "b");
  town.run(1_000);
  expect([dialled.got, town.accepted("b")]).toEqual([["closed: connection lost"], []]);
});

test("silence loses what is under way and tells nobody, on this wire for good", () => {
  const { town, a, b } = linked();
  a.send(1);
  town.network.silence("a", "b");
  town.run(1_000);
  town.network.heal("a", "b");
  a.send(2);
  town.run(1_000);
  expect([a.got, b.got, town.network.wires()]).toEqual([[], [], []]);
  a.wire.close();
  town.run(1_000);
  expect([a.got, b.got]).toEqual([["closed: "], []]);
});

test("a process that dies leaves behind what it wrote, and then the news; without power, nothing", () => {
  for (const told of [true, false]) {
    const { town, a, b } = linked();
    a.send(1);
    town.network.kill("a", told);
    town.run(1_000);
    expect(a.heard).toEqual([]);
    expect(b.got).toEqual(told ? ["frame 1", "closed: connection reset"] : []);
  }
});

test("who does not listen is not reached", () => {
  const town = new Town();
  town.listen("a", "b");
  const nobody = town.dial("a", "nobody");
  town.network.unlisten("b");
  const deaf = town.dial("a", "b");
  town.run(1_000);
  expect([nobody.got, deaf.got]).toEqual([["closed: connection refused"], ["closed: connection refused"]]);
  expect([town.network.listens("a"), town.network.listens("b")]).toEqual([true, false]);
});

test("the weather may change, and befalls what sets out from then on", () => {
  const town = new Town({ delayMs: [1, 1] });
  const [a, b] = town.link("a", "b");
  town.network.weather = { ...town.network.weather, lossRatio: 1 };
  a.send(1);
  town.run(10);
  town.network.weather = { ...fairWeather, duplicateRatio: 1 };
  a.send(2);
  town.run(10);
  expect([b.got, a.drains]).toEqual([["frame 2", "frame 2"], 2]);
});

test("whoever watches is told of each frame that sets out, and of each that is handed over", () => {
  const seen: string[] = [];
  const town = new Town({
    sent: (from, to, frame) => seen.push(`${from} to ${to} ${frame.join()}`),
    arrived: (from, to, frame) => seen.push(`${to} from ${from} ${frame.join()}`),
  });
  const [a] = town.link("a", "b");
  a.send(1);
  town.run(200);
  town.network.silence("a", "b");
  a.send(2);
  town.run(200);
  expect(seen).toEqual(["a to b 1", "b from a 1", "a to b 2"]);
});

test("healing all ends cuts, silence and clogs everywhere", () => {
  const town = new Town();
  town.listen("a", "b", "c", "d");
  town.network.cut("a", "b");
  town.network.silence("b", "c");
  town.network.mute("c", "d");
  town.network.clog("d", "a");
  town.dial("d", "a");
  town.run(1_000);
  town.network.healAll();
  town.dial("a", "b");
  town.dial("b", "c");
  town.dial("c", "d");
  town.run(1_000);
  expect(town.network.wires()).toHaveLength(4);
});

test("a process that dials itself talks to itself, and takes both ends with it", () => {
  const town = new Town();
  town.listen("a");
  town.dial("a", "a").send(1);
  town.run(1_000);
  expect([town.accepted("a").map(({ got }) => got), town.network.wires()]).toEqual([[["frame 1"]], [["a", "a"]]]);
  town.network.kill("a", true);
  expect(town.network.wires()).toEqual([]);
});

test("the same seed and the same calls give the same run", () => {
  const run = (): readonly string[] => {
    const lines: string[] = [];
    const town = new Town({ arrived: (_from, to, frame) => lines.push(`${town.agenda.nowMs} ${to} ${frame.join()}`) });
    const [a, b] = town.link("a", "b");
    town.network.weather = { ...fairWeather, tailRatio: 0.2, lossRatio: 0.2, duplicateRatio: 0.2 };
    a.send(...oneToTwenty);
    b.send(...oneToTwenty);
    town.run(0.5);
    town.network.reset("a", "b");
    town.run(1_000);
    return lines;
  };
  expect(run().length).toBeGreaterThan(5);
  expect(run()).toEqual(run());
});
