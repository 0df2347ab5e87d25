import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { kindOf } from "../world/frames.ts";
import { newsIn } from "../world/statuses.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

const minuteMs = 60_000;

/** Peer 11, and peer 12, which forgets the adverts of a life after a while, and its messages never. */
function scene(): { wire: Wire; sender: (life: number, store: WiredPeer["store"]) => WiredPeer; target: WiredPeer } {
  const wire = new Wire();
  const target = wire.add({ seed: 2, desiredId: 12n });
  wire.start(target);
  const sender = (life: number, store: WiredPeer["store"]): WiredPeer => {
    const peer = wire.add({ seed: 1, desiredId: 11n, life, store });
    wire.start(peer, target);
    wire.advance(1_000);
    return peer;
  };
  return { wire, sender, target };
}

function say(wire: Wire, from: WiredPeer, text: string): void {
  from.core.submit({ to: 12n, body: encodeText(text), ttlMs: defaultLimits.ttlMs }, wire.nowMs);
  wire.advance(1_000);
}

function statuses(peer: WiredPeer): readonly string[] {
  return kindOf(peer.effects, "status")
    .flatMap(newsIn)
    .map(({ number, status }) => `${number} ${status}`);
}

test.each([
  ["five minutes", 5 * minuteMs],
  ["ten days", 10 * 24 * 60 * minuteMs],
])(
  "%s after a lost life said more, what a restored one says under its numbers is not told as delivered",
  (_, awayMs) => {
    const { wire, sender, target } = scene();
    const first = sender(1, new Map());
    say(wire, first, "one");
    const backup = new Map(first.store);
    say(wire, first, "two");
    say(wire, first, "three");
    wire.kill(first);
    wire.advance(awayMs);
    const restored = sender(3, backup);
    say(wire, restored, "four");
    expect(statuses(restored)).toEqual(["2 accepted", "2 refused"]);
    expect(target.core.cursor).toBe(3);
    say(wire, restored, "five");
    expect(statuses(restored).slice(2)).toEqual(["1 accepted", "1 delivered"]);
    expect(target.core.cursor).toBe(4);
  },
);

test("what a backup holds unsettled is told as delivered, since the lost life had it under the same number", () => {
  const { wire, sender, target } = scene();
  const first = sender(1, new Map());
  say(wire, first, "one");
  wire.kill(target);
  wire.advance(10_000);
  first.core.submit({ to: 12n, body: encodeText("two"), ttlMs: defaultLimits.ttlMs }, wire.nowMs);
  wire.advance(1_000);
  const backup = new Map(first.store);
  const back = wire.add({ seed: 2, desiredId: 12n, life: 2, store: target.store });
  wire.start(back);
  wire.start(wire.add({ seed: 1, desiredId: 11n, life: 2, store: first.store }), back);
  wire.advance(2_000);
  expect(back.core.cursor).toBe(2);
  const lost = wire.add({ seed: 1, desiredId: 11n, life: 3, store: first.store });
  wire.start(lost, back);
  wire.advance(1_000);
  say(wire, lost, "three");
  wire.kill(lost);
  wire.advance(5 * minuteMs);
  const restored = wire.add({ seed: 1, desiredId: 11n, life: 4, store: backup });
  wire.start(restored, back);
  wire.advance(2_000);
  expect(statuses(restored)).toContain("2 delivered");
  expect(back.core.cursor).toBe(3);
});

test("the same with a target that is away: mail in custody under numbers of a lost life is not told as delivered", () => {
  const { wire, sender, target } = scene();
  const custodian = wire.add({ seed: 3, desiredId: 13n });
  wire.start(custodian, target);
  const first = sender(1, new Map());
  say(wire, first, "one");
  const backup = new Map(first.store);
  say(wire, first, "two");
  say(wire, first, "three");
  wire.kill(first);
  wire.kill(target);
  wire.advance(5 * minuteMs);
  const restored = wire.add({ seed: 1, desiredId: 11n, life: 3, store: backup });
  wire.start(restored, custodian);
  wire.advance(1_000);
  say(wire, restored, "four");
  expect(statuses(restored)).toEqual(["2 accepted", "2 stored"]);
  const back = wire.add({ seed: 2, desiredId: 12n, life: 2, store: target.store });
  wire.start(back, custodian);
  wire.advance(30_000);
  expect(statuses(restored).slice(2)).toEqual(["2 refused"]);
  expect(back.core.cursor).toBe(3);
  say(wire, restored, "five");
  expect(statuses(restored).slice(3)).toEqual(["1 accepted", "1 delivered"]);
  expect(back.core.cursor).toBe(4);
});

test("nor is a copy of what is for a group", () => {
  const { wire, sender, target } = scene();
  const first = sender(1, new Map());
  const group = 77n;
  first.core.groups.create(group, "all of us", [12n]);
  wire.step(first, { kind: "alarm" });
  wire.advance(1_000);
  target.core.groups.answer(group, "joined");
  wire.step(target, { kind: "alarm" });
  wire.advance(1_000);
  const post = (from: WiredPeer, text: string): void => {
    from.core.submit({ to: group, body: encodeText(text), ttlMs: defaultLimits.ttlMs }, wire.nowMs);
    wire.advance(1_000);
  };
  post(first, "one");
  const backup = new Map(first.store);
  post(first, "two");
  post(first, "three");
  const shown = target.core.cursor;
  wire.kill(first);
  wire.advance(5 * minuteMs);
  const restored = sender(3, backup);
  post(restored, "four");
  expect(statuses(restored)).toEqual(["2 accepted", "2 refused"]);
  post(restored, "five");
  expect(statuses(restored).at(-1)).toBe("3 delivered");
  expect(target.core.cursor).toBe(shown + 1);
});
