import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { kindOf } from "../world/frames.ts";
import { newsIn } from "../world/statuses.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** Peers that start again and again, each with its store. */
class Scene {
  readonly wire = new Wire();
  readonly #lives = new Map<number, WiredPeer>();

  /** The next life of the peer with that seed. */
  start(seed: number, life: number, ...others: readonly WiredPeer[]): WiredPeer {
    const store = this.#lives.get(seed)?.store ?? new Map();
    const peer = this.wire.add({ seed, desiredId: BigInt(10 + seed), life, store });
    this.#lives.set(seed, peer);
    this.wire.start(peer, ...others);
    return peer;
  }

  say(from: WiredPeer, text: string): void {
    from.core.submit({ to: 0n, body: encodeText(text), ttlMs: defaultLimits.ttlMs }, this.wire.nowMs);
  }
}

/** Names of the epochs in which there is something for everyone. */
function epochsIn(peers: readonly WiredPeer[]): ReadonlySet<string> {
  return new Set(peers.flatMap(({ store }) => (store.get("spread") ?? []).map(({ key }) => key.slice(0, 16))));
}

test.each([2, 5])(
  "%i peers that all start again at once go on where they were, each in the epoch of its store",
  (count) => {
    const scene = new Scene();
    let peers: WiredPeer[] = [];
    for (let life = 1; life <= 4; life += 1) {
      for (const peer of peers) scene.wire.kill(peer);
      peers = [];
      for (let seed = 1; seed <= count; seed += 1) peers.push(scene.start(seed, life, ...peers));
      scene.wire.advance(8_000);
      for (const peer of peers) scene.say(peer, `life ${life}`);
      scene.wire.advance(8_000);
      expect(peers.map(({ core }) => core.cursor)).toEqual(peers.map(() => (count - 1) * life));
      for (const { effects } of peers)
        expect(
          kindOf(effects, "status")
            .flatMap(newsIn)
            .map(({ status }) => status),
        ).toEqual(["accepted", "spread"]);
    }
    expect(epochsIn(peers).size).toBe(count);
  },
);

test("who begins another epoch time and again, as its first neighbour is behind, is not shown what it said itself", () => {
  const scene = new Scene();
  const { wire } = scene;
  for (let life = 1; life <= 72; life += 1) {
    const behind = scene.start(3, life);
    const peer = scene.start(1, life, behind);
    wire.advance(6_000);
    scene.say(peer, "morning");
    wire.advance(5_000);
    wire.kill(behind);
    const other = scene.start(2, life, peer);
    wire.advance(6_000);
    scene.say(peer, "evening");
    wire.advance(5_000);
    wire.kill(peer);
    wire.kill(other);
    wire.advance(3_600_000);
    expect(peer.core.cursor).toBe(0);
  }
});
