import { expect, test } from "vitest";
import type { ByteStream } from "../../../src/ports/sockets.ts";
import { bytesOf } from "./bytes.ts";
import { scene, type Far, type Scene, type User } from "./scene.ts";

/** Ali in a private chat with bob, and where bob is found. */
async function chatting(set: Scene): Promise<{ readonly ali: User; readonly bob: Far; readonly port: number }> {
  const ali = await set.user("ali", 4920);
  const bob = await set.far("bob");
  await ali.says("&&CHATREQUEST&&|bob|ali");
  for (const id of bob.peer.sessions.requests) bob.peer.sessions.accept(id);
  await set.rig.run(1_000);
  return { ali, bob, port: Number(ali.heard().at(-1)?.split("|").at(-1)) };
}

async function isOver(stream: ByteStream): Promise<boolean> {
  return stream.write(bytesOf(" 1   x")).then(
    () => false,
    () => true,
  );
}

test("what is said with and without the word of the command, and the user's name, is said", async () => {
  const set = await scene();
  const { ali, bob, port } = await chatting(set);
  const line = await ali.calls(port);
  for (const bytes of [
    " 20  &&MESSAGE&&|ali: one",
    " 15  &&MESSAGE&&|two 5   three",
    " 23  &&MESSAGE&&|ali: OK a|b",
    " 17  &&MESSAGE&&|ali: ",
  ])
    await line.write(bytesOf(bytes));
  await set.rig.run(1_000);
  expect(bob.texts).toEqual(["direct: one", "direct: two", "direct: three", "direct: OK a|b"]);
});

test("who is in no chat with the peer is not let in", async () => {
  const set = await scene();
  const { ali, port } = await chatting(set);
  await ali.says("&&EXIT&&|ali");
  const line = await ali.calls(port);
  await set.rig.run(10);
  expect(await isOver(line)).toBe(true);
});

test("only so many connections lead to one peer, and those that have ended make room", async () => {
  const set = await scene();
  const { ali, bob, port } = await chatting(set);
  const lines = [];
  for (let index = 0; index < 64; index++) lines.push(await ali.calls(port));
  const surplus = await ali.calls(port);
  await set.rig.run(10);
  expect(await isOver(surplus)).toBe(true);
  for (const line of lines.splice(0)) line.destroy();
  await set.rig.run(10);
  const late = await ali.calls(port);
  await late.write(bytesOf(" 20  &&MESSAGE&&|ali: one"));
  await set.rig.run(1_000);
  expect(bob.texts).toEqual(["direct: one"]);
});

test("what is no frame ends the connection, and the user is told", async () => {
  const set = await scene();
  const { ali, port } = await chatting(set);
  const line = await ali.calls(port);
  await line.write(bytesOf("Hi there!"));
  await set.rig.run(1_000);
  expect(await isOver(line)).toBe(true);
  expect(ali.heard()).toEqual([
    " 3   ali 103 what your program said to bob is no frame, a header is not a length in five characters, such as ' 13  '",
  ]);
});

test("a peer has the same port in each chat, and its connections end with the user's", async () => {
  const set = await scene();
  const { ali, bob, port } = await chatting(set);
  const line = await ali.calls(port);
  bob.peer.sessions.end();
  await set.rig.run(1_000);
  bob.peer.sessions.request(set.rig.guests.get("user ali")?.id ?? 0n);
  await set.rig.run(1_000);
  await ali.says("&&OK&&|ali|bob|4920");
  expect(ali.heard().at(-1)).toContain(`|${port}`);
  expect(await isOver(line)).toBe(false);
  ali.program.stream.destroy();
  await set.rig.run(1_000);
  expect(await isOver(line)).toBe(true);
});

test("a chat whose port has to make room for another is over", async () => {
  const set = await scene({ limits: { windowsMax: 1 } });
  const { ali, bob } = await chatting(set);
  const beyza = await set.user("beyza", 7123);
  const eve = await set.far("eve");
  await beyza.says("&&CHATREQUEST&&|eve|beyza");
  for (const id of eve.peer.sessions.requests) eve.peer.sessions.accept(id);
  await set.rig.run(1_000);
  expect(beyza.heard().at(-1)).toContain("&&CLIENTOK&&");
  expect([ali.heard(), bob.events.at(-1)]).toEqual([
    [" 3   ali 38  &&CLIENTEXIT&&|you left the chat room."],
    "ended by peer",
  ]);
});
