import { expect, test } from "vitest";
import { recipientOf } from "../../src/cli/recipient.ts";
import type { Peer } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";

/** x, linked with y and z, who have met; they are 41, 42 and 43. */
async function met(): Promise<{ mesh: TestMesh; x: Peer; y: Peer }> {
  const mesh = createTestMesh();
  const x = await mesh.start("x", { desiredId: 41n, name: "x" });
  const y = await mesh.start("y", { desiredId: 42n, name: "y", peers: ["x"] });
  await mesh.start("z", { desiredId: 43n, name: "z", peers: ["x"] });
  await mesh.run(1_000);
  return { mesh, x, y };
}

test("y leaves, x is started anew: y is absent since it left, can be asked for and written to, and gets the letter", async () => {
  const { mesh, x, y } = await met();
  const leftMs = mesh.clock().nowMs();
  await mesh.until(y.close());
  await mesh.run(60_000);
  await mesh.until(x.close());
  const again = await mesh.start("x", { desiredId: 41n, name: "x", peers: ["z"] });
  await mesh.run(1_000);
  const answer = again.search("y");
  expect(answer).toMatchObject({ kind: "absent", peer: { id: 42n, name: "y", addresses: [y.listen] } });
  const since = answer.kind === "absent" ? (answer.peer.absentSince?.getTime() ?? 0) : 0;
  expect(since - leftMs).toBeGreaterThanOrEqual(0);
  expect(since - leftMs).toBeLessThan(5_000);
  expect(again.search("42")).toMatchObject({ kind: "absent", peer: { name: "y" } });
  expect(again.peers({ lately: true }).map(({ name }) => name)).toEqual(["y", "z"]);
  expect(() => again.sessions.request(42n)).toThrow(expect.objectContaining({ code: "absent" }) as Error);
  const { settled } = again.send(recipientOf("y", again), "hi");
  await mesh.run(1_000);
  const back = await mesh.start("y", { desiredId: 42n, name: "y", peers: ["z"] });
  expect(await mesh.until(settled)).toMatchObject({ status: "delivered" });
  expect((await mesh.until(back.messages().next())).value).toMatchObject({ from: 41n, text: "hi" });
  expect(again.search("y")).toMatchObject({ kind: "online" });
});

test("x is killed: those it was with are known to it by name when it is back alone", async () => {
  const { mesh } = await met();
  mesh.crash("x");
  mesh.crash("y");
  mesh.crash("z");
  const again = await mesh.start("x", { desiredId: 41n, name: "x" });
  expect(again.search("y")).toMatchObject({ kind: "absent", peer: { id: 42n } });
  expect(again.search("Z")).toMatchObject({ kind: "absent", peer: { id: 43n } });
  expect(again.peers()).toEqual([]);
});

test("whoever was renamed is known by the new name alone", async () => {
  const { mesh, y } = await met();
  y.rename("why");
  await mesh.run(1_000);
  mesh.crash("y");
  mesh.crash("x");
  const again = await mesh.start("x", { desiredId: 41n, name: "x" });
  expect(again.search("why")).toMatchObject({ kind: "absent", peer: { id: 42n } });
  expect(again.search("y")).toMatchObject({ kind: "unknown" });
});
