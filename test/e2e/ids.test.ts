import { expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { assignerHash, takeApart } from "./harness/snowflake.ts";

const openMesh = useMesh();
const slotMs = 10;

function ready(peer: TestPeer): { readonly id: string; readonly desired: "granted" | "refused" | null } {
  const said = peer.all({ event: "ready" }).at(-1);
  if (said === undefined) throw new Error(`${peer.name} is not ready`);
  return said;
}

/** Both ways, so that the ids work as targets and as senders. */
async function expectTalk(left: TestPeer, right: TestPeer): Promise<void> {
  const since = [left.events.end, right.events.end] as const;
  left.say(right.id, "ping");
  right.say(left.id, "pong");
  await right.until({ event: "message", from: left.id, text: "ping" }, { since: since[1] });
  await left.until({ event: "message", from: right.id, text: "pong" }, { since: since[0] });
}

test("the hash in this suite is the one of the vectors", () => {
  expect(assignerHash("0")).toBe(0xd8bc);
  expect(assignerHash("77252666718255104")).toBe(0x6592);
  expect(takeApart("77252666718255106")).toMatchObject({ sign: 0n, assignerHash: 0xd8bc, sequence: 2 });
});

test("an id is assigned by the peer one connects to, in the Snowflake layout", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "77252666718255104" });
  const beforeMs = Date.now();
  const leaves = await Promise.all(["one", "two", "three"].map((name) => mesh.start(name, { dials: [hub] })));
  for (const leaf of leaves) {
    const { sign, slotMs: atMs, assignerHash: hash } = takeApart(leaf.id);
    expect(sign).toBe(0n);
    expect(hash).toBe(0x6592);
    expect(atMs).toBeGreaterThan(beforeMs - slotMs);
    expect(atMs).toBeLessThanOrEqual(Date.now());
  }
  expect(new Set(leaves.map(({ id }) => id)).size).toBe(leaves.length);
});

test("a peer with nobody to ask assigns itself an id in the same layout", async () => {
  const mesh = await openMesh();
  const beforeMs = Date.now();
  const { id } = await mesh.start("alone");
  const { sign, slotMs: atMs } = takeApart(id);
  expect(sign).toBe(0n);
  expect(atMs).toBeGreaterThan(beforeMs - slotMs);
  expect(atMs).toBeLessThanOrEqual(Date.now());
});

test("a desired id that another peer holds is refused, and the peer carries on with the one assigned to it", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "42" });
  const holder = await mesh.start("holder", { id: "43", dials: [hub] });
  await mesh.converged();
  const ofNeighbour = await mesh.start("wants the hub's", { id: "42", dials: [hub] });
  const ofOther = await mesh.start("wants a far one's", { id: "43", dials: [hub] });
  for (const refused of [ofNeighbour, ofOther]) {
    expect(ready(refused).desired).toBe("refused");
    expect(takeApart(refused.id).assignerHash).toBe(assignerHash(hub.id));
    await expectTalk(holder, refused);
  }
  expect(ready(holder)).toMatchObject({ id: "43", desired: "granted" });
  expect(holder.all({ event: "id" })).toEqual([]);
});

test("a refused peer says so in plain words on plain output", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "42" });
  const refused = await mesh.peer("refused", { id: "42", dials: [hub], plain: true });
  refused.launch();
  const { id } = await hub.until({ event: "peer", state: "up" });
  const said = (line: string): boolean => /refused|taken|held|in use/i.test(line);
  const lines = [
    refused.stdout.until("a line that says the wish was refused", said),
    refused.stderr.until("a line that says the wish was refused", said),
  ];
  await Promise.any(lines);
  await Promise.any(
    [refused.stdout, refused.stderr].map((trail) => trail.until("a line with the id", (line) => line.includes(id))),
  );
  expect(id).not.toBe("42");
});

test("an assigned id is kept across a restart and a kill -9, also when nobody is there to confirm it", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "42" });
  const leaf = await mesh.start("leaf", { dials: [hub] });
  const { id } = leaf;
  await leaf.stop();
  await leaf.restart();
  expect(leaf.id).toBe(id);
  await leaf.kill9();
  await leaf.restart();
  expect(leaf.id).toBe(id);
  await leaf.kill9();
  await hub.kill9();
  await leaf.restart();
  expect(leaf.id).toBe(id);
  await hub.restart();
  await mesh.converged([hub, leaf]);
  await expectTalk(hub, leaf);
});

test("a granted id is granted again after kill -9, and to nobody else in the meantime", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "42" });
  const holder = await mesh.start("holder", { id: "7", dials: [hub] });
  await hub.until({ event: "peer", id: "7", state: "up" });
  await holder.kill9();
  await hub.until({ event: "peer", id: "7", state: "down" });
  const thief = await mesh.start("thief", { id: "7", dials: [hub] });
  expect(ready(thief).desired).toBe("refused");
  await holder.restart();
  expect(ready(holder)).toMatchObject({ id: "7", desired: "granted" });
  await expectTalk(holder, thief);
});

test("an id is free again once its holder has left properly", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub", { id: "42" });
  const holder = await mesh.start("holder", { id: "7", dials: [hub] });
  await hub.until({ event: "peer", id: "7", state: "up" });
  await holder.stop();
  await hub.until({ event: "peer", id: "7", state: "down" });
  const heir = await mesh.start("heir", { id: "7", dials: [hub] });
  expect(ready(heir)).toMatchObject({ id: "7", desired: "granted" });
  await expectTalk(hub, heir);
});

test("of two holders that meet, the earlier keeps the id, and the later falls back to another and says so", async () => {
  const mesh = await openMesh();
  const earlier = await mesh.start("earlier", { id: "7" });
  const later = await mesh.start("later", { id: "7" });
  expect(ready(later)).toMatchObject({ id: "7", desired: "granted" });

  later.type(`/connect ${earlier.listen}`);

  const changed = await later.until({ event: "id" });
  expect(changed.id).not.toBe("7");
  expect(earlier.all({ event: "id" })).toEqual([]);
  await mesh.converged([earlier, later]);
  await expectTalk(earlier, later);
});

test("any id up to 2^63-1 travels exactly, as a target, as a sender, and for somebody absent", async () => {
  const mesh = await openMesh();
  // Neighbours in value that a double cannot tell apart.
  const [biggest, next, aboveDoubles, smallest] = [
    "9223372036854775807",
    "9223372036854775806",
    "9007199254740993",
    "1",
  ];
  const hub = await mesh.start("hub", { id: smallest });
  const peers = await Promise.all(
    [biggest, next, aboveDoubles].map((id) => mesh.start(`peer ${id}`, { id, dials: [hub] })),
  );
  await mesh.converged();
  for (const [index, peer] of peers.entries()) {
    expect(ready(peer)).toMatchObject({ id: [biggest, next, aboveDoubles][index], desired: "granted" });
    for (const other of [hub, ...peers]) if (other !== peer) await expectTalk(peer, other);
  }
  for (const absent of ["9223372036854775805", "9007199254740992"]) {
    hub.say(absent, "are you there?");
    await hub.until({ event: "status", to: absent, number: "1", status: "accepted" });
    await hub.until({ event: "status", to: absent, number: "1", status: "stored" });
  }
});
