import { expect, test } from "vitest";
import { openRegistryChatBridge } from "../../../src/bridges/registry-chat/open.ts";
import { scene } from "./scene.ts";

// What programs write and read, to the byte: a header of five characters, and the payload.

test("a private chat of two programs: they are told each other's ports, are busy meanwhile, and are told the end", async () => {
  const { user } = await scene();
  const [ali, beyza, ahmet] = [await user("ali", 4920), await user("beyza", 7123), await user("ahmet", 8001)];
  await ali.program.write(" 25  &&CHATREQUEST&&|beyza|ali");
  expect([ali.heard(), beyza.heard()]).toEqual([[], [" 3   ali 44  ali would like to chat with you? (OK/REJECT)"]]);
  await beyza.program.write(" 21  &&OK&&|beyza|ali|7123");
  expect(ali.heard()).toEqual([
    " 5   beyza 81  &&CLIENTOK&&|beyza accepted the chat request. you can send your message now!|7123",
  ]);
  expect(beyza.heard()).toEqual([
    " 5   beyza 95  &&CLIENTOK&&|you have entered into a private chat with ali. you can send your message now!|4920",
  ]);
  await ahmet.program.write(" 27  &&CHATREQUEST&&|beyza|ahmet");
  await ahmet.program.write(" 20  &&SEARCH&&|ali|ahmet");
  const busy = " 5   ahmet 43  &&BUSY&&|the user is busy. try again later.";
  expect(ahmet.heard()).toEqual([busy, busy]);
  await ali.program.write(" 12  &&EXIT&&|ali");
  expect(ali.heard()).toEqual([" 3   ali 38  &&CLIENTEXIT&&|you left the chat room."]);
  expect(beyza.heard()).toEqual([" 3   ali 68  &&CLIENTEXIT&&|ali left the chat room. the chat room has been closed"]);
  await ahmet.program.write(" 20  &&SEARCH&&|ali|ahmet");
  expect(ahmet.heard()).toEqual([
    expect.stringMatching(/^ 5 {3}ahmet 56 {2}&&FOUND&&\|ali found\. its address is \('127\.0\.0\.1', 4[0-9]{4}\)$/),
  ]);
});

test("a private chat with a peer of the mesh goes over a port that the bridge has for it, and the program's own", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  await ali.program.write(" 23  &&CHATREQUEST&&|bob|ali");
  expect(bob.peer.sessions.requests).toHaveLength(1);
  for (const id of bob.peer.sessions.requests) bob.peer.sessions.accept(id);
  await rig.run(1_000);
  const [told = ""] = ali.heard();
  expect(told).toMatch(
    /^ 3 {3}bob 80 {2}&&CLIENTOK&&\|bob accepted the chat request\. you can send your message now!\|4[0-9]{4}$/,
  );
  const line = await ali.calls(Number(told.split("|").at(-1)));
  await line.write(Buffer.from(" 26  &&MESSAGE&&|ali: Hi there!"));
  await line.write(Buffer.from(" 29  &&MESSAGE&&|ali: &&EXIT&&|ali"));
  await rig.run(1_000);
  expect(bob.texts).toEqual(["direct: Hi there!", "direct: &&EXIT&&|ali"]);
  const ids = rig.host.peers().filter(({ name }) => name === "ali");
  for (const { id } of ids) for (const text of ["Hi ali!", "EXIT"]) bob.peer.send(id, text);
  await rig.run(1_000);
  expect([ali.spoken(), ali.heard()]).toEqual([[" 24  &&MESSAGE&&|bob: Hi ali!", " 21  &&MESSAGE&&|bob: EXIT"], []]);
  bob.peer.sessions.end();
  await rig.run(1_000);
  expect(ali.heard()).toEqual([" 3   bob 68  &&CLIENTEXIT&&|bob left the chat room. the chat room has been closed"]);
});

test("a group chat of programs and a peer of the mesh", async () => {
  const { rig, user, far } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  const bob = await far("bob");
  await ali.program.write(" 28  &&GROUPCHAT&&|ali|beyza|bob|");
  expect(ali.heard()).toEqual([
    " 3   ali 113 you have added yourself to group chat 1. a request has been sent to your added friends. type EXIT GROUP to leave.",
  ]);
  expect(beyza.heard()).toEqual([
    " 3   ali 79  ali would like to add you to group chat room 1? (OK/REJECT GROUP <room_number>)",
  ]);
  await beyza.program.write(" 19  &&OKGROUP&&|beyza|1");
  const joined = " 5   beyza 27  beyza joined the group chat";
  expect([ali.heard(), beyza.heard()]).toEqual([[joined], [joined]]);
  const group = bob.peer.groups.list()[0]?.id ?? 0n;
  bob.peer.groups.accept(group);
  await rig.run(1_000);
  const bobJoined = " 3   bob 25  bob joined the group chat";
  expect([ali.heard(), beyza.heard()]).toEqual([[bobJoined], [bobJoined]]);
  await ali.program.write(" 24  &&MESSAGE&&|ali: Hi all!");
  bob.peer.send(group, "Hi you!");
  await rig.run(1_000);
  const said = [" 3   ali 24  &&MESSAGE&&|ali: Hi all!", " 3   bob 24  &&MESSAGE&&|bob: Hi you!"];
  expect([ali.heard(), beyza.heard(), bob.texts]).toEqual([said, said, ["group: Hi all!"]]);
  await beyza.program.write(" 19  &&EXITGROUP&&|beyza");
  expect([ali.heard(), beyza.heard()]).toEqual([
    [" 5   beyza 25  beyza left the chat room."],
    [" 5   beyza 23  you left the chat room."],
  ]);
});

test("search: who is here, who is not, and oneself", async () => {
  const { user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  await ali.program.write(" 18  &&SEARCH&&|bob|ali");
  await ali.program.write(" 21  &&SEARCH&&|zeynep|ali");
  await ali.program.write(" 18  &&SEARCH&&|ali|ali");
  const port = bob.peer.listen.split(":").at(-1) ?? "";
  const found = `&&FOUND&&|bob found. its address is ('127.0.0.1', ${port})`;
  expect(ali.heard()).toEqual([
    ` 3   ali ${found.length}  ${found}`,
    " 3   ali 27  &&NOTFOUND&&|user not found",
    " 3   ali 67  &&INVALIDSEARCH&&|you can't search yourself. search for other users",
  ]);
});

test("who logs out is told so and has left, but not within a chat", async () => {
  const { rig, user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.program.write(" 25  &&CHATREQUEST&&|beyza|ali");
  await beyza.program.write(" 21  &&OK&&|beyza|ali|7123");
  ali.heard();
  await ali.program.write(" 10  &&LOGOUT&&");
  expect(ali.heard()).toEqual([" 3   ali 46  you are in a chat. leave it before you log out"]);
  await ali.program.write(" 12  &&EXIT&&|ali");
  ali.heard();
  await ali.program.write(" 10  &&LOGOUT&&", 5_000);
  expect([ali.heard(), ali.program.hasEnded]).toEqual([[" 3   ali 17  &&LOGOUTSUCCESS&&"], true]);
  expect(rig.guests.get("user ali")).toBeUndefined();
});

test("a port that is taken is an error, and nothing stays open", async () => {
  const { rig } = await scene();
  const options = { listen: "127.0.0.1:7000", udp: "127.0.0.1:6235", presenceMs: 20_000 };
  await expect(openRegistryChatBridge(rig.world, options)).rejects.toMatchObject({ code: "port-in-use" });
  const listener = await rig.sockets.listen(
    "127.0.0.1:7000",
    { streamsMax: 1, silenceMs: 0, unsentBytesMax: 1 },
    () => {},
  );
  expect(listener.address).toBe("127.0.0.1:7000");
});

test("when it closes, programs are cut off, and their users have left", async () => {
  const { rig, bridge, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  await ali.program.write(" 23  &&CHATREQUEST&&|bob|ali");
  for (const id of bob.peer.sessions.requests) bob.peer.sessions.accept(id);
  await rig.run(1_000);
  await rig.until(bridge.close());
  await rig.until(bridge.close());
  await rig.run(1_000);
  expect([ali.program.hasEnded, rig.guests.get("user ali"), bob.peer.sessions.current]).toEqual([
    true,
    undefined,
    undefined,
  ]);
});

test("it is for programs on this machine alone", async () => {
  const { rig } = await scene();
  let accepted: ((stream: unknown) => void) | undefined;
  const destroyed: string[] = [];
  const { world } = rig;
  const sockets = {
    ...world.sockets,
    listen: async (_: string, __: unknown, onStream: (stream: never) => void) => {
      accepted = (stream) => onStream(stream as never);
      return { address: "127.0.0.1:1", close: () => Promise.resolve() };
    },
  };
  const options = { listen: "127.0.0.1:0", udp: "127.0.0.1:0", presenceMs: 20_000 };
  await openRegistryChatBridge({ ...world, sockets }, options);
  accepted?.({ isLoopback: false, remote: "10.0.0.7:4000", destroy: () => destroyed.push("destroyed") });
  expect(destroyed).toEqual(["destroyed"]);
});
