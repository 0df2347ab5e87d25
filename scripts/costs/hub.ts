import { applyDelta, deltaBetween, signAdvert, type AdvertFields } from "../../src/core/advert.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { encodeAdverts } from "../../src/core/topology-frame.ts";
import { testSigner } from "../../src/testing/signer.ts";
import type { Figure } from "./figure.ts";
import { cpuUsEach } from "./stopwatch.ts";

/** Links of the peer that changes one. */
export const linkSizes: readonly number[] = [10, 100, 1_000, 10_000];

const pieces = 20;
const signer = testSigner(0);

/** What it costs when a peer with many links loses one: on the wire, at the peer, and at each that hears of it. */
export function measureHub(): readonly Figure[] {
  const costs = linkSizes.map(measure);
  return [
    { name: "bytes of the change", unit: "bytes", allowed: 0, values: costs.map(({ bytes }) => bytes) },
    { name: "to state it", unit: "µs", allowed: 1, values: costs.map(({ stateUs }) => stateUs) },
    { name: "to take it", unit: "µs", allowed: 1, values: costs.map(({ takeUs }) => takeUs) },
  ];
}

function measure(links: number): { readonly bytes: number; readonly stateUs: number; readonly takeUs: number } {
  const neighbours = Array.from({ length: links }, (_, index) => BigInt(index + 1) << 40n);
  const before = signAdvert({ ...plain, version: 1n, neighbours }, signer);
  const state = () => signAdvert({ ...plain, version: 2n, neighbours: neighbours.slice(1) }, signer);
  const delta = deltaBetween(before, state());
  if (delta === undefined) throw new Error("a change of links is a delta");
  return {
    bytes: encodeAdverts({ deltas: [delta] }).length,
    stateUs: cpuUsEach(pieces, () => void deltaBetween(before, state())),
    takeUs: cpuUsEach(pieces, () => void applyDelta(before, delta, { signer, limits: defaultLimits })),
  };
}

const plain: Omit<AdvertFields, "version" | "neighbours"> = {
  id: 1n,
  incarnation: 1n,
  claimedAtMs: 0,
  name: "hub",
  addresses: ["10.0.0.1:8081"],
  features: ["custody"],
  left: false,
  credential: new Uint8Array(),
};
