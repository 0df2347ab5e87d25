import { Handshake } from "../../src/core/handshake.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import type { Link, Links } from "../../src/core/links.ts";
import { fakePeer } from "./adverts.ts";
import { seededEntropy } from "./entropy.ts";

let opened = 0;

/** A handshake of the peer with that seed. */
export function handshakeOf(seed: number): Handshake {
  const entropy = seededEntropy(`handshake ${seed} ${(opened += 1)}`);
  return new Handshake({ signer: fakePeer(seed).signer, entropy, limits: defaultLimits, features: [] });
}

/** A link on which nothing has been said; dialled when it has an address. */
export function openLink(
  links: Links,
  wire: { readonly number: number; readonly address?: string; readonly self?: number },
  nowMs = 0,
): Link {
  const { number, address } = wire;
  const handshake = handshakeOf(wire.self ?? 1);
  const link = links.open({ number, address, remote: address ?? `127.0.0.1:${50_000 + number}`, handshake }, nowMs);
  if (link === undefined) throw new Error("the links are at their limit");
  return link;
}

/** Brings a link up with the peer of that seed, as if their handshake were through. */
export function bringUp(links: Links, link: Link, seed: number, nowMs = 0): Link | undefined {
  const { node, signer } = fakePeer(seed);
  return links.establish(link, { node, key: signer.publicKey, features: [], incarnation: 1n }, nowMs);
}

/** The same with a leaf of that seed. @returns the link. */
export function bringUpLeaf(links: Links, seed: number): Link {
  const { node, signer } = fakePeer(seed);
  const link = openLink(links, { number: seed });
  links.establish(link, { node, key: signer.publicKey, features: ["leaf"], incarnation: 1n }, 0);
  return link;
}

/** Runs the timers until that time, each when it asks to be. @returns what came due, with the time. */
export function runTimers(links: Links, untilMs: number): readonly string[] {
  const told: string[] = [];
  for (let nowMs = links.nextDeadlineMs; nowMs <= untilMs; nowMs = links.nextDeadlineMs) {
    for (const { kind, link } of links.due(nowMs)) told.push(`${nowMs}: ${kind} ${link.number}`);
    if (links.nextDeadlineMs <= nowMs) throw new Error(`links ask to be looked at again at once, at ${nowMs}`);
  }
  return told;
}
