import { createHash } from "node:crypto";

/** The parts of an assigned id. */
export interface Snowflake {
  readonly sign: bigint;
  /** Start of its 10 ms slot, milliseconds since 1970. */
  readonly slotMs: number;
  readonly assignerHash: number;
  readonly sequence: number;
}

const originMs = Date.UTC(2024, 0, 1);

/** Takes an id apart: 1 bit 0, 38 bits of 10 ms slots since 2024, 16 bits of assigner hash, 9 bits of sequence. */
export function takeApart(id: string): Snowflake {
  const bits = BigInt(id);
  return {
    sign: bits >> 63n,
    slotMs: originMs + Number((bits >> 25n) & 0x3f_ffff_ffffn) * 10,
    assignerHash: Number((bits >> 9n) & 0xffffn),
    sequence: Number(bits & 0x1ffn),
  };
}

/** SHA-256 of the id as a 16-byte big-endian integer, XOR of its sixteen 2-byte big-endian words. */
export function assignerHash(id: string): number {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(BigInt(id), 8);
  const digest = createHash("sha256").update(bytes).digest();
  let hash = 0;
  for (let offset = 0; offset < digest.length; offset += 2) hash ^= digest.readUInt16BE(offset);
  return hash;
}
