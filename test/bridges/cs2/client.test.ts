import { expect, test } from "vitest";
import { speakFirstMs } from "../../../src/bridges/cs2/client.ts";
import { endedCouriers, withUnreadableMail } from "../rig.ts";
import { framed, handshake, joined, longHandshake, message, scene, wishing } from "./scene.ts";

test("who speaks first and wishes for nothing is told an id, and nothing of an error", async () => {
  const set = await scene();
  const program = await set.rig.dial(set.listen);
  await program.write(framed([]), 3_000);
  const guest = set.rig.host.peers().find(({ via }) => via.startsWith("test "));
  expect(program.writes()).toEqual([handshake(guest?.id ?? 0n)]);
});

test("who speaks first may take its time, but not for long: then it is told an id first", async () => {
  const set = await scene();
  const [quick, slow] = [await set.rig.dial(set.listen), await set.rig.dial(set.listen)];
  await set.rig.run(speakFirstMs - 10);
  await quick.write(longHandshake(7n), 20);
  await slow.write(longHandshake(8n), 5_000);
  expect(quick.writes()).toEqual([handshake(7n)]);
  const [first, second, ...more] = slow.writes();
  expect([first?.length, second, more]).toEqual([expect.any(Number), handshake(8n), []]);
  expect(first).not.toEqual(handshake(8n));
});

test("an id is asked for once, also by who speaks first", async () => {
  const set = await scene();
  const program = await set.rig.dial(set.listen);
  await program.write(longHandshake(7n), 3_000);
  program.writes();
  await program.write(handshake(8n), 3_000);
  const told = "an id is asked for once, at the beginning; connect again for another";
  expect(program.writes()).toEqual([message(0n, 7n, told)]);
});

test("who answers its greeting with no wish keeps its id, and is not answered", async () => {
  const set = await scene();
  const { program } = await joined(set);
  await program.write(framed([]), 3_000);
  expect([program.writes(), program.hasEnded]).toEqual([[], false]);
});

test("only `end` itself is a goodbye: to itself it is one, with a space it is a text, and to nobody other texts are none", async () => {
  const set = await scene();
  const { program, id } = await joined(set);
  await program.write(message(id, id, "end "));
  await program.write(message(id, 0n, "ends"));
  expect(program.writes()).toEqual([
    message(id, id, "end "),
    message(0n, id, "0 is no id; ids are 1 to 9223372036854775807"),
  ]);
  await program.write(message(id, id, "end"));
  expect([program.writes(), program.hasEnded]).toEqual([[], true]);
});

test("what is refused is told by 0; what is delivered is not", async () => {
  const set = await scene();
  const { program, id } = await joined(set);
  await set.rig.mesh.start("far", { peers: ["host"], desiredId: 99n, accepts: (content) => content !== "no" });
  await set.rig.run(2_000);
  await program.write(message(id, 99n, "no"), 3_000);
  await program.write(message(id, 99n, "yes"), 3_000);
  expect(program.text()).toMatch(/^[^]{10,30}a message to 99 is refused: [^\n]*$/);
});

test("who is given another id is one peer, with that id", async () => {
  const set = await scene();
  await wishing(set, 7n);
  await set.rig.run(5_000);
  const here = set.rig.host.peers().filter(({ via, reachable }) => via !== "" && reachable);
  expect(here.map(({ id }) => id)).toEqual([7n]);
});

test("what is no id, and the host's own, are refused without a trace", async () => {
  const set = await scene();
  for (const wish of [-5n, set.rig.host.id]) {
    const program = await wishing(set, wish);
    expect([...(program.writes()[0] ?? [])].slice(-2)).toEqual([0x10, 1]);
  }
  expect(set.rig.world.notebook.entries()).toEqual([]);
});

test("of two that ask for the same id at the same moment one gets it", async () => {
  const set = await scene();
  const programs = [await set.rig.dial(set.listen), await set.rig.dial(set.listen)];
  await set.rig.run(2_000);
  for (const program of programs) program.writes();
  await Promise.all(programs.map((program) => program.stream.write(handshake(7n))));
  await set.rig.run(5_000);
  const refusals = programs.map((program) => [...(program.writes()[0] ?? [])].slice(-2).join() === "16,1");
  expect(refusals.filter((isRefused) => isRefused)).toHaveLength(1);
  expect(refusals).toHaveLength(2);
});

test("who asks for an id that another connection is just giving up waits for that, and has it", async () => {
  const set = await scene();
  const before = await wishing(set, 7n);
  before.writes();
  const after = await set.rig.dial(set.listen);
  // No time passes between.
  await before.stream.write(message(7n, 0n, "end"));
  await after.write(longHandshake(7n), 3_000);
  expect([before.hasEnded, after.writes()]).toEqual([true, [handshake(7n)]]);
});

test("an id that could not be given for want of room can be had later", async () => {
  const set = await scene({}, { guestsMax: 2 });
  const [first] = [await joined(set), await joined(set)];
  await first.program.write(handshake(7n), 3_000);
  expect([...(first.program.writes()[0] ?? [])].slice(-2)).toEqual([0x10, 1]);
  first.program.stream.end();
  await set.rig.run(5_000);
  const early = await set.rig.dial(set.listen);
  await early.write(longHandshake(7n), 5_000);
  expect(early.writes()).toEqual([handshake(7n)]);
});

test("what is no text is refused at its sender, and not shown where it is for everyone", async () => {
  const set = await scene();
  const { program, id } = await joined(set);
  const image = { contentType: "image/png", data: Uint8Array.of(1) };
  expect(await set.rig.until(set.rig.host.send(id, image).settled)).toMatchObject({ status: "refused" });
  set.rig.host.send("everyone", image);
  set.rig.host.send("everyone", "hello");
  await set.rig.run(3_000);
  expect(program.writes()).toEqual([message(set.rig.host.id, 0n, "hello")]);
});

test("what was said to everyone before a program came is not shown to it; under an id that was here before, what came since is", async () => {
  const set = await scene();
  const veli = await wishing(set, 7n);
  veli.stream.end();
  await set.rig.run(5_000);
  set.rig.host.send("everyone", "meanwhile");
  await set.rig.run(2_000);
  const { program } = await joined(set);
  set.rig.host.send("everyone", "now");
  await set.rig.run(3_000);
  const from = set.rig.host.id;
  expect(program.writes()).toEqual([message(from, 0n, "now")]);
  const again = await wishing(set, 7n);
  expect(again.writes()).toEqual([handshake(7n), message(from, 0n, "meanwhile"), message(from, 0n, "now")]);
});

test("who asks late for an id that was here before is shown what came since, and nothing again that it was shown already", async () => {
  const set = await scene();
  const from = set.rig.host.id;
  const say = async (text: string): Promise<void> => {
    set.rig.host.send("everyone", text);
    await set.rig.run(3_000);
  };
  const veli = await wishing(set, 7n);
  await say("with veli");
  veli.stream.end();
  await set.rig.run(5_000);
  await say("while veli is away");
  const { program } = await joined(set);
  for (const text of ["one", "two"]) await say(text);
  expect(program.writes()).toEqual([message(from, 0n, "one"), message(from, 0n, "two")]);
  await program.write(handshake(7n), 3_000);
  expect(program.writes()).toEqual([handshake(7n), message(from, 0n, "while veli is away")]);
  await say("three");
  expect(program.writes()).toEqual([message(from, 0n, "three")]);
});

test("what was said to everyone while a program was connected and had not been written yet, is shown under the new id it asks for", async () => {
  const set = await scene();
  const from = set.rig.host.id;
  const { program } = await joined(set);
  set.rig.mesh.cut("host", "guest connection 1");
  set.rig.host.send("everyone", "while it was connected");
  await set.rig.run(3_000);
  await program.write(handshake(7n), 5_000);
  expect(program.writes()).toEqual([handshake(7n), message(from, 0n, "while it was connected")]);
  await set.rig.run(120_000);
  expect(program.writes()).toEqual([]);
});

test("who is refused the id it asks for late is told on what is for everyone, once", async () => {
  const set = await scene();
  await wishing(set, 7n);
  const from = set.rig.host.id;
  const { program } = await joined(set);
  for (const text of ["one", "two"]) {
    set.rig.host.send("everyone", text);
    await set.rig.run(3_000);
    if (text === "one") await program.write(handshake(7n), 3_000);
  }
  const [first, refusal, second, ...more] = program.writes();
  expect([first, second, more]).toEqual([message(from, 0n, "one"), message(from, 0n, "two"), []]);
  expect([...(refusal ?? [])].slice(-2)).toEqual([0x10, 1]);
});

test("a program for which nothing can be handed over any more is told so and cut off; what came is there when it is back", async () => {
  const set = await scene();
  withUnreadableMail(set.rig.guests);
  const program = await set.rig.dial(set.listen);
  await program.write(longHandshake(7n), 3_000);
  const why = "what comes for you cannot be handed over: the connection is closed";
  expect([program.writes(), program.hasEnded]).toEqual([[handshake(7n), message(0n, 7n, why)], true]);
  expect(endedCouriers(set.rig)).toEqual([["warn", "the disk says no"]]);
  set.rig.host.send(7n, "are you there?");
  await set.rig.run(5_000);
  const again = await set.rig.dial(set.listen);
  await again.write(longHandshake(7n), 3_000);
  expect(again.writes()).toEqual([handshake(7n), message(set.rig.host.id, 7n, "are you there?")]);
});

test("a program whose guest is closed beside it is cut off", async () => {
  const set = await scene();
  const { program, id } = await joined(set);
  await set.rig.until(set.rig.guests.close(set.rig.guests.keyOf(id) ?? ""));
  await set.rig.run(1_000);
  expect(program.hasEnded).toBe(true);
});
