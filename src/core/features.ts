import { leafFeature } from "./advert.ts";

/** What a peer offers or is. */
export interface Nature {
  /** It keeps mail for absent peers on behalf of others. */
  readonly custody: boolean;
  readonly leaf: boolean;
  /** For which program of another kind it speaks; empty for a peer like any other. */
  readonly via: string;
}

const viaPrefix = "via ";

/** The same as an advert and a handshake state it. */
export function featuresOf({ custody, leaf, via }: Nature): readonly string[] {
  return [...(custody ? ["custody"] : []), ...(leaf ? [leafFeature] : []), ...(via === "" ? [] : [viaPrefix + via])];
}

/** For which program of another kind a peer with these features speaks; empty for a peer like any other. */
export function viaOf(features: readonly string[]): string {
  return features.find((feature) => feature.startsWith(viaPrefix))?.slice(viaPrefix.length) ?? "";
}
