import { expect, test } from "vitest";
import { frame, pair, scene } from "./scene.ts";

test("a peer without an address is found by its id, and one by its id", async () => {
  const { rig, user } = await scene();
  const ali = await user("ali", 4920);
  const leaf = await rig.mesh.start("leaf", { name: "leaf", peers: ["host"], leaf: true });
  await rig.run(1_000);
  await ali.says("&&SEARCH&&|leaf|ali");
  await ali.says(`&&SEARCH&&|${leaf.id}|ali`);
  const found = pair("ali", `&&FOUND&&|leaf found. its id is ${leaf.id}`);
  expect(ali.heard()).toEqual([found, found]);
});

test("of namesakes, each can be found by its id", async () => {
  const { rig, user } = await scene();
  const ali = await user("ali", 4920);
  const one = await rig.mesh.start("one", { name: "eve", peers: ["host"] });
  const two = await rig.mesh.start("two", { name: "eve", peers: ["host"] });
  await rig.run(1_000);
  await ali.says("&&SEARCH&&|eve|ali");
  const ids = [one.id, two.id].toSorted((a, b) => (a < b ? -1 : 1));
  expect(ali.heard().map((told) => told.slice(0, 8) + told.slice(13))).toEqual([
    `${frame("ali")}&&NOTFOUND&&|several users are called that. they are ${ids.join(", ")}`,
  ]);
});

test.each(["0", "99999999999999999999", "7"])("nobody is found by the number %s", async (word) => {
  const { user } = await scene();
  const ali = await user("ali", 4920);
  await ali.says(`&&SEARCH&&|${word}|ali`);
  expect(ali.heard()).toEqual([" 3   ali 27  &&NOTFOUND&&|user not found"]);
});

test("who has left is not found", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  await rig.until(bob.peer.close());
  await rig.run(1_000);
  await ali.says("&&SEARCH&&|bob|ali");
  expect(ali.heard()).toEqual([" 3   ali 27  &&NOTFOUND&&|user not found"]);
});
