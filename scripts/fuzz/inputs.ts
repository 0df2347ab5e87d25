import type { Random } from "../../src/testing/random.ts";

/** Random bytes, or samples joined, with some of their bytes changed, cut out or repeated. */
export function inputOf(samples: readonly Uint8Array[], random: Random): Uint8Array {
  if (random.chance(0.1)) return bytesOf(random.whole(0, 64), random);
  const parts = Array.from({ length: random.whole(1, 3) }, () => random.pick(samples));
  const bytes = [...Buffer.concat(parts)];
  for (let changes = random.whole(0, 4); changes > 0; changes -= 1) change(bytes, random);
  return Uint8Array.from(bytes);
}

/** The same bytes, in chunks of any size from 1. */
export function chunksOf(bytes: Uint8Array, random: Random): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + random.whole(1, 1 + Math.ceil(bytes.length / random.whole(1, 10)));
    chunks.push(bytes.slice(at, end));
    at = end;
  }
  return chunks;
}

function change(bytes: number[], random: Random): void {
  const at = random.whole(0, bytes.length);
  const count = random.whole(1, 4);
  switch (random.whole(0, 3)) {
    case 0:
      bytes.splice(at, count, ...bytesOf(count, random));
      return;
    case 1:
      bytes.splice(at, count);
      return;
    case 2:
      bytes.splice(at, 0, ...bytes.slice(at, at + count));
      return;
    default:
      bytes.splice(at, 0, random.pick([0, 0x0a, 0x20, 0x26, 0x3c, 0x3f, 0x7c, 0x7f, 0x80, 0xff]));
  }
}

function bytesOf(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.whole(0, 255));
}
