import { expect, test } from "vitest";
import { isPlain } from "../../../src/bridges/registry-chat/aside.ts";
import { E3Error } from "../../../src/core/error.ts";
import type { Peer } from "../../../src/peer/types.ts";
import { scene, type Scene } from "./scene.ts";

/** A peer that speaks for a program of another wire, and the texts that it gets. */
async function plain({ rig }: Scene): Promise<{ readonly peer: Peer; readonly texts: string[] }> {
  const peer = await rig.mesh.start("plain", { name: "veli", via: "line 127.0.0.1:8085", peers: ["host"], leaf: true });
  const texts: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { text } of peer.messages()) texts.push(text);
  };
  void read();
  await rig.run(1_000);
  return { peer, texts };
}

test("a program that knows no requests is not asked: the chat begins at once, goes both ways, and ends", async () => {
  const set = await scene();
  const ali = await set.user("ali", 4920);
  const veli = await plain(set);
  await ali.says("&&CHATREQUEST&&|veli|ali");
  const [told = ""] = ali.heard();
  expect(told).toMatch(
    /^ 4 {3}veli 99 {2}&&CLIENTOK&&\|veli is not asked, its program knows no requests\. you can send your message now!\|4[0-9]{4}$/,
  );
  const line = await ali.calls(Number(told.split("|").at(-1)));
  await line.write(Buffer.from(" 26  &&MESSAGE&&|ali: Hi there!"));
  await set.rig.run(1_000);
  veli.peer.send(set.rig.guests.get("user ali")?.id ?? 0n, "Hi ali!");
  await set.rig.run(1_000);
  expect([veli.texts, ali.spoken()]).toEqual([["Hi there!"], [" 25  &&MESSAGE&&|veli: Hi ali!"]]);
  await ali.says("&&EXIT&&|ali");
  expect(ali.heard()).toEqual([" 3   ali 38  &&CLIENTEXIT&&|you left the chat room."]);
  await ali.says("&&EXIT&&|ali");
  expect(ali.heard()).toEqual([" 3   ali 18  you are in no chat"]);
});

test("where the other end can have no port no chat begins", async () => {
  const set = await scene();
  const ali = await set.user("ali", 4920);
  await plain(set);
  set.rig.sockets.listen = () => Promise.reject(new E3Error("address-unavailable", "no more sockets"));
  await ali.says("&&CHATREQUEST&&|veli|ali");
  expect(ali.heard().join()).toContain("the chat cannot begin, no more sockets");
  await ali.says("&&MESSAGE&&|ali: hello");
  expect(ali.heard().join()).toContain("you are in no chat");
});

test("meanwhile both ends of it are busy for others, and invitations wait", async () => {
  const set = await scene();
  const [ali, beyza] = [await set.user("ali", 4920), await set.user("beyza", 7123)];
  await plain(set);
  const bob = await set.far("bob");
  await ali.says("&&CHATREQUEST&&|veli|ali");
  ali.heard();
  await beyza.says("&&CHATREQUEST&&|veli|beyza");
  await beyza.says("&&CHATREQUEST&&|ali|beyza");
  const busy = " 5   beyza 43  &&BUSY&&|the user is busy. try again later.";
  expect(beyza.heard()).toEqual([busy, busy]);
  const id = set.rig.guests.get("user ali")?.id ?? 0n;
  bob.peer.sessions.request(id);
  await set.rig.until(bob.peer.groups.create("friends", [id]));
  await set.rig.run(1_000);
  expect([ali.heard(), bob.events]).toEqual([[], expect.arrayContaining(["asking by self", "rejected by peer"])]);
  await ali.says("&&EXIT&&|ali");
  expect(ali.heard()).toEqual([
    " 3   ali 38  &&CLIENTEXIT&&|you left the chat room.",
    " 3   bob 79  bob would like to add you to group chat room 1? (OK/REJECT GROUP <room_number>)",
  ]);
});

test("a chat whose port has to make room for another ends", async () => {
  const set = await scene({ limits: { windowsMax: 1 } });
  const [ali, beyza] = [await set.user("ali", 4920), await set.user("beyza", 7123)];
  await plain(set);
  const bob = await set.far("bob");
  await ali.says("&&CHATREQUEST&&|veli|ali");
  ali.heard();
  await beyza.says("&&CHATREQUEST&&|bob|beyza");
  for (const id of bob.peer.sessions.requests) bob.peer.sessions.accept(id);
  await set.rig.run(1_000);
  expect(ali.heard()).toEqual([" 3   ali 38  &&CLIENTEXIT&&|you left the chat room."]);
});

test("wires whose programs know no requests", () => {
  const wires = ["cs2 1", "udp-chat 1", "line 1", "registry-chat 1", "gossip 1", "", "lines 1"];
  expect(wires.filter((via) => isPlain(via))).toEqual(["cs2 1", "udp-chat 1", "line 1"]);
});
