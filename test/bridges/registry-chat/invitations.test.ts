import { expect, test } from "vitest";
import { scene } from "./scene.ts";

const invitation = " 3   bob 79  bob would like to add you to group chat room 1? (OK/REJECT GROUP <room_number>)";

test("an invitation during a chat is told once that is over, and once only", async () => {
  const { rig, user, far } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  const bob = await far("bob");
  await ali.says("&&CHATREQUEST&&|beyza|ali");
  await beyza.says("&&OK&&|beyza|ali|7123");
  ali.heard();
  await rig.until(bob.peer.groups.create("friends", [rig.guests.get("user ali")?.id ?? 0n]));
  await rig.run(1_000);
  expect(ali.heard()).toEqual([]);
  await beyza.says("&&EXIT&&|beyza");
  expect(ali.heard().slice(1)).toEqual([invitation]);
  await ali.says("&&CHATREQUEST&&|beyza|ali");
  await beyza.says("&&OK&&|beyza|ali|7123");
  await beyza.says("&&EXIT&&|beyza");
  expect(ali.heard().filter((told) => told.includes("group"))).toEqual([]);
});

test("an invitation to who is away is told when it comes back", async () => {
  const { rig, user, far } = await scene();
  const bob = await far("bob");
  const ali = await user("ali", 4920);
  const id = rig.guests.get("user ali")?.id ?? 0n;
  ali.program.stream.end();
  await rig.run(5_000);
  await rig.until(bob.peer.groups.create("friends", [id]));
  const again = await user("ali", 4921);
  await rig.run(2_000);
  expect(again.heard()).toEqual([invitation]);
  await again.says("&&OKGROUP&&|ali|1");
  expect(again.heard()).toEqual([" 3   ali 25  ali joined the group chat"]);
});

test("who was invited, joined and left, may be invited again", async () => {
  const { rig, user, far } = await scene();
  const bob = await far("bob");
  const ali = await user("ali", 4920);
  const id = rig.guests.get("user ali")?.id ?? 0n;
  const group = await rig.until(bob.peer.groups.create("friends", [id]));
  await rig.run(1_000);
  await ali.says("&&OKGROUP&&|ali|1");
  await ali.says("&&EXITGROUP&&|ali");
  ali.heard();
  bob.peer.groups.invite(group, [id]);
  await rig.run(1_000);
  expect(ali.heard()).toEqual([invitation]);
});
