import { signAdvert, type AdvertFields, type AdvertRecord } from "../../src/core/advert.ts";
import { nodeOf } from "../../src/core/node-name.ts";
import type { Signer } from "../../src/core/world.ts";
import { testSigner } from "../../src/testing/signer.ts";

/** A peer of a test's topology: its seed is also its id, unless an advert says otherwise. */
export interface FakePeer {
  readonly signer: Signer;
  readonly node: bigint;
  /** Its signed advert; what is not given is plain: version 1, claimed at 0, no links. */
  advert(fields?: Partial<AdvertFields>): AdvertRecord;
}

/** The peer of that seed, the same each time. */
export function fakePeer(seed: number): FakePeer {
  const signer = testSigner(seed);
  const plain: AdvertFields = {
    id: BigInt(seed),
    incarnation: 1n,
    version: 1n,
    claimedAtMs: 0,
    name: `peer ${seed}`,
    addresses: [`127.0.0.1:${8_000 + seed}`],
    neighbours: [],
    features: ["custody"],
    left: false,
    credential: new Uint8Array(),
  };
  return {
    signer,
    node: nodeOf(signer.publicKey, signer),
    advert: (fields = {}) => signAdvert({ ...plain, ...fields }, signer),
  };
}

/** Adverts of peers 1 to count, linked as the pairs of seeds say. */
export function fakeMesh(count: number, pairs: readonly (readonly [number, number])[]): readonly AdvertRecord[] {
  const peers = Array.from({ length: count }, (_, index) => fakePeer(index + 1));
  return peers.map((peer, index) => {
    const seeds = pairs.flatMap(([a, b]) => (a === index + 1 ? [b] : b === index + 1 ? [a] : []));
    return peer.advert({ neighbours: seeds.map((seed) => fakePeer(seed).node) });
  });
}
