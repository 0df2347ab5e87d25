import type { PeerEvent, PeerInfo } from "../peer/types.ts";

/** Makes one story of the peers that were up when a session began and of what came after: nobody comes up twice. */
export class Presence {
  readonly #up = new Set<bigint>();

  /** The events that would have told what stands now. */
  begin(peers: readonly PeerInfo[]): readonly PeerEvent[] {
    const present = peers.filter(({ id, reachable }) => reachable && !this.#up.has(id));
    for (const { id } of present) this.#up.add(id);
    return present.map(({ id }) => ({ kind: "peer", id, state: "up" }));
  }

  /** Whether the event is news. All but repeated ups and downs are. */
  isNews(event: PeerEvent): boolean {
    if (event.kind !== "peer") return true;
    if (event.state === "renamed") return this.#up.has(event.id);
    if (event.state === "down") return this.#up.delete(event.id);
    if (this.#up.has(event.id)) return false;
    this.#up.add(event.id);
    return true;
  }
}
