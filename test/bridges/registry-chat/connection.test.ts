import { expect, test } from "vitest";
import { scene } from "./scene.ts";

test.each([
  [" 20  &&SEARCH&&|beyza|ali", " 6   server 51  a program says first who it is, with & &REGISTER& &"],
  [" 21  &&REGISTER&&|a:b|4920", ' 6   server 47  the name "a b" has a colon, a bar, or & & in it'],
  [" 24  &&REGISTER&&|Server|4920", ' 6   server 51  the name "Server" is how programs call the registry'],
  [
    "GET / HTTP/1.1\r\n",
    " 6   server 99  what your program says cannot be read, a header is not a length in five characters, such as ' 13  '",
  ],
])("a program that begins with %j is told why not, and cut off", async (bytes, told) => {
  const { rig } = await scene();
  const program = await rig.dial("127.0.0.1:6234");
  await program.write(bytes);
  expect(program.hasEnded).toBe(true);
  expect(program.text().replaceAll(/ [0-9]+ +/g, "")).toBe(told.replaceAll(/ [0-9]+ +/g, ""));
});

test("a name is one user's at a time", async () => {
  const { rig, user } = await scene();
  const ali = await user("ali", 4920);
  const second = await user("ali", 4921);
  expect(second.heard()).toEqual([" 6   server 49  somebody is called ali already, take another name"]);
  expect([second.program.hasEnded, ali.program.hasEnded]).toEqual([true, false]);
  expect(rig.guests.get("user ali")).toBeDefined();
});

test("who comes back under a name is the same peer, with its id, and has what was said meanwhile", async () => {
  const { rig, user, far } = await scene();
  const bob = await far("bob");
  const ali = await user("ali", 4920);
  const id = rig.guests.get("user ali")?.id ?? 0n;
  ali.program.stream.end();
  await rig.run(5_000);
  expect(rig.guests.get("user ali")).toBeUndefined();
  const { settled } = bob.peer.send(id, "while you were away");
  const again = await user("ali", 4922);
  expect(rig.guests.get("user ali")?.id).toBe(id);
  expect(await rig.until(settled)).toMatchObject({ status: "delivered" });
  await rig.run(1_000);
  expect(again.heard()).toEqual([" 3   bob 36  &&MESSAGE&&|bob: while you were away"]);
});

test("a program that says nothing at first is cut off", async () => {
  const { rig } = await scene();
  const program = await rig.dial("127.0.0.1:6234");
  await rig.run(29_000);
  expect(program.hasEnded).toBe(false);
  await rig.run(2_000);
  expect(program.hasEnded).toBe(true);
});

test("a user whose program is silent for too long has left; a hello, or any command, shows that it is there", async () => {
  const { rig, user, hello } = await scene({ presenceMs: 20_000 });
  const [ali, beyza, ahmet] = [await user("ali", 4920), await user("beyza", 7123), await user("ahmet", 8001)];
  await rig.run(6_000);
  await hello(" 13  &&HELLO&&|ali");
  await hello(" 16  &&HELLO&&|nobody");
  await hello("&&HELLO&&|ahmet");
  await beyza.says("&&SEARCH&&|zeynep|beyza");
  await rig.run(15_000);
  expect([ali, beyza, ahmet].map(({ program }) => program.hasEnded)).toEqual([false, false, true]);
  await rig.run(10_000);
  expect([ali, beyza].map(({ program }) => program.hasEnded)).toEqual([true, true]);
  expect(rig.guests.get("user ali")).toBeUndefined();
});

test("a hello from another machine shows nothing", async () => {
  const { rig, user, hello } = await scene({ presenceMs: 20_000 });
  const ali = await user("ali", 4920);
  await rig.run(12_000);
  await hello(" 13  &&HELLO&&|ali", "10.0.0.7:0");
  await rig.run(10_000);
  expect(ali.program.hasEnded).toBe(true);
});

test("a registered program may say what is not understood, and goes on; what is no frame ends it", async () => {
  const { user } = await scene();
  const ali = await user("ali", 4920);
  await ali.says("hello");
  await ali.says("&&SEARCH&&|zeynep|ali");
  expect(ali.heard()).toEqual([
    " 3   ali 85  that is not understood, a payload does not begin with a command, such as & &SEARCH& &",
    " 3   ali 27  &&NOTFOUND&&|user not found",
  ]);
  await ali.program.write("99999");
  expect(ali.heard()).toEqual([" 3   ali 70  what your program says cannot be read, the length 99999 is above 16384"]);
  expect(ali.program.hasEnded).toBe(true);
});

test("bytes in any chunks are the same commands", async () => {
  const { rig } = await scene();
  const program = await rig.dial("127.0.0.1:6234");
  for (const byte of Buffer.from(" 21  &&REGISTER&&|ali|4920 18  &&SEARCH&&|ali|ali"))
    await program.write(Uint8Array.of(byte), 10);
  await rig.run(3_000);
  expect(program.text()).toBe(" 3   ali 67  &&INVALIDSEARCH&&|you can't search yourself. search for other users");
});

test("when there is no room for another guest the program is told so, and gets in under its name when there is", async () => {
  const { user } = await scene({ limits: { guestsMax: 1 } });
  const ali = await user("ali", 4920);
  const beyza = await user("beyza", 7123);
  expect(beyza.heard()).toEqual([
    " 6   server 84  you cannot be registered, 1 guests are here, and more are not taken; try again later",
  ]);
  expect(beyza.program.hasEnded).toBe(true);
  await ali.says("&&LOGOUT&&");
  const again = await user("beyza", 7124);
  await again.says("&&SEARCH&&|beyza|beyza");
  expect(again.heard()).toEqual([expect.stringContaining("&&INVALIDSEARCH&&|")]);
});
