import { expect, test } from "vitest";
import { framed, handshake, joined, longHandshake, message, scene, wishing, type Scene } from "./scene.ts";

test("a program is told its id first, and its messages go to other programs and to peers, and come from them", async () => {
  const set = await scene();
  const ali = await joined(set);
  const far = await set.rig.mesh.start("far", { peers: ["host"], desiredId: 99n });
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { from, text } of far.messages()) seen.push(`${from}: ${text}`);
  };
  void read();
  await ali.program.write(message(ali.id, 99n, "merhaba"));
  expect(seen).toEqual([`${ali.id}: merhaba`]);
  expect(await set.rig.until(far.send(ali.id, "selam | ? <>").settled)).toMatchObject({ status: "delivered" });
  expect(ali.program.writes()).toEqual([message(99n, ali.id, "selam | ? <>")]);
});

test("an id that is asked for in answer to the greeting is granted, and one that somebody has is refused", async () => {
  const set = await scene();
  const veli = await wishing(set, 4_242n);
  expect(veli.writes()).toEqual([handshake(4_242n)]);
  const late = await set.rig.dial(set.listen);
  await set.rig.run(2_000);
  const [greeting] = late.writes();
  await late.write(handshake(4_242n), 3_000);
  const [answer] = late.writes();
  expect(answer).toEqual(framed([...(greeting ?? []).slice(4), 0x10, 1]));
});

test("the dialect that speaks first is told once: what it asked for, or another id and that it is another", async () => {
  const set = await scene();
  const first = await set.rig.dial(set.listen);
  await first.write(longHandshake(77_252_666_718_255_104n), 3_000);
  expect(first.writes()).toEqual([handshake(77_252_666_718_255_104n)]);
  const second = await set.rig.dial(set.listen);
  await second.write(longHandshake(77_252_666_718_255_104n), 3_000);
  const [answer, ...more] = second.writes();
  expect([[...(answer ?? [])].slice(-2), more]).toEqual([[0x10, 1], []]);
});

test("who was away finds what came meanwhile, in order, under the id it asks for again", async () => {
  const set = await scene();
  const veli = await wishing(set, 4_242n);
  veli.stream.end();
  await set.rig.run(5_000);
  const sent = ["one", "two"].map((text) => set.rig.host.send(4_242n, text));
  await set.rig.run(5_000);
  const again = await wishing(set, 4_242n);
  const host = set.rig.host.id;
  expect(again.writes()).toEqual([handshake(4_242n), message(host, 4_242n, "one"), message(host, 4_242n, "two")]);
  for (const { settled } of sent) expect(await set.rig.until(settled)).toMatchObject({ status: "delivered" });
});

test("`end` to nobody or to itself is a goodbye, and to somebody else a text", async () => {
  const set = await scene();
  const [ali, veli] = [await joined(set), await wishing(set, 7n)];
  veli.writes();
  await ali.program.write(message(ali.id, 7n, "end"));
  expect([veli.writes(), ali.program.hasEnded]).toEqual([[message(ali.id, 7n, "end")], false]);
  await ali.program.write(message(ali.id, 0n, "end"));
  expect(ali.program.hasEnded).toBe(true);
  expect(set.rig.guests.keyOf(ali.id)).toBeUndefined();
});

test("what is wrong is said by 0, and the program goes on: an id that is none, a text that is none, a second wish", async () => {
  const set = await scene();
  const { program, id } = await joined(set);
  await program.write(message(id, -5n, "x"));
  await program.write(message(id, 9n, ""));
  await program.write(handshake(12n));
  expect(program.writes()).toEqual([
    message(0n, id, "-5 is no id; ids are 1 to 9223372036854775807"),
    message(0n, id, "there is no text to send; give it at least one character"),
    message(0n, id, "an id is asked for once, at the beginning; connect again for another"),
  ]);
  await program.write(message(id, id, "to myself"));
  expect(program.writes()).toEqual([message(id, id, "to myself")]);
});

test("bytes that make no sense end the connection, and the guest leaves", async () => {
  const set = await scene();
  const { program, id } = await joined(set);
  await program.write(framed([0x0f, 0xff, 0xff]), 5_000);
  expect([program.hasEnded, set.rig.guests.keyOf(id)]).toEqual([true, undefined]);
  const huge = await joined(set);
  await huge.program.write(Uint8Array.of(255, 255, 255, 255), 5_000);
  expect(huge.program.hasEnded).toBe(true);
});

test("when the bridge closes, its programs are cut off and their guests leave", async () => {
  const set = await scene();
  const { program } = await joined(set);
  await set.close();
  await set.rig.run(5_000);
  expect([program.hasEnded, set.rig.host.peers().filter(({ reachable }) => reachable)]).toEqual([true, []]);
});

test("a program that is gone before it is told its id leaves nobody behind", async () => {
  const set = await scene();
  const program = await set.rig.dial(set.listen);
  await set.rig.run(2_000);
  await program.stream.write(handshake(4_242n));
  program.stream.destroy();
  await set.rig.run(10_000);
  expect(set.rig.host.peers().filter(({ via, reachable }) => via !== "" && reachable)).toEqual([]);
});

test("where no more guests are taken, a program keeps the id it has", async () => {
  const { rig, listen } = await scene({}, { guestsMax: 1 });
  const program = await rig.dial(listen);
  await rig.run(2_000);
  const [greeting] = program.writes();
  await program.write(handshake(4_242n), 3_000);
  expect(program.writes()).toEqual([framed([...(greeting ?? []).slice(4), 0x10, 1])]);
  expect(program.hasEnded).toBe(false);
});

test("an id that a peer has is refused without a trace: nobody is given another one for good", async () => {
  const set = await scene();
  await set.rig.mesh.start("far", { peers: ["host"], desiredId: 99n });
  await set.rig.run(2_000);
  const program = await wishing(set, 99n);
  expect([...(program.writes()[0] ?? [])].slice(-2)).toEqual([0x10, 1]);
  expect(set.rig.world.notebook.entries()).toEqual([]);
});

test("a program that stops within a frame is told so and cut off, and its guest leaves; one that goes on slowly in time is not", async () => {
  const set = await scene({ "frame-ms": "5000" });
  const { program, id } = await joined(set);
  const whole = message(id, id, "slow");
  await program.write(whole.subarray(0, 3), 3_000);
  await program.write(whole.subarray(3, 9), 1_500);
  await program.write(whole.subarray(9), 5_000);
  expect(program.writes()).toEqual([whole]);
  await program.write(whole.subarray(0, 3), 3_000);
  // Each byte by itself does not give it more time.
  await program.write(whole.subarray(3, 4), 3_000);
  const told = "a frame that was begun did not end within 5000 ms: the connection is closed";
  expect([program.writes(), program.hasEnded]).toEqual([[message(0n, id, told)], true]);
  await set.rig.run(5_000);
  expect(set.rig.guests.keyOf(id)).toBeUndefined();
});

test("a frame that begins with the end of another has its own time", async () => {
  const set = await scene({ "frame-ms": "5000" });
  const { program, id } = await joined(set);
  const whole = message(id, id, "x");
  await program.write(whole.subarray(0, 3), 4_000);
  await program.write(Buffer.concat([whole.subarray(3), whole.subarray(0, 3)]), 4_000);
  await program.write(whole.subarray(3), 6_000);
  expect([program.writes(), program.hasEnded]).toEqual([[whole, whole], false]);
});

test("a program that stops within its very first frame is cut off, too", async () => {
  const set = await scene({ "frame-ms": "5000" });
  const program = await set.rig.dial(set.listen);
  await program.write(Uint8Array.of(0, 0), 10_000);
  expect(program.hasEnded).toBe(true);
  await set.rig.run(5_000);
  expect(set.rig.host.peers().filter(({ reachable }) => reachable)).toEqual([]);
});

test("a program that only listens is not cut off, unless the bridge was told for how long one may", async () => {
  const set = await scene();
  const { program, id } = await joined(set);
  await set.rig.run(3_600_000);
  expect(program.hasEnded).toBe(false);
  set.rig.host.send(id, "still there?");
  await set.rig.run(5_000);
  expect(program.writes()).toEqual([message(set.rig.host.id, id, "still there?")]);

  const strict = await scene({ "silence-ms": "60000" });
  const [silent, spoke] = [await joined(strict), await joined(strict)];
  await spoke.program.write(message(spoke.id, spoke.id, "x"));
  await strict.rig.run(70_000);
  expect([silent.program.hasEnded, spoke.program.hasEnded]).toEqual([true, false]);
  expect(silent.program.writes()).toEqual([
    message(0n, silent.id, "nothing was said within 60000 ms: the connection is closed"),
  ]);
});

/** A far peer that is out of the host's reach, and all that it was told. */
async function farAway({ rig }: Scene): Promise<string[]> {
  const far = await rig.mesh.start("far", { peers: ["host"], desiredId: 99n });
  await rig.run(2_000);
  const seen: string[] = [];
  void (async () => {
    for await (const { text } of far.messages()) seen.push(text);
  })();
  return seen;
}

test.each(["ends", "is gone"])("what a program says is said though it %s right after its write", async (how) => {
  const set = await scene();
  const seen = await farAway(set);
  const { program, id } = await joined(set);
  for (const text of ["one", "two"]) await program.stream.write(message(id, 99n, text));
  if (how === "ends") program.stream.end();
  else program.stream.destroy();
  await set.rig.run(10_000);
  expect([seen, set.rig.guests.keyOf(id)]).toEqual([["one", "two"], undefined]);
});

test("what a program says before it has been told its id is said, though it has ended by then", async () => {
  const set = await scene();
  const seen = await farAway(set);
  const program = await set.rig.dial(set.listen);
  for (const text of ["one", "two"]) await program.stream.write(message(0n, 99n, text));
  program.stream.end();
  await set.rig.run(10_000);
  expect(seen).toEqual(["one", "two"]);
});

test("while the mesh is out of reach a program's last words stay with its guest, which takes nothing any more, and leave when it is back", async () => {
  const set = await scene();
  const seen = await farAway(set);
  const { program, id } = await joined(set);
  const guest = "guest connection 1";
  set.rig.mesh.cut("host", guest);
  await program.stream.write(message(id, 99n, "last words"));
  program.stream.end();
  await set.rig.run(120_000);
  expect([seen, set.rig.guests.keyOf(id)]).toEqual([[], "connection 1"]);
  set.rig.mesh.heal("host", guest);
  const late = set.rig.host.send(id, "too late");
  await set.rig.run(120_000);
  expect([seen, set.rig.guests.keyOf(id)]).toEqual([["last words"], undefined]);
  expect(await Promise.race([late.settled, Promise.resolve("open")])).not.toMatchObject({ status: "delivered" });
});

test("last words that other peers keep for who is away are away", async () => {
  const set = await scene();
  const seen = await farAway(set);
  set.rig.mesh.crash("far");
  await set.rig.run(10_000);
  const { program, id } = await joined(set);
  await program.stream.write(message(id, 99n, "when you are back"));
  program.stream.end();
  await set.rig.run(30_000);
  expect(set.rig.guests.keyOf(id)).toBeUndefined();
  const far = await set.rig.mesh.start("far", { peers: ["host"] });
  void (async () => {
    for await (const { text } of far.messages()) seen.push(text);
  })();
  await set.rig.run(10_000);
  expect(seen).toEqual(["when you are back"]);
});

test("a guest with last words makes room when the house is full, and does not keep a bridge from closing; both are logged", async () => {
  const set = await scene({}, { guestsMax: 1 });
  const { program, id } = await joined(set);
  set.rig.mesh.cut("host", "guest connection 1");
  await program.stream.write(message(id, 99n, "last words"));
  program.stream.end();
  await set.rig.run(10_000);
  const next = await joined(set);
  const lost = (): unknown[] => set.rig.logged.filter(([level]) => level === "warn").map(([, , fields]) => fields);
  expect(lost()).toEqual([{ guest: "connection 1", count: 1 }]);
  set.rig.mesh.cut("host", "guest connection 2");
  await next.program.stream.write(message(next.id, 99n, "last words"));
  await set.rig.run(1_000);
  await set.close();
  expect(lost()).toEqual([1, 2].map((number) => ({ guest: `connection ${number}`, count: 1 })));
});
