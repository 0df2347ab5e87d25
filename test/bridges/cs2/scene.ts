import { expect } from "vitest";
import { openCs2Bridge } from "../../../src/bridges/cs2/open.ts";
import { cs2Options } from "../../../src/bridges/cs2/options.ts";
import { bridgeRig, type BridgeRig, type Program } from "../rig.ts";

// The bytes of the wire, written out: a length of four bytes, big-endian, and a proto3 message.

/** A varint, as proto3 has an int64. */
function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}

export function framed(bytes: readonly number[]): Uint8Array {
  return Uint8Array.of(0, 0, bytes.length >>> 8, bytes.length & 255, ...bytes);
}

export function message(fr: bigint, to: bigint, msg: string): Uint8Array {
  const text = Buffer.from(msg);
  const ends = [...(fr === 0n ? [] : [0x08, ...varint(fr)]), ...(to === 0n ? [] : [0x10, ...varint(to)])];
  return framed([...ends, 0x1a, ...varint(BigInt(text.length)), ...text]);
}

export function handshake(id: bigint, error = false): Uint8Array {
  return framed([0x08, ...varint(id), ...(error ? [0x10, 1] : [])]);
}

/** What the second dialect asks with: it has no id, and would like to change that. */
export function longHandshake(wanted: bigint): Uint8Array {
  return framed([0x18, 1, 0x20, ...varint(wanted)]);
}

export interface Scene {
  readonly rig: BridgeRig;
  readonly listen: string;
  close(): Promise<void>;
}

export async function scene(settings: Readonly<Record<string, string>> = {}, limits = {}): Promise<Scene> {
  const rig = await bridgeRig(limits);
  const bridge = await openCs2Bridge(rig.world, cs2Options({ listen: "127.0.0.1:0", ...settings }));
  return { rig, listen: bridge.listen, close: () => rig.until(bridge.close()) };
}

/** A program that waits for its id, and the id. */
export async function joined({ rig, listen }: Scene): Promise<{ program: Program; id: bigint }> {
  const program = await rig.dial(listen);
  await rig.run(2_000);
  const [greeting] = program.writes();
  const guest = rig.host.peers().findLast(({ via }) => via.startsWith("test "));
  expect(greeting).toEqual(handshake(guest?.id ?? 0n));
  return { program, id: guest?.id ?? 0n };
}

/** A program that asks for an id by answering its greeting. */
export async function wishing({ rig, listen }: Scene, id: bigint): Promise<Program> {
  const program = await rig.dial(listen);
  await rig.run(2_000);
  program.writes();
  await program.write(handshake(id), 3_000);
  return program;
}
