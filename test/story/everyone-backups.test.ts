import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { kindOf } from "../world/frames.ts";
import { newsIn } from "../world/statuses.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** Peer 11 with a life lost behind a backup; peers 12 and 13, linked with one another, remember what that life said. */
class Scene {
  readonly wire = new Wire();
  readonly near: WiredPeer;
  readonly far: WiredPeer;

  constructor() {
    this.near = this.wire.add({ seed: 2, desiredId: 12n });
    this.wire.start(this.near);
    this.far = this.wire.add({ seed: 3, desiredId: 13n });
    this.wire.start(this.far, this.near);
    this.wire.advance(1_000);
  }

  /** A life of peer 11, not linked yet. */
  life(life: number, store: WiredPeer["store"]): WiredPeer {
    return this.wire.add({ seed: 1, desiredId: 11n, life, store });
  }

  start(peer: WiredPeer): void {
    this.wire.start(peer, this.near);
    this.wire.advance(1_000);
  }

  say(from: WiredPeer, ...texts: readonly string[]): void {
    for (const text of texts)
      from.core.submit({ to: 0n, body: encodeText(text), ttlMs: defaultLimits.ttlMs }, this.wire.nowMs);
    this.wire.advance(3_000);
  }

  /** Says "one", makes a backup, and says the others in a life that it does not know. @returns the backup. */
  lose(...texts: readonly string[]): WiredPeer["store"] {
    const first = this.life(1, new Map());
    this.start(first);
    this.say(first, "one");
    const backup = new Map(first.store);
    this.say(first, ...texts);
    this.wire.kill(first);
    // So long that nobody remembers any statement of it.
    this.wire.advance(300_000);
    return backup;
  }

  /** How many messages the others got. */
  get got(): readonly number[] {
    return [this.near.core.cursor, this.far.core.cursor];
  }
}

function statuses(peer: WiredPeer): readonly string[] {
  return kindOf(peer.effects, "status")
    .flatMap(newsIn)
    .map(({ number, status }) => `${number} ${status}`);
}

test.each([
  ["fewer than", ["two"]],
  ["as many as", ["two", "three"]],
  ["more than", ["two", "three", "four"]],
])("what was said before the first link, where a lost life said %s that, reaches everybody once", (_, lost) => {
  const scene = new Scene();
  const restored = scene.life(2, scene.lose(...lost));
  for (const text of ["new two", "new three"])
    restored.core.submit({ to: 0n, body: encodeText(text), ttlMs: defaultLimits.ttlMs }, scene.wire.nowMs);
  scene.start(restored);
  scene.wire.advance(5_000);
  expect(scene.got).toEqual([3 + lost.length, 3 + lost.length]);
  expect(statuses(restored).toSorted()).toEqual(["2 accepted", "2 spread", "3 accepted", "3 spread"]);
});

test.each([[["two"]], [["two", "three"]]])(
  "so does what is said once there is a link, and after that (lost: %s)",
  (lost) => {
    const scene = new Scene();
    const restored = scene.life(2, scene.lose(...lost));
    scene.start(restored);
    scene.say(restored, "new");
    scene.say(restored, "newer");
    expect(scene.got).toEqual([3 + lost.length, 3 + lost.length]);
    expect(statuses(restored).filter((status) => status.endsWith("spread"))).toHaveLength(2);
  },
);

test("the life after a restored one goes on where that was, and takes nothing of its former selves for news", () => {
  const scene = new Scene();
  const restored = scene.life(2, scene.lose("two", "three"));
  scene.start(restored);
  scene.say(restored, "new");
  scene.wire.kill(restored);
  const next = scene.life(3, restored.store);
  scene.start(next);
  scene.say(next, "newer");
  expect(scene.got).toEqual([5, 5]);
  expect(next.core.cursor).toBe(0);
});

test("a newcomer is given all that the lives of a peer said", () => {
  const scene = new Scene();
  const restored = scene.life(2, scene.lose("two", "three"));
  scene.start(restored);
  scene.say(restored, "new");
  const newcomer = scene.wire.add({ seed: 4, desiredId: 14n });
  scene.wire.start(newcomer, scene.far);
  scene.wire.advance(10_000);
  expect(newcomer.core.cursor).toBe(4);
});

test.each([
  ["before", 1],
  ["after", 0],
])(
  "where the first neighbour has lost its store, what is said %s that link is numbered so that all others take it, too",
  (_, early) => {
    const scene = new Scene();
    const restored = scene.life(2, scene.lose("two", "three"));
    const say = (): void => scene.say(restored, "new two", "new three");
    for (const peer of [scene.near, scene.far]) scene.wire.kill(peer);
    const forgetful = scene.wire.add({ seed: 2, desiredId: 12n, life: 2 });
    scene.wire.start(forgetful);
    if (early > 0) say();
    scene.wire.start(restored, forgetful);
    scene.wire.advance(1_000);
    if (early === 0) say();
    scene.wire.advance(5_000);
    expect(statuses(restored).filter((status) => status.endsWith("spread"))).toEqual(["2 spread", "3 spread"]);
    expect(forgetful.core.cursor).toBe(3);
    const far = scene.wire.add({ seed: 3, desiredId: 13n, life: 2, store: scene.far.store });
    scene.wire.start(far, forgetful);
    scene.wire.advance(20_000);
    // "one", what the lost life said, and what the restored one says.
    expect([forgetful.core.cursor, far.core.cursor]).toEqual([5, 5]);
  },
);

test("a peer with a store whose only neighbour is a newcomer says what it has to say, once each, in whatever life", () => {
  const scene = new Scene();
  let store: WiredPeer["store"] = new Map();
  scene.wire.kill(scene.near);
  for (const life of [1, 2, 3]) {
    const peer = scene.life(life, store);
    const newcomer = scene.wire.add({ seed: 10 + life, desiredId: BigInt(20 + life) });
    scene.wire.start(newcomer);
    scene.wire.start(peer, newcomer);
    scene.wire.advance(1_000);
    scene.say(peer, `life ${life}`);
    expect(statuses(peer)).toEqual([`${life} accepted`, `${life} spread`]);
    expect(newcomer.core.cursor).toBe(life);
    scene.wire.kill(peer);
    ({ store } = peer);
  }
});

test("what a life said, and did not hear of before it ended, is shown once, also where the next one meets a newcomer first", () => {
  const scene = new Scene();
  const first = scene.life(1, new Map());
  scene.start(first);
  scene.say(first, "one");
  scene.near.stalled = true;
  first.core.submit({ to: 0n, body: encodeText("two"), ttlMs: defaultLimits.ttlMs }, scene.wire.nowMs);
  scene.wire.advance(10);
  expect(statuses(first)).toEqual(["1 accepted", "1 spread", "2 accepted"]);
  scene.wire.kill(first);
  scene.near.stalled = false;
  scene.wire.advance(3_000);
  const newcomer = scene.wire.add({ seed: 4, desiredId: 14n });
  scene.wire.start(newcomer);
  const next = scene.life(2, first.store);
  scene.wire.start(next, newcomer);
  scene.say(next, "three");
  expect(statuses(next).toSorted()).toEqual(["2 spread", "3 accepted", "3 spread"]);
  next.core.connect(scene.near.address, scene.wire.nowMs);
  scene.wire.advance(10_000);
  expect([newcomer.core.cursor, ...scene.got]).toEqual([3, 3, 3]);
});

test("what expired before there was anybody to have it makes no newcomer a witness of a lost life", () => {
  const scene = new Scene();
  const alone = scene.life(1, new Map());
  scene.wire.start(alone);
  alone.core.submit({ to: 0n, body: encodeText("too early"), ttlMs: 1_000 }, scene.wire.nowMs);
  scene.wire.advance(5_000);
  alone.core.connect(scene.near.address, scene.wire.nowMs);
  scene.wire.advance(10_000);
  scene.say(alone, "in time");
  expect(kindOf(alone.effects, "notice").filter(({ level }) => level === "warn")).toEqual([]);
  expect(scene.got).toEqual([1, 1]);
  expect(statuses(alone)).toEqual(["1 accepted", "1 expired", "2 accepted", "2 spread"]);
});
