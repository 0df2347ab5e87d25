/** 2^64 divided by the golden ratio: keeps small numbers away from zero. */
export const golden = 0x9e3779b97f4a7c15n;

/** Spreads 64 bits over 64 bits, so that numbers which differ in anything have unrelated results: the finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
export function mix64(value: bigint): bigint {
  let z = BigInt.asUintN(64, value);
  z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
