import { randomFillSync } from "node:crypto";
import type { Entropy } from "../../ports/entropy.ts";

/** Chance from the operating system's generator. Answers at once and never runs dry. */
export function createEntropy(): Entropy {
  return { bytes: (count) => randomFillSync(new Uint8Array(count)) };
}
