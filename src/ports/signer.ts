/** Signing and hashing. Pinned by test/contract/signer.ts. */
export type { Signer } from "../core/world.ts";
