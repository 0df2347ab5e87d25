import { expect, test } from "vitest";
import { decodeBody, encodeText } from "../../src/core/body.ts";
import { decodeInboxRecord } from "../../src/core/record-codec.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { newsIn } from "../world/statuses.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** Peer 11, linked with 12, linked with 13. What 12 hears it passes on, and its disk has stood still since before "one". */
class Scene {
  readonly wire = new Wire();
  readonly origin: WiredPeer;
  readonly middle: WiredPeer;
  readonly far: WiredPeer;

  constructor() {
    this.origin = this.#add(1);
    this.middle = this.#add(2, this.origin);
    this.far = this.#add(3, this.middle);
    this.middle.stalled = true;
    this.cut();
    this.say("one");
    this.link();
    this.say("two");
    expect(heard(this.far)).toEqual([]);
  }

  #add(seed: number, ...others: readonly WiredPeer[]): WiredPeer {
    const peer = this.wire.add({ seed, desiredId: BigInt(seed + 10) });
    this.wire.start(peer, ...others);
    this.wire.advance(1_000);
    return peer;
  }

  say(text: string): void {
    this.origin.core.submit({ to: 0n, body: encodeText(text), ttlMs: 3_600_000 }, this.wire.nowMs);
    this.wire.step(this.origin, { kind: "alarm" });
    this.wire.advance(500);
  }

  /** The far peer is told to leave the one in the middle alone. */
  cut(): void {
    this.far.core.disconnect(this.middle.address, this.wire.nowMs);
    this.wire.step(this.far, { kind: "alarm" });
    this.wire.advance(500);
  }

  /** The two are linked again. */
  link(): void {
    this.far.core.connect(this.middle.address, this.wire.nowMs);
    this.wire.step(this.far, { kind: "alarm" });
    this.wire.advance(1_000);
  }
}

/** What a peer shows, in its order. */
function heard({ store }: WiredPeer): readonly string[] {
  return (store.get("inbox") ?? []).flatMap(({ value }) => {
    const { bodies, missing } = decodeInboxRecord(value);
    const texts = bodies.map((bytes) => {
      const body = decodeBody(bytes);
      return typeof body !== "string" && body.kind === "text" ? body.text : "?";
    });
    return [...(missing > 0 ? [`(${missing} missing)`] : []), ...texts];
  });
}

function spread(peer: WiredPeer): readonly number[] {
  const news = kindOf(peer.effects, "status").flatMap(newsIn);
  return news.filter(({ status }) => status === "spread").map(({ number }) => number);
}

test("what a peer went on without is shown, late and once, as soon as a neighbour has it, and then all is quiet", () => {
  const { wire, far, middle, origin } = new Scene();
  wire.advance(12_000);
  expect(heard(far)).toEqual(["(1 missing)", "two"]);
  middle.stalled = false;
  wire.step(middle, { kind: "alarm" });
  wire.advance(10_000);
  expect([heard(middle), heard(far)]).toEqual([
    ["one", "two"],
    ["(1 missing)", "two", "one"],
  ]);
  expect(spread(origin)).toEqual([1, 2]);
  wire.advance(20_000);
  const frontiers = (): number => [origin, middle, far].reduce((sum, { effects }) => sum + saidOf(effects, "frontiers").length, 0); // prettier-ignore
  const before = frontiers();
  wire.advance(60_000);
  expect(frontiers()).toBe(before);
});

test("an origin is not told that what nobody has is spread, by who went on without it", () => {
  const { wire, far, middle, origin } = new Scene();
  wire.advance(12_000);
  wire.kill(middle);
  origin.core.connect(far.address, wire.nowMs);
  expect(spread(origin)).toEqual([]);
  wire.step(origin, { kind: "alarm" });
  wire.advance(10_000);
  expect(heard(far)).toEqual(["(1 missing)", "two", "one"]);
  expect(spread(origin)).toEqual([2, 1]);
});
