import { expect, test } from "vitest";
import { PeerService } from "../../src/gen/e3/v1/peer_pb.ts";
import { expectShown, texts } from "./harness/delivery.ts";
import { type Mesh, useMesh } from "./harness/mesh.ts";
import { eventually, PeerClient } from "./harness/peer-client.ts";
import { freeAddress } from "./harness/port.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh();
const few = 5;

/** Everyone writes to everyone; all of it arrives, once and in order. */
async function expectAllTalk(peers: readonly TestPeer[]): Promise<void> {
  const pairs = peers.flatMap((sender) =>
    peers.filter((peer) => peer !== sender).map((receiver) => ({ sender, receiver })),
  );
  const said = ({ sender, receiver }: (typeof pairs)[number]) => texts(`${sender.name} to ${receiver.name}`, few);
  for (const pair of pairs) pair.sender.say(pair.receiver.id, ...said(pair));
  for (const pair of pairs) {
    const { sender, receiver } = pair;
    await sender.until({ event: "status", to: receiver.id, number: String(few), status: "delivered" });
    await receiver.until({ event: "message", from: sender.id, text: said(pair).at(-1) ?? "" });
    expectShown(pair, said(pair));
  }
}

async function links(peer: TestPeer): Promise<number> {
  using client = new PeerClient(peer.listen);
  // Awaited here, so that the client is not closed before.
  const status = await client.call(PeerService.method.getStatus, {});
  return status.links;
}

test("in a line of six the ends reach each other, and everyone in between", async () => {
  const mesh = await openMesh();
  const line = await mesh.link({ a: ["b"], b: ["c"], c: ["d"], d: ["e"], e: ["f"], f: [] });
  await expectAllTalk([line.a, line.c, line.f]);
  expect(line.b.shown()).toEqual([]);
});

test("in a star the hub lists nobody and the leaves only the hub, and all reach all", async () => {
  const mesh = await openMesh();
  const star = await mesh.link({ hub: [], one: ["hub"], two: ["hub"], three: ["hub"], four: ["hub"] });
  await expectAllTalk([star.hub, star.one, star.two, star.three, star.four]);
});

test("in a full mesh of four, listed by everyone, all reach all once", async () => {
  const mesh = await openMesh();
  const full = await mesh.link({ a: ["b", "c", "d"], b: ["a", "c", "d"], c: ["a", "b", "d"], d: ["a", "b", "c"] });
  await expectAllTalk([full.a, full.b, full.c, full.d]);
});

test("it does not matter from which side a link is dialled", async () => {
  const mesh = await openMesh();
  const inward = await mesh.link({ a: ["b"], b: [], c: ["b"] });
  const outward = await mesh.link({ d: [], e: ["d", "f"], f: [] });
  await expectAllTalk([inward.a, inward.c]);
  await expectAllTalk([outward.d, outward.f]);
});

test("two peers that dial each other at the same time end up with one link, every time", async () => {
  const mesh = await openMesh();
  for (const round of [1, 2, 3, 4]) await expectOneLink(mesh, round);
});

async function expectOneLink(mesh: Mesh, round: number): Promise<void> {
  const [left, right] = [await freeAddress(), await freeAddress()];
  const pair = await Promise.all([
    mesh.start(`left ${round}`, { listen: left, id: "1", dials: [right], store: "memory" }),
    mesh.start(`right ${round}`, { listen: right, id: "2", dials: [left], store: "memory" }),
  ]);
  await mesh.converged(pair);
  await expectAllTalk(pair);
  for (const peer of pair) {
    expect(
      await eventually(
        () => links(peer),
        (count) => count === 1,
      ),
    ).toBe(1);
  }
  for (const peer of pair) await peer.kill9();
}

test("a peer that is linked by hand is reached like any other", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  const c = await mesh.start("c");
  c.type(`/connect ${a.listen}`);
  await mesh.converged([a, b, c]);
  await expectAllTalk([b, c]);
});
