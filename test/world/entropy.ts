import { createHash } from "node:crypto";
import type { Entropy } from "../../src/core/world.ts";

/** Bytes that look random and are the same for the same seed. */
export function seededEntropy(seed: string): Entropy {
  let drawn = 0;
  return {
    bytes: (count) => {
      const bytes = new Uint8Array(count);
      for (let at = 0; at < count; at += 32) {
        const block = createHash("sha256")
          .update(`${seed}/${(drawn += 1)}`)
          .digest();
        bytes.set(block.subarray(0, Math.min(32, count - at)), at);
      }
      return bytes;
    },
  };
}
