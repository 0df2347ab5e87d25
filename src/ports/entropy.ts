/** Chance. Pinned by test/contract/entropy.ts. */
export type { Entropy } from "../core/world.ts";
