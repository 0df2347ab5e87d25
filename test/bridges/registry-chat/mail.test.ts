import { expect, test } from "vitest";
import { scene } from "./scene.ts";

test("what a peer says outside of any chat is shown by the registry", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  const id = rig.guests.get("user ali")?.id ?? 0n;
  expect(await rig.until(bob.peer.send(id, "see 10:30\n&&exit&&").settled)).toMatchObject({ status: "delivered" });
  bob.peer.send("everyone", "Hi all!");
  await rig.run(10_000);
  expect([ali.heard(), ali.spoken()]).toEqual([
    [" 3   bob 35  &&MESSAGE&&|bob: see 10:30\n&&exit&&", " 3   bob 24  &&MESSAGE&&|bob: Hi all!"],
    [],
  ]);
});

test.each(["a|b", "&&LOGOUTSUCCESS&&", "x".repeat(9_601)])("%.20j is refused, and its sender told", async (text) => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  const id = rig.guests.get("user ali")?.id ?? 0n;
  expect(await rig.until(bob.peer.send(id, text).settled)).toMatchObject({ status: "refused" });
  expect(ali.heard()).toEqual([]);
});

test("what is for everyone and cannot be shown, its sender is told of in words", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  bob.peer.send("everyone", "a|b");
  bob.peer.send("everyone", { contentType: "text/plain", data: Uint8Array.of(65) });
  await rig.run(20_000);
  expect(ali.heard()).toEqual([]);
  expect(bob.texts).toEqual([
    "direct: I cannot be shown what you said. The text has a vertical bar, which ends a field on this wire: say it without.",
  ]);
});

test("a program that takes no calls is told by way of the registry what is said in a private chat", async () => {
  const { rig, far } = await scene();
  const program = await rig.dial("127.0.0.1:6234");
  await program.write(" 21  &&REGISTER&&|ali|4920", 3_000);
  const bob = await far("bob");
  const id = rig.guests.get("user ali")?.id ?? 0n;
  bob.peer.sessions.request(id);
  await rig.run(1_000);
  await program.write(" 19  &&OK&&|ali|bob|4920");
  program.text();
  expect(await rig.until(bob.peer.send(id, "Hi!").settled)).toMatchObject({ status: "delivered" });
  await rig.run(1_000);
  expect(program.text()).toBe(" 3   bob 20  &&MESSAGE&&|bob: Hi!");
});

test("what others say during a private chat is shown by the registry", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const [bob, eve] = [await far("bob"), await far("eve")];
  const id = rig.guests.get("user ali")?.id ?? 0n;
  bob.peer.sessions.request(id);
  await rig.run(1_000);
  await ali.says("&&OK&&|ali|bob|4920");
  ali.heard();
  eve.peer.send(id, "and me?");
  await rig.run(1_000);
  expect([ali.heard(), ali.spoken()]).toEqual([[" 3   eve 24  &&MESSAGE&&|eve: and me?"], []]);
});

test("what the other end of a private chat says to everyone is shown by the registry, too", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  bob.peer.sessions.request(rig.guests.get("user ali")?.id ?? 0n);
  await rig.run(1_000);
  await ali.says("&&OK&&|ali|bob|4920");
  ali.heard();
  bob.peer.send("everyone", "to all");
  await rig.run(5_000);
  expect([ali.heard(), ali.spoken()]).toEqual([[" 3   bob 23  &&MESSAGE&&|bob: to all"], []]);
});
