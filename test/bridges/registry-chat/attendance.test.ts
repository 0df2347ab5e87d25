import { expect, test } from "vitest";
import { keyOf } from "../../../src/bridges/registry-chat/attendance.ts";
import { endedCouriers, withUnreadableMail } from "../rig.ts";
import { pair, scene } from "./scene.ts";

test("who went away during a group chat is in it still, and has what was said meanwhile", async () => {
  const { rig, user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  await beyza.says("&&OKGROUP&&|beyza|1");
  beyza.program.stream.destroy();
  await rig.run(5_000);
  ali.heard();
  await ali.says("&&MESSAGE&&|ali: are you there?");
  expect(ali.heard()).toEqual([" 3   ali 31  &&MESSAGE&&|ali: are you there?"]);
  const again = await user("beyza", 7124);
  await rig.run(2_000);
  expect(again.heard()).toEqual([
    " 5   beyza 56  you are in group chat 1 still. type EXIT GROUP to leave.",
    " 3   ali 31  &&MESSAGE&&|ali: are you there?",
  ]);
});

test("a program whose peer has closed is told so and cut off", async () => {
  const { rig, user } = await scene();
  const ali = await user("ali", 4920);
  await rig.until(rig.guests.get(keyOf("ali"))?.close() ?? Promise.reject(new Error("nobody")));
  await rig.run(1_000);
  const told = "you are not registered any more, what comes for you cannot be handed over. start your program again";
  expect([ali.heard(), ali.program.hasEnded]).toEqual([[pair("ali", told)], true]);
});

test("who comes for the first time is not told what was said to everyone before, and later is told what it missed", async () => {
  const { rig, user, far } = await scene();
  const bob = await far("bob");
  bob.peer.send("everyone", "before");
  await rig.run(2_000);
  const ali = await user("ali", 4920);
  expect(ali.heard()).toEqual([]);
  bob.peer.send("everyone", "now");
  await rig.run(2_000);
  expect(ali.heard()).toEqual([expect.stringContaining("&&MESSAGE&&|bob: now")]);
  await ali.says("&&LOGOUT&&");
  bob.peer.send("everyone", "meanwhile");
  await rig.run(5_000);
  const again = await user("ali", 4921);
  await rig.run(2_000);
  expect(again.heard()).toEqual([expect.stringContaining("&&MESSAGE&&|bob: meanwhile")]);
});

test("a program for which nothing can be handed over any more is cut off, and is handed it when it is back", async () => {
  const { rig, user, far } = await scene();
  const bob = await far("bob");
  withUnreadableMail(rig.guests);
  const ali = await user("ali", 4920);
  await rig.run(1_000);
  expect([ali.program.hasEnded, endedCouriers(rig)]).toEqual([true, [["warn", "the disk says no"]]]);
  const id = rig.host.peers({ lately: true }).find(({ name }) => name === "ali")?.id ?? 0n;
  bob.peer.send(id, "are you there?");
  await rig.run(5_000);
  const again = await user("ali", 4921);
  await rig.run(2_000);
  expect(again.heard()).toEqual([expect.stringContaining("&&MESSAGE&&|bob: are you there?")]);
});

test("a request that came before the user could be told, for its peer was there first, is told then, once", async () => {
  const { rig, user, far } = await scene();
  const bob = await far("bob");
  const open = rig.guests.open.bind(rig.guests);
  let goOn: () => void = () => {};
  const noted = new Promise<void>((resolve) => (goOn = resolve));
  rig.guests.open = async (options) => {
    const peer = await open(options);
    await noted;
    return peer;
  };
  const ali = await user("ali", 4920);
  bob.peer.sessions.request(rig.guests.get("user ali")?.id ?? 0n);
  await rig.run(1_000);
  expect([bob.events.at(-1), ali.heard()]).toEqual(["asking by self", []]);
  goOn();
  await rig.run(1_000);
  expect(ali.heard()).toEqual([" 3   bob 44  bob would like to chat with you? (OK/REJECT)"]);
  await ali.says("&&REJECT&&|ali|bob");
  expect(bob.events.at(-1)).toBe("rejected by peer");
});
