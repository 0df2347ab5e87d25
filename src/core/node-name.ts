import type { Signer } from "./world.ts";

/**
 * The stable name of a peer: the first 8 bytes, big-endian, of the SHA-256 of its public key.
 *
 * Ids are what people type; they change hands and can be disputed. Nodes cannot: links, routes and adverts go by node.
 * Source: link.proto, Advert.key.
 */
export function nodeOf(key: Uint8Array, signer: Pick<Signer, "sha256">): bigint {
  const hash = signer.sha256(key);
  return new DataView(hash.buffer, hash.byteOffset, hash.byteLength).getBigUint64(0);
}
