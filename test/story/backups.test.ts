import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { kindOf } from "../world/frames.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";
import { newsIn } from "../world/statuses.ts";

/** Peer 11 with a life lost behind a backup, and peer 12, which remembers that life. */
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
  wire.advance(100);
}

function statuses(peer: WiredPeer): readonly string[] {
  return kindOf(peer.effects, "status")
    .flatMap(newsIn)
    .map(({ number, status }) => `${number} ${status}`);
}

test("what is sent from a restored backup is shown, although a lost life has used the numbers", () => {
  const { wire, sender, target } = scene();
  const first = sender(1, new Map());
  say(wire, first, "one");
  const backup = new Map(first.store);
  const lost = sender(2, first.store);
  say(wire, lost, "two");
  say(wire, lost, "three");
  expect(target.core.cursor).toBe(3);
  const restored = sender(3, backup);
  say(wire, restored, "four");
  expect(statuses(restored)).toEqual(["1 accepted", "1 delivered"]);
  expect(target.core.cursor).toBe(4);
});

test("the life after a restored one knows too what not to number anew", () => {
  const { wire, sender, target } = scene();
  const first = sender(1, new Map());
  say(wire, first, "one");
  const backup = new Map(first.store);
  say(wire, sender(2, first.store), "two");
  const restored = sender(3, backup);
  const again = sender(4, restored.store);
  say(wire, again, "three");
  expect(statuses(again)).toEqual(["1 accepted", "1 delivered"]);
  expect(target.core.cursor).toBe(3);
  expect(restored.store.get("lanes")).toEqual([]);
});

test("an ordinary restart retires nothing: the numbers go on", () => {
  const { wire, sender, target } = scene();
  const first = sender(1, new Map());
  say(wire, first, "one");
  const second = sender(2, first.store);
  say(wire, second, "two");
  expect(statuses(second)).toEqual(["2 accepted", "2 delivered"]);
  expect(target.core.cursor).toBe(2);
});

test("a peer that dies before its new life is durable retires nothing in the next", () => {
  const { wire, sender, target } = scene();
  const first = sender(1, new Map());
  say(wire, first, "one");
  const unborn = wire.add({ seed: 1, desiredId: 11n, life: 2, store: first.store });
  unborn.stalled = true;
  wire.start(unborn, target);
  wire.advance(1_000);
  wire.kill(unborn);
  unborn.stalled = false;
  const next = sender(3, first.store);
  say(wire, next, "two");
  expect(statuses(next)).toEqual(["2 accepted", "2 delivered"]);
});
