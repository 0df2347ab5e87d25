import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { decodeBody } from "../../src/core/body.ts";
import { decodeGroupLetter } from "../../src/core/group-codec.ts";
import { decodeInboxRecord } from "../../src/core/record-codec.ts";
import { Wire, type WiredOptions, type WiredPeer } from "../world/wire.ts";

const group = 900n;
const ttlMs = 3_600_000;

/** Peers 1 to count in a line, with the ids 11, 12 and so on. */
function lineOf(wire: Wire, count: number, options: Partial<WiredOptions> = {}): readonly WiredPeer[] {
  const peers: WiredPeer[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const peer = wire.add({ ...options, seed, desiredId: BigInt(seed + 10) });
    wire.start(peer, ...peers.slice(-1));
    wire.run();
    peers.push(peer);
  }
  wire.advance(1_000);
  return peers;
}

function at(peers: readonly WiredPeer[], index: number): WiredPeer {
  const peer = peers.at(index);
  if (peer === undefined) throw new Error(`nobody is at ${index}`);
  return peer;
}

/** Lets a peer do something, and what follows from it. */
function act(wire: Wire, peer: WiredPeer, what: (core: WiredPeer["core"]) => void): void {
  what(peer.core);
  wire.step(peer, { kind: "alarm" });
  wire.run();
}

/** The first makes a group of all, and all accept. */
function team(wire: Wire, peers: readonly WiredPeer[]): void {
  const [first, ...others] = peers;
  if (first === undefined) return;
  act(wire, first, (core) =>
    core.groups.create(
      group,
      "team",
      others.map((other) => other.core.id),
    ),
  );
  for (const other of others) act(wire, other, (core) => core.groups.answer(group, "joined"));
  wire.advance(2_000);
}

function say(wire: Wire, peer: WiredPeer, text: string): void {
  act(wire, peer, (core) => core.submit({ to: group, body: encodeText(text), ttlMs }, wire.nowMs));
}

/** What a peer's inbox log holds of groups, in its order. */
function heard(peer: WiredPeer): readonly string[] {
  const records = (peer.store.get("inbox") ?? []).map(({ value }) => decodeInboxRecord(value));
  return records.flatMap(({ bodies, unordered }) =>
    bodies.map((bytes) => {
      const body = decodeBody(bytes);
      const letter = typeof body !== "string" && body.kind === "group" ? decodeGroupLetter(body.bytes) : undefined;
      return `${unordered ? "unordered " : ""}${letter?.content.case === "text" ? letter.content.value : "?"}`;
    }),
  );
}

/** Envelopes that left a peer over all its links from a moment on, receipts left out: what is long enough to be a text. */
function left(peer: WiredPeer, from: number, text: string): number {
  const needle = new TextEncoder().encode(text);
  return peer.effects.slice(from).reduce((sum, effect) => {
    if (effect.kind !== "envelopes") return sum;
    return sum + effect.envelopes.filter((envelope) => includes(envelope, needle)).length;
  }, 0);
}

function includes(bytes: Uint8Array, needle: Uint8Array): boolean {
  return Buffer.from(bytes).includes(Buffer.from(needle));
}

test("a message to a group crosses each link of a line once, and each member receipts it for itself", () => {
  const wire = new Wire();
  const peers = lineOf(wire, 5);
  team(wire, peers);
  const before = peers.map(({ effects }) => effects.length);
  for (const text of ["the first of them", "the second of them"]) say(wire, at(peers, 0), text);
  wire.advance(1_000);
  const crossed = peers.map((peer, index) => left(peer, before[index] ?? 0, "of them"));
  expect(crossed).toEqual([2, 2, 2, 2, 0]);
  for (const peer of peers.slice(1)) expect(heard(peer)).toEqual(["the first of them", "the second of them"]);
  const receipts = at(peers, 0).effects.filter(({ kind }) => kind === "receipt");
  expect(receipts).toHaveLength(8);
});

test("in a star the hub gets it once, and passes on one to each other ray, leaves among them", () => {
  const wire = new Wire();
  const hub = wire.add({ seed: 1, desiredId: 11n });
  wire.start(hub);
  wire.advance(6_000);
  const rays = [2, 3, 4, 5].map((seed) => wire.add({ seed, desiredId: BigInt(seed + 10), leaf: seed > 3 }));
  for (const ray of rays) {
    wire.start(ray, hub);
    wire.run();
  }
  wire.advance(2_000);
  const peers = [...rays, hub];
  team(wire, peers);
  for (const sender of [at(rays, 0), at(rays, 3)]) {
    const before = peers.map(({ effects }) => effects.length);
    say(wire, sender, `from ${sender.core.id}`);
    wire.advance(1_000);
    const crossed = peers.map((peer, index) => left(peer, before[index] ?? 0, `from ${sender.core.id}`));
    expect(crossed).toEqual([...rays.map((ray) => (ray === sender ? 1 : 0)), 3]);
  }
  expect(peers.map((peer) => heard(peer).length)).toEqual([1, 2, 2, 1, 2]);
});

test("in the middle of a line it leaves once to either side", () => {
  const wire = new Wire();
  const peers = lineOf(wire, 5);
  team(wire, peers);
  const before = peers.map(({ effects }) => effects.length);
  say(wire, at(peers, 2), "from the middle");
  wire.advance(1_000);
  expect(peers.map((peer, index) => left(peer, before[index] ?? 0, "from the middle"))).toEqual([0, 1, 2, 1, 0]);
});

test("what is lost on its way is sent again to those who lack it, and nobody is shown it twice", () => {
  const wire = new Wire();
  const peers = lineOf(wire, 4);
  team(wire, peers);
  let count = 0;
  wire.loses = () => (count += 1) % 3 === 0;
  for (let index = 1; index <= 10; index += 1) {
    say(wire, at(peers, index % 4), `message ${index}`);
    wire.advance(200);
  }
  wire.loses = undefined;
  wire.advance(60_000);
  for (const [index, peer] of peers.entries()) {
    const others = Array.from({ length: 10 }, (_, number) => number + 1).filter((number) => number % 4 !== index);
    expect([...heard(peer)].sort(), `${index}`).toEqual(others.map((number) => `message ${number}`).sort());
    expect(peer.core.view.figures().outbox).toBe(0);
  }
});

test("an answer is shown after what it answers, however the two travelled, and over a restart of who answers", () => {
  const wire = new Wire();
  const peers = lineOf(wire, 3);
  team(wire, peers);
  const [asker, answerer, reader] = [at(peers, 0), at(peers, 1), at(peers, 2)];
  // The question to the reader is lost once; the answer is not.
  const length = answerer.effects.length;
  wire.loses = () => left(answerer, length, "question?") > 0;
  say(wire, asker, "question?");
  wire.loses = undefined;
  expect([heard(answerer), heard(reader)]).toEqual([["question?"], []]);
  const again = wire.add({ seed: 2, life: 2, desiredId: 12n, store: answerer.store });
  wire.start(again, asker, reader);
  wire.run();
  say(wire, again, "answer!");
  wire.advance(9_000);
  expect(heard(reader)).toEqual(["question?", "answer!"]);
});

test("who joins later learns how far the others are, and waits for nothing that was not for it", () => {
  const wire = new Wire();
  const peers = lineOf(wire, 4);
  team(wire, peers.slice(0, 3));
  for (const peer of peers.slice(0, 3)) say(wire, peer, "before");
  act(wire, at(peers, 0), (core) => core.groups.invite(group, [14n]));
  act(wire, at(peers, 3), (core) => core.groups.answer(group, "joined"));
  wire.advance(2_000);
  say(wire, at(peers, 1), "after");
  wire.advance(500);
  expect(heard(at(peers, 3))).toEqual(["after"]);
});

test("what a member does not get, as it left, is told as refused, and not as delivered", () => {
  const wire = new Wire();
  const peers = lineOf(wire, 3);
  team(wire, peers);
  const sender = at(peers, 0);
  act(wire, at(peers, 2), (core) => {
    core.groups.leave(group);
    // It is on its way while the other leaves.
    sender.core.submit({ to: group, body: encodeText("hello"), ttlMs }, wire.nowMs);
    wire.step(sender, { kind: "alarm" });
  });
  wire.advance(3_000);
  expect([heard(at(peers, 1)), heard(at(peers, 2))]).toEqual([["hello"], []]);
  const statuses = sender.effects.flatMap((effect) =>
    effect.kind === "status" && effect.to === group ? [`${effect.status} ${effect.reason}`] : [],
  );
  expect(statuses.at(-1)).toMatch(/^refused delivered to 1 of 2; 13 refused/);
});

test("where a message to a group stands is told under its number there; copies are no messages to one peer", () => {
  const wire = new Wire();
  const peers = lineOf(wire, 3);
  team(wire, peers);
  wire.kill(at(peers, 2));
  wire.advance(10_000);
  say(wire, at(peers, 0), "hello");
  wire.advance(1_000);
  const { view } = at(peers, 0).core;
  const account = { to: group, number: 1, next: "1 of 2 have it; it waits for 13" };
  expect(view.explain(1)).toMatchObject([account]);
  expect(view.explain(1, group)).toMatchObject([account]);
  expect([1, 2, 3, 4].flatMap((number) => view.explain(number, 13n))).toEqual([]);
});
