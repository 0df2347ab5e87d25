/**
 * Which peers keep mail for a target: rendezvous hashing, so that every peer with the same view picks the same ones and
 * a peer that comes or goes moves only its own share (Thaler and Ravishankar, 1998).
 *
 * @param candidates nodes that offer custody and can be reached, in any order.
 * @returns at most count nodes, the best first.
 */
export function chooseCustodians(target: bigint, candidates: Iterable<bigint>, count: number): readonly bigint[] {
  const ranked = [...candidates].map((node) => ({ node, score: mix(target ^ mix(node)) }));
  ranked.sort((a, b) => (a.score > b.score ? -1 : a.score < b.score ? 1 : 0));
  return ranked.slice(0, count).map(({ node }) => node);
}

/** The finaliser of SplitMix64: every bit of the input moves every bit of the output. */
function mix(value: bigint): bigint {
  let mixed = BigInt.asUintN(64, value + 0x9e37_79b9_7f4a_7c15n);
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d0_49bb_1331_11ebn);
  return mixed ^ (mixed >> 31n);
}
