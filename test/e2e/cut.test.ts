import { expect, test } from "vitest";
import { expectExactlyOnce, expectShown, texts } from "./harness/delivery.ts";
import { type Mesh, useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import type { Proxy } from "./harness/proxy.ts";

const openMesh = useMesh();
const count = 600;
const half = count / 2;

interface Ring {
  readonly a: TestPeer;
  readonly b: TestPeer;
  readonly c: TestPeer;
  /** The wire from a to b, on the short road from a to c. */
  readonly wire: Proxy;
  readonly all: readonly TestPeer[];
}

/** a-b-c-d-e-a: the short road from a to c goes through b, the long one through e and d. */
async function openRing(mesh: Mesh): Promise<Ring> {
  const b = await mesh.peer("b", { id: "2" });
  const wire = await mesh.proxy(b);
  const e = await mesh.peer("e", { id: "5" });
  const a = await mesh.peer("a", { id: "1", dials: [wire, e] });
  const d = await mesh.peer("d", { id: "4", dials: [e] });
  const c = await mesh.peer("c", { id: "3", dials: [b, d] });
  const all = [a, b, c, d, e];
  await Promise.all(all.map((peer) => peer.start()));
  await mesh.converged(all);
  return { a, b, c, wire, all };
}

/** Streams messages from a to c, does something when half of them were shown, and expects all of them, once each. */
async function expectAllArrive({ a, c }: Ring, disturb: () => Promise<void> | void): Promise<void> {
  const sent = texts("message", count);
  a.say(c.id, ...sent.slice(0, half));
  await c.until({ event: "message", from: a.id }, { times: half / 2 });
  const disturbed = disturb();
  a.say(c.id, ...sent.slice(half));
  await disturbed;
  await c.until({ event: "message", from: a.id, text: sent.at(-1) ?? "" });
  await a.until({ event: "status", to: c.id, status: "delivered" }, { times: count });
  expectShown({ sender: a, receiver: c }, sent);
  await expectExactlyOnce({ sender: a, receiver: c });
}

test("in a ring of five, a link that is cut while messages flow loses none and doubles none", async () => {
  const ring = await openRing(await openMesh());
  await expectAllArrive(ring, () => ring.wire.cut());
  expect(ring.a.all({ event: "status", status: "expired" })).toEqual([]);
});

test("a link that falls silent without closing is found dead, and the messages take the other way round", async () => {
  const ring = await openRing(await openMesh());
  await expectAllArrive(ring, () => ring.wire.stall());
});

test("a forwarder on the short road that is killed while messages flow loses none and doubles none", async () => {
  const ring = await openRing(await openMesh());
  await expectAllArrive(ring, () => ring.b.kill9());
});

test("a link that is cut and healed again and again while messages flow loses none and doubles none", async () => {
  const ring = await openRing(await openMesh());
  await expectAllArrive(ring, async () => {
    for (let round = 0; round < 4; round++) {
      const passed = ring.wire.carriedBytes;
      await ring.wire.cut();
      await ring.wire.heal();
      // Cut again only once the link has been dialled anew, so that every round is one.
      await ring.wire.carriedMore(passed);
    }
  });
});

test("when the only road is cut, messages wait and arrive once it is healed", async () => {
  const mesh = await openMesh();
  const c = await mesh.start("c", { id: "3" });
  const wire = await mesh.proxy(c);
  const b = await mesh.start("b", { id: "2", dials: [wire] });
  const a = await mesh.start("a", { id: "1", dials: [b] });
  await mesh.converged();
  const before = a.events.end;
  await wire.cut();
  await a.until({ event: "peer", id: c.id, state: "down" }, { since: before });
  const sent = texts("waiting", 50);
  a.say(c.id, ...sent);
  await a.until({ event: "status", to: c.id, status: "accepted" }, { times: sent.length });
  expect(c.shown()).toEqual([]);

  await wire.heal();

  await a.until({ event: "status", to: c.id, status: "delivered" }, { times: sent.length });
  await c.until({ event: "message", from: a.id }, { times: sent.length });
  expectShown({ sender: a, receiver: c }, sent);
});
