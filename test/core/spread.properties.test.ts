import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody, encodeText } from "../../src/core/body.ts";
import { decodeInboxRecord } from "../../src/core/record-codec.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

const count = 5;

type Step = readonly [what: "say" | "pass" | "restart" | "stall" | "sleep", peer: number, forMs: number];

/** Links of a tree over the peers, by the one that each dials, and a few more. */
const links = fc.tuple(
  fc.tuple(...Array.from({ length: count - 1 }, (_, index) => fc.nat({ max: index }))),
  fc.array(fc.tuple(fc.nat({ max: count - 1 }), fc.nat({ max: count - 1 })), { maxLength: 3 }),
);

const walks: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>("say", "say", "say", "pass", "restart", "stall", "sleep"),
    fc.nat({ max: count - 1 }),
    fc.nat({ max: 4_000 }),
  ),
  { minLength: 5, maxLength: 25 },
);

/** A few peers that say things to everyone over links that lose every other envelope or so, and that restart, stall and sleep. */
class Village {
  readonly wire = new Wire();
  readonly peers: WiredPeer[] = [];
  readonly said: string[] = [];
  readonly #dials: readonly (readonly number[])[];
  #lives = 1;

  constructor([tree, more]: readonly [readonly number[], readonly (readonly [number, number])[]]) {
    const extra = (from: number): readonly number[] => more.flatMap(([a, b]) => (a === from && a > b ? [b] : []));
    this.#dials = Array.from({ length: count }, (_, from) => [
      ...new Set([...tree.slice(from - 1, from), ...extra(from)]),
    ]);
    for (let index = 0; index < count; index += 1) this.#start(index);
    this.wire.advance(1_000);
  }

  step([what, index, forMs]: Step): void {
    const peer = this.peers[index];
    if (peer === undefined) return;
    if (what === "say") this.#say(index, peer);
    else if (what === "restart") this.#start(index);
    else if (what === "stall") peer.stalled = !peer.stalled;
    else if (what === "sleep") peer.frozen = !peer.frozen;
    this.wire.advance(what === "pass" ? forMs : 20);
  }

  /** Nothing is lost any more, nobody stalls or sleeps. */
  calm(): void {
    this.wire.loses = undefined;
    for (const peer of this.peers) wake(peer);
    this.wire.advance(40_000);
  }

  /** What a peer's log holds of what others said. */
  heard({ store }: WiredPeer): readonly string[] {
    return (store.get("inbox") ?? []).flatMap(({ value }) =>
      decodeInboxRecord(value).bodies.map((bytes) => {
        const body = decodeBody(bytes);
        return typeof body !== "string" && body.kind === "text" ? body.text : "?";
      }),
    );
  }

  #say(index: number, peer: WiredPeer): void {
    if (peer.frozen) return;
    const text = `${index} says ${this.said.length}`;
    peer.core.submit({ to: 0n, body: encodeText(text), ttlMs: 3_600_000 }, this.wire.nowMs);
    this.wire.step(peer, { kind: "alarm" });
    this.said.push(text);
  }

  #start(index: number): void {
    const before = this.peers[index];
    if (before !== undefined) wake(before);
    const store = before?.store ?? new Map();
    const seed = index + 1;
    this.#lives += 1;
    const limits = { answerCountMax: 3 };
    const peer = this.wire.add({ seed, desiredId: BigInt(seed + 10), store, life: this.#lives, limits });
    this.peers[index] = peer;
    this.wire.start(peer, ...(this.#dials[index] ?? []).flatMap((other) => this.peers[other] ?? []));
    this.wire.advance(20);
  }
}

function wake(peer: WiredPeer): void {
  peer.stalled = false;
  peer.frozen = false;
}

test("whatever envelopes are lost, whoever restarts, stalls or sleeps, everyone hears all that was said, once", () => {
  fc.assert(
    fc.property(links, walks, fc.array(fc.boolean(), { minLength: 1, maxLength: 50 }), (drawn, walk, losses) => {
      const village = new Village(drawn);
      let sent = 0;
      village.wire.loses = () => losses[(sent += 1) % losses.length] === true;
      for (const step of walk) village.step(step);
      village.calm();
      for (const [index, peer] of village.peers.entries()) {
        const expected = village.said.filter((text) => !text.startsWith(`${index} `));
        expect(village.heard(peer).toSorted()).toEqual(expected.toSorted());
      }
    }),
    { numRuns: 25 },
  );
});
