import { expect, test } from "vitest";
import { PeerService } from "../../src/gen/e3/v1/peer_pb.ts";
import { expectExactlyOnce, expectShown, texts } from "./harness/delivery.ts";
import { type Mesh, useMesh } from "./harness/mesh.ts";
import { heldBy, PeerClient } from "./harness/peer-client.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh();
const target = "77252666718255106";
const hundred = texts("for later", 100);

interface Line {
  readonly a: TestPeer;
  readonly b: TestPeer;
  readonly c: TestPeer;
}

/** a-b-c; the sender is a, and both others can keep mail. */
async function openLine(mesh: Mesh): Promise<Line> {
  const c = await mesh.start("c", { id: "3" });
  const b = await mesh.start("b", { id: "2", dials: [c] });
  const a = await mesh.start("a", { id: "1", dials: [b] });
  await mesh.converged();
  return { a, b, c };
}

async function sayAll(sender: TestPeer, status: "accepted" | "stored"): Promise<void> {
  const since = sender.events.end;
  sender.say(target, ...hundred);
  await sender.until({ event: "status", to: target, status }, { since, times: hundred.length });
}

async function expectAllShown(sender: TestPeer, receiver: TestPeer): Promise<void> {
  await receiver.until({ event: "message", from: sender.id, text: hundred.at(-1) ?? "" });
  expectShown({ sender, receiver }, hundred);
}

/** A receipt reaches every keeper: in the end nobody holds a copy. */
async function expectNothingHeld(peers: readonly TestPeer[]): Promise<void> {
  for (const peer of peers) expect(await heldBy(peer), peer.name).toEqual({ outbox: 0n, mailbox: 0n });
}

test("100 messages for a peer nobody has seen yet arrive in order, once, and the sender is told each step", async () => {
  const mesh = await openMesh();
  const { a, b, c } = await openLine(mesh);
  await sayAll(a, "stored");

  const late = await mesh.start("late", { id: target, dials: [c] });

  await expectAllShown(a, late);
  await a.until({ event: "status", to: target, status: "delivered" }, { times: hundred.length });
  for (let number = 1; number <= hundred.length; number++) {
    const steps = a.all({ event: "status", to: target, number: String(number) }).map(({ status }) => status);
    expect(steps, `steps of ${number}`).toEqual(["accepted", "stored", "delivered"]);
  }
  await expectNothingHeld([a, b, c, late]);
  await expectExactlyOnce({ sender: a, receiver: late });
});

test("a peer that was known at one end and comes back at the other gets its 100 messages there", async () => {
  const mesh = await openMesh();
  const { a, b, c } = await openLine(mesh);
  const wanderer = await mesh.start("wanderer", { id: target, dials: [c] });
  await a.until({ event: "peer", id: target, state: "up" });
  a.say(target, "before");
  await a.until({ event: "status", to: target, number: "1", status: "delivered" });
  await wanderer.until({ event: "message", text: "before" });
  await wanderer.kill9();
  await a.until({ event: "peer", id: target, state: "down" });
  await sayAll(a, "accepted");

  await wanderer.restart({ dials: [a.listen] });

  await wanderer.until({ event: "message", text: hundred.at(-1) ?? "" });
  expectShown({ sender: a, receiver: wanderer }, ["before", ...hundred]);
  await expectNothingHeld([a, b, c, wanderer]);
});

test("the sender may leave once its messages are stored: the target gets them from those that kept them", async () => {
  const mesh = await openMesh();
  const { a, b, c } = await openLine(mesh);
  await sayAll(a, "stored");
  expect(await a.stop()).toEqual({ code: 0, signal: null });
  await b.until({ event: "peer", id: a.id, state: "down" });

  const late = await mesh.start("late", { id: target, dials: [c] });

  await expectAllShown(a, late);
  await expectNothingHeld([b, c]);

  // The sender hears of it when it is back, and nothing comes twice.
  await a.restart();
  await a.until({ event: "status", to: target, number: "100", status: "delivered" });
  expectShown({ sender: a, receiver: late }, hundred);
  await expectNothingHeld([a, b, c, late]);
});

test("the sender may be killed after its messages are stored, and the keepers be killed and started again", async () => {
  const mesh = await openMesh();
  const { a, b, c } = await openLine(mesh);
  await sayAll(a, "stored");
  await a.kill9();
  for (const keeper of [b, c]) {
    await keeper.kill9();
    await keeper.restart();
  }

  const late = await mesh.start("late", { id: target, dials: [b] });

  await expectAllShown(a, late);
  await expectNothingHeld([b, c]);
  await a.restart();
  await a.until({ event: "status", to: target, number: "100", status: "delivered" });
  expectShown({ sender: a, receiver: late }, hundred);
  await expectExactlyOnce({ sender: a, receiver: late });
});

test("a keeper that is killed does not take the messages with it: the sender and the other keeper have them", async () => {
  const mesh = await openMesh();
  const { a, b, c } = await openLine(mesh);
  await sayAll(a, "stored");
  await c.kill9();
  const late = await mesh.start("late", { id: target, dials: [b] });
  await expectAllShown(a, late);
  await c.restart();
  await expectNothingHeld([a, b, c, late]);
  expectShown({ sender: a, receiver: late }, hundred);
});

test("what a peer accepted while it was all alone survives its kill -9 and goes out when somebody comes", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a", { id: "1" });
  await sayAll(a, "accepted");
  await a.kill9();
  await a.restart();

  const late = await mesh.start("late", { id: target, dials: [a] });

  await expectAllShown(a, late);
  await a.until({ event: "status", to: target, number: "100", status: "delivered" });
  await expectExactlyOnce({ sender: a, receiver: late });
});

test("a message to an id that never appears harms nobody, and the sender can ask where it stands", async () => {
  const mesh = await openMesh();
  const { a, b, c } = await openLine(mesh);
  a.say(target, "anyone?");
  await a.until({ event: "status", to: target, number: "1", status: "stored" });
  a.say(c.id, "still here");
  await c.until({ event: "message", text: "still here" });
  for (const peer of [a, b, c]) expect(peer.all({ event: "error" })).toEqual([]);

  using client = new PeerClient(a.listen);
  const { explanations } = await client.call(PeerService.method.explain, { number: 1n, to: BigInt(target) });
  expect(explanations).toMatchObject([{ to: BigInt(target), number: 1n, road: [] }]);
  expect(explanations[0]?.custodians.toSorted()).toEqual([2n, 3n]);
  expect(explanations[0]?.next).not.toBe("");
  expect(explanations[0]?.expiresAtMs).toBeGreaterThan(BigInt(Date.now()));
});

test("what was delivered is not shown again when the receiver is killed and started again", async () => {
  const mesh = await openMesh();
  const { a, c } = await openLine(mesh);
  for (const round of ["first", "second", "third"]) {
    a.say(c.id, round);
    await c.until({ event: "message", from: a.id, text: round });
    await a.until({ event: "status", to: c.id, status: "delivered" }, { times: c.starts.length });
    await c.kill9();
    await c.restart();
    await mesh.converged();
  }
  a.say(c.id, "last");
  await c.until({ event: "message", from: a.id, text: "last" });
  expectShown({ sender: a, receiver: c }, ["first", "second", "third", "last"]);
});
