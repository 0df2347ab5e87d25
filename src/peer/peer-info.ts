import type { KnownPeer } from "../core/directory.ts";
import type { Found } from "../core/whom.ts";
import type { PeerInfo, SearchAnswer } from "./types.ts";

/** A known peer in the library's words. */
export function peerInfo({ goneSinceMs, ...same }: KnownPeer): PeerInfo {
  return { ...same, absentSince: goneSinceMs === undefined ? undefined : new Date(goneSinceMs) };
}

/** What a search found, in the library's words. @param self the id of the peer that was asked. */
export function searchAnswer(found: Found<KnownPeer>, self: bigint): SearchAnswer {
  switch (found.kind) {
    case "one": {
      const peer = peerInfo(found.peer);
      if (peer.id === self) return { kind: "self", peer };
      return { kind: peer.reachable ? "online" : "absent", peer };
    }
    case "several":
      return { kind: "several", peers: found.peers.map(peerInfo) };
    case "none":
      return { kind: "unknown", near: found.near };
  }
}
