import { expect, test, vi } from "vitest";
import { PeerService } from "../../src/gen/e3/v1/peer_pb.ts";
import { expectExactlyOnce, expectShown, texts } from "./harness/delivery.ts";
import { type Dialled, type Mesh, useMesh } from "./harness/mesh.ts";
import { heldBy, PeerClient } from "./harness/peer-client.ts";
import type { TestPeer } from "./harness/peer.ts";
import { runE3 } from "./harness/run.ts";

const openMesh = useMesh();
const hundred = texts("message", 100);
const env = { XDG_STATE_HOME: "/dev/null" };

async function startLeaf(mesh: Mesh, name: string, plan: { id: string; dials: readonly Dialled[] }): Promise<TestPeer> {
  const leaf = await mesh.start(name, { ...plan, options: ["--leaf"] });
  await leaf.until({ event: "peer", state: "up" });
  return leaf;
}

async function expectNothingHeld(peers: readonly TestPeer[]): Promise<void> {
  for (const peer of peers)
    await vi.waitFor(async () => expect(await heldBy(peer)).toEqual({ outbox: 0n, mailbox: 0n }), { timeout: 30_000 });
}

test("two leaves of one hub write to each other, and get receipts", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "1" });
  const a = await startLeaf(mesh, "a", { id: "2", dials: [hub] });
  const b = await startLeaf(mesh, "b", { id: "3", dials: [hub] });
  a.say(b.id, ...hundred);
  b.say(a.id, ...hundred);
  await a.until({ event: "status", to: b.id, status: "delivered" }, { times: hundred.length });
  await b.until({ event: "status", to: a.id, status: "delivered" }, { times: hundred.length });
  await b.until({ event: "message", from: a.id }, { times: hundred.length });
  await a.until({ event: "message", from: b.id }, { times: hundred.length });
  expectShown({ sender: a, receiver: b }, hundred);
  expectShown({ sender: b, receiver: a }, hundred);

  using client = new PeerClient(a.listen);
  const { peers } = await client.call(PeerService.method.listPeers, {});
  expect(peers.map(({ id, neighbour, hops }) => [id, neighbour, hops])).toEqual([
    [1n, true, 1],
    [3n, false, 2],
  ]);
  const { edges } = await client.call(PeerService.method.getTopology, {});
  expect(edges.map(({ a: one, b: other }) => [one, other])).toEqual([[1n, 2n]]);
});

test("a leaf is seen come and go from far away, and its mail waits for it and for those it writes to", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "1" });
  const far = await mesh.start("far", { id: "4", dials: [hub] });
  const leaf = await startLeaf(mesh, "leaf", { id: "2", dials: [hub] });
  await far.until({ event: "peer", id: leaf.id, state: "up" });
  const seen = far.events.end;
  await leaf.kill9();
  await far.until({ event: "peer", id: leaf.id, state: "down" }, { since: seen });
  far.say(leaf.id, ...hundred);
  await far.until({ event: "status", to: leaf.id, status: "stored" }, { times: hundred.length });
  await leaf.restart();
  await far.until({ event: "status", to: leaf.id, status: "delivered" }, { times: hundred.length });
  await leaf.until({ event: "message", from: far.id }, { times: hundred.length });
  expectShown({ sender: far, receiver: leaf }, hundred);

  await far.kill9();
  await leaf.until({ event: "peer", id: far.id, state: "down" });
  leaf.say(far.id, ...hundred);
  await leaf.until({ event: "status", to: far.id, status: "stored" }, { times: hundred.length });
  await leaf.stop();
  await far.restart();
  await far.until({ event: "message", from: leaf.id }, { times: hundred.length });
  expectShown({ sender: leaf, receiver: far }, hundred);
  await leaf.restart();
  await leaf.until({ event: "status", to: far.id, status: "delivered" }, { times: hundred.length });
  await expectNothingHeld([hub, far, leaf]);
});

test("of two hubs one is killed while messages flow both ways: the leaf goes on over the other, and none is lost or doubled", async () => {
  const mesh = await openMesh();
  const one = await mesh.start("one", { id: "1" });
  const two = await mesh.start("two", { id: "2", dials: [one] });
  const leaf = await startLeaf(mesh, "leaf", { id: "5", dials: [one, two] });
  const other = await startLeaf(mesh, "other", { id: "6", dials: [two] });
  await leaf.until({ event: "peer", id: two.id, state: "up" });
  leaf.say(other.id, ...hundred.slice(0, 50));
  other.say(leaf.id, ...hundred.slice(0, 50));
  await other.until({ event: "message", from: leaf.id }, { times: 20 });
  const killed = one.kill9();
  leaf.say(other.id, ...hundred.slice(50));
  other.say(leaf.id, ...hundred.slice(50));
  await killed;
  await leaf.until({ event: "status", to: other.id, status: "delivered" }, { times: hundred.length });
  await other.until({ event: "status", to: leaf.id, status: "delivered" }, { times: hundred.length });
  await other.until({ event: "message", from: leaf.id }, { times: hundred.length });
  await leaf.until({ event: "message", from: other.id }, { times: hundred.length });
  await expectExactlyOnce({ sender: leaf, receiver: other });
  await expectExactlyOnce({ sender: other, receiver: leaf });
});

test("a hub that is killed and started again has lost nothing of what its leaves sent meanwhile", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "1" });
  const a = await startLeaf(mesh, "a", { id: "2", dials: [hub] });
  const b = await startLeaf(mesh, "b", { id: "3", dials: [hub] });
  a.say(b.id, "before");
  await a.until({ event: "status", to: b.id, status: "delivered" });
  await hub.kill9();
  a.say(b.id, ...hundred);
  await a.until({ event: "status", to: b.id, status: "accepted" }, { times: 1 + hundred.length });
  await hub.restart();
  await a.until({ event: "status", to: b.id, status: "delivered" }, { times: 1 + hundred.length });
  await b.until({ event: "message", from: a.id }, { times: 1 + hundred.length });
  expectShown({ sender: a, receiver: b }, ["before", ...hundred]);
});

test("nobody can dial a leaf, and who does is told so", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "1" });
  const leaf = await startLeaf(mesh, "leaf", { id: "2", dials: [hub] });
  const full = await mesh.start("full", { id: "3", dials: [leaf] });
  await full.until({ event: "error", code: "bad-option" });
  const other = await mesh.start("other", { id: "4", dials: [leaf], options: ["--leaf"] });
  const { message } = await other.until({ event: "error", code: "bad-option" });
  expect(message).toContain(`${leaf.listen} is a leaf`);
});

test.each([
  ["none", [], /--leaf.*1 to 3/],
  ["four", ["127.0.0.1:12002", "127.0.0.1:12003", "127.0.0.1:12004", "127.0.0.1:12005"], /4 peers.*1 to 3/],
])("a leaf with %s to attach to is a usage error that says what would be right", async (_, dials, names) => {
  const { code, stdout, stderr } = await runE3(["127.0.0.1:12001", "--leaf", ...dials], { env });
  expect(stderr).toMatch(names);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});
