import { expect, test } from "vitest";
import { openCs2Bridge } from "../../../src/bridges/cs2/open.ts";
import { bridgeRig, type BridgeRig, type Program } from "../rig.ts";

// The bytes of the wire, written out: a length of four bytes, big-endian, and a proto3 message.

/** A varint, as proto3 has an int64. */
function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

function framed(bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(0, 0, bytes.length >>> 8, bytes.length & 255, ...bytes);
}

function message(fr: bigint, to: bigint, msg: string): Uint8Array {
  const text = Buffer.from(msg);
  const ends = [...(fr === 0n ? [] : [0x08, ...varint(fr)]), ...(to === 0n ? [] : [0x10, ...varint(to)])];
  return framed([...ends, 0x1a, ...varint(BigInt(text.length)), ...text]);
}

function handshake(id: bigint, error = false): Uint8Array {
  return framed([0x08, ...varint(id), ...(error ? [0x10, 1] : [])]);
}

/** What the second dialect asks with: it has no id, and would like to change that. */
function longHandshake(wanted: bigint): Uint8Array {
  return framed([0x18, 1, 0x20, ...varint(wanted)]);
}

interface Scene {
  readonly rig: BridgeRig;
  readonly listen: string;
  close(): Promise<void>;
}

async function scene(): Promise<Scene> {
  const rig = await bridgeRig();
  const bridge = await openCs2Bridge(rig.world, { listen: "127.0.0.1:0" });
  return { rig, listen: bridge.listen, close: () => rig.until(bridge.close()) };
}

/** A program that waits for its id, and the id. */
async function joined({ rig, listen }: Scene): Promise<{ program: Program; id: bigint }> {
  const program = await rig.dial(listen);
  await rig.run(2_000);
  const [greeting] = program.writes();
  const guest = rig.host.peers().findLast(({ via }) => via.startsWith("test "));
  expect(greeting).toEqual(handshake(guest?.id ?? 0n));
  return { program, id: guest?.id ?? 0n };
}

/** A program that asks for an id by answering its greeting. */
async function wishing({ rig, listen }: Scene, id: bigint): Promise<Program> {
  const program = await rig.dial(listen);
  await rig.run(2_000);
  program.writes();
  await program.write(handshake(id), 3_000);
  return program;
}

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
  const rig = await bridgeRig({ guestsMax: 1 });
  const bridge = await openCs2Bridge(rig.world, { listen: "127.0.0.1:0" });
  const program = await rig.dial(bridge.listen);
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
