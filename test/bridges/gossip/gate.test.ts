import { expect, test } from "vitest";
import type { Origin } from "../../../src/bridges/gossip/cache.ts";
import { Gate, type Outcome } from "../../../src/bridges/gossip/gate.ts";

const peer: Origin = { kind: "peer", link: 9 };
const mesh: Origin = { kind: "mesh", by: "module" };

function fresh(parts: { readonly cacheSize?: number; readonly typesMax?: number } = {}): Gate {
  return new Gate({ cacheSize: 50, repeatMs: 60_000, typesMax: 256, heardBytesMax: 1_000_000, ...parts });
}

function announcement(text: string, { ttl = 0, type = 1 } = {}) {
  return { ttl, type, data: new TextEncoder().encode(text) };
}

/** Whom it tells what, and what goes on with which ttl. */
function summary({ tellings, spreadings }: Outcome): readonly string[] {
  const text = (data: Uint8Array): string => new TextDecoder().decode(data);
  return [
    ...tellings.map(({ module, announcement: { data } }) => `${module} hears ${text(data)}`),
    ...spreadings.map(({ announcement: { data, ttl } }) => `${text(data)} goes on with ${ttl}`),
  ];
}

function idIn({ tellings }: Outcome): number {
  return tellings[0]?.id ?? 0;
}

function module(number: number): Origin {
  return { kind: "module", module: number };
}

test("a module is told of what others announce, of the types it registered, and not of its own", () => {
  const gate = fresh();
  for (const each of [1, 2, 3]) gate.register(each, each === 3 ? 2 : 1);
  expect(summary(gate.hear(announcement("a"), module(1), 0))).toEqual(["2 hears a"]);
  expect(summary(gate.hear(announcement("b"), peer, 0))).toEqual(["1 hears b", "2 hears b"]);
  expect(summary(gate.hear(announcement("c", { type: 2 }), mesh, 0))).toEqual(["3 hears c"]);
});

test("registering a type twice is registering it once", () => {
  const gate = fresh();
  gate.register(1, 1);
  gate.register(1, 1);
  expect(summary(gate.hear(announcement("a"), peer, 0))).toEqual(["1 hears a"]);
});

test("what came from elsewhere goes on once a module calls it valid, and only once", () => {
  const gate = fresh();
  gate.register(1, 1);
  gate.register(2, 1);
  const heard = gate.hear(announcement("a"), peer, 0);
  expect(heard.spreadings).toEqual([]);
  expect(summary(gate.judge(1, idIn(heard), true))).toEqual(["a goes on with 0"]);
  expect(summary(gate.judge(2, idIn(heard), true))).toEqual([]);
});

test("what the first module to answer calls invalid stays, whatever others say", () => {
  const gate = fresh();
  gate.register(1, 1);
  gate.register(2, 1);
  const id = idIn(gate.hear(announcement("a"), mesh, 0));
  expect(summary(gate.judge(2, id, false))).toEqual([]);
  expect(summary(gate.judge(1, id, true))).toEqual([]);
});

test("who was not told has no say", () => {
  const gate = fresh();
  gate.register(1, 1);
  const id = idIn(gate.hear(announcement("a"), peer, 0));
  gate.register(2, 1);
  expect(summary(gate.judge(2, id, true))).toEqual([]);
  expect(summary(gate.judge(1, id + 1, true))).toEqual([]);
  expect(summary(gate.judge(1, id, true))).toEqual(["a goes on with 0"]);
});

test("what nobody registered stays, and is told and judged once somebody does", () => {
  const gate = fresh();
  expect(summary(gate.hear(announcement("a"), peer, 0))).toEqual([]);
  const registered = gate.register(1, 1);
  expect(summary(registered)).toEqual(["1 hears a"]);
  expect(summary(gate.register(2, 1))).toEqual([]);
  expect(summary(gate.judge(1, idIn(registered), true))).toEqual(["a goes on with 0"]);
});

test("what a module announces goes on at once where no other module could judge it, without any registration", () => {
  const gate = fresh();
  expect(summary(gate.hear(announcement("a"), module(1), 0))).toEqual(["a goes on with 0"]);
  gate.register(1, 1);
  expect(summary(gate.hear(announcement("b"), module(1), 0))).toEqual(["b goes on with 0"]);
});

test("a module that registers late is told of it as well, but for its own, and it goes on no second time", () => {
  const gate = fresh();
  gate.hear(announcement("a"), module(1), 0);
  expect(summary(gate.register(1, 1))).toEqual([]);
  const registered = gate.register(2, 1);
  expect(summary(registered)).toEqual(["2 hears a"]);
  expect(summary(gate.judge(2, idIn(registered), true))).toEqual([]);
});

test("what a module announces waits for another module here that registered the type", () => {
  const gate = fresh();
  gate.register(2, 1);
  const heard = gate.hear(announcement("a", { ttl: 5 }), module(1), 0);
  expect(summary(heard)).toEqual(["2 hears a"]);
  expect(summary(gate.judge(2, idIn(heard), true))).toEqual(["a goes on with 5"]);
});

test("each hop takes one from the ttl; what arrives with 1 is told and stays", () => {
  const gate = fresh();
  gate.register(1, 1);
  const ttls: readonly (readonly [number, readonly string[]])[] = [
    [0, ["0 goes on with 0"]],
    [1, []],
    [2, ["2 goes on with 1"]],
    [255, ["255 goes on with 254"]],
  ];
  for (const origin of [peer, mesh])
    for (const [ttl, expected] of ttls) {
      const heard = gate.hear(announcement(`${ttl}`, { ttl, type: 1 }), origin, origin === peer ? 0 : 100_000);
      expect(heard.tellings).toHaveLength(1);
      expect(summary(gate.judge(1, idIn(heard), true))).toEqual(expected);
    }
});

test("the same by original peers is passed once, also when the mesh brings it", () => {
  const gate = fresh();
  gate.register(1, 1);
  expect(summary(gate.hear(announcement("a", { ttl: 3 }), peer, 0))).toEqual(["1 hears a"]);
  expect(summary(gate.hear(announcement("a", { ttl: 2 }), { kind: "peer", link: 8 }, 1))).toEqual([]);
  expect(summary(gate.hear(announcement("a", { ttl: 7 }), mesh, 2))).toEqual([]);
  expect(summary(gate.hear(announcement("a"), { kind: "mesh", by: "peers" }, 3))).toEqual([]);
});

test("what waits for a registration is kept once, however often it is heard", () => {
  const gate = fresh();
  gate.hear(announcement("a"), peer, 0);
  gate.hear(announcement("a"), peer, 70_000);
  expect(summary(gate.hear(announcement("a"), module(1), 140_000))).toEqual(["a goes on with 0"]);
  expect(summary(gate.register(2, 1))).toEqual(["2 hears a"]);
});

test("only so many announcements wait: the oldest goes nowhere", () => {
  const gate = fresh({ cacheSize: 2 });
  for (const text of ["a", "b", "c"]) gate.hear(announcement(text), peer, 0);
  expect(summary(gate.register(1, 1))).toEqual(["1 hears b", "1 hears c"]);
});

test("a module that is gone is told nothing more", () => {
  const gate = fresh();
  gate.register(1, 1);
  gate.leave(1);
  expect(summary(gate.hear(announcement("a"), peer, 0))).toEqual([]);
});

test("a module registers only so many types", () => {
  const gate = fresh({ typesMax: 1 });
  gate.register(1, 1);
  gate.register(1, 2);
  expect(summary(gate.hear(announcement("a", { type: 2 }), peer, 0))).toEqual([]);
  expect(summary(gate.hear(announcement("a", { type: 1 }), peer, 0))).toEqual(["1 hears a"]);
});
