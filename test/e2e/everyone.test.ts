import { expect, test } from "vitest";
import { texts } from "./harness/delivery.ts";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh();

/** The texts a peer showed of what a sender said to everyone, over all its starts. */
async function heard(peer: TestPeer, from: TestPeer, last: string): Promise<readonly string[]> {
  await peer.until({ event: "message", from: from.id, text: last });
  return peer.shown(from.id);
}

test("what is typed for everyone is shown by everyone, once and in order, and the sender is told that it is spread", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a", { id: "1" });
  const b = await mesh.start("b", { id: "2", dials: [a] });
  const c = await mesh.start("c", { id: "3", dials: [b] });
  const d = await mesh.start("d", { id: "4", dials: [c, a] });
  await mesh.converged();

  for (const line of ["* one", "/all two", "* 3 three"]) a.type(line);

  for (const peer of [b, c, d]) expect(await heard(peer, a, "3 three")).toEqual(["one", "two", "3 three"]);
  await a.until({ event: "status", to: "everyone", status: "spread" }, { times: 3 });
  const steps = a.all({ event: "status", to: "everyone", number: "2" }).map(({ status }) => status);
  expect(steps).toEqual(["accepted", "spread"]);
});

test("a peer that was killed gets what it missed when it is back, also when the sender is gone; a newcomer gets what is kept", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a", { id: "1" });
  const b = await mesh.start("b", { id: "2", dials: [a] });
  const c = await mesh.start("c", { id: "3", dials: [b] });
  await mesh.converged();
  a.type("* before");
  await heard(c, a, "before");

  await c.kill9();
  const missed = texts("missed", 50);
  a.say("*", ...missed);
  await a.until({ event: "status", to: "everyone", status: "spread" }, { times: 51 });
  await heard(b, a, missed.at(-1) ?? "");
  await a.kill9();

  await c.restart();
  expect(await heard(c, a, missed.at(-1) ?? "")).toEqual(["before", ...missed]);
  const d = await mesh.start("d", { id: "4", dials: [c] });
  expect(await heard(d, a, missed.at(-1) ?? "")).toEqual(["before", ...missed]);
});

test("said while nobody is there, and the process killed, it is spread once somebody comes", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a", { id: "1" });
  a.type("* is anybody there?");
  await a.until({ event: "status", to: "everyone", status: "accepted" });
  await a.kill9();
  await a.restart();
  const b = await mesh.start("b", { id: "2", dials: [a] });
  expect(await heard(b, a, "is anybody there?")).toEqual(["is anybody there?"]);
  await a.until({ event: "status", to: "everyone", number: "1", status: "spread" });
});
