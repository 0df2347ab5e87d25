import { parseAddress, sameAddress } from "../core/address.ts";
import type { PeerInfo } from "../peer/types.ts";

/** A peer in the table. */
export interface MenuEntry {
  readonly id: bigint;
  /** Where it says that it listens, host:port; undefined when it says nothing of use. */
  readonly address: string | undefined;
}

/**
 * The peers one has heard from or connected to, the newest entry first.
 *
 * Invariants
 * 1. No address stands in it twice, and no id: a peer is known by where it says that it listens, never by the port its
 *    connection comes from. One that comes back under another id, or states another address, keeps its place.
 * 2. At most `entriesMax` entries; the oldest go.
 */
export class MenuTable {
  #entries: readonly MenuEntry[] = [];

  /** The newest first. */
  get entries(): readonly MenuEntry[] {
    return this.#entries;
  }

  /** Enters a peer, or renews its entry. */
  add(peer: MenuEntry): void {
    const known = this.#entries.find((entry) => isSame(entry, peer));
    const place = known === undefined ? -1 : this.#entries.indexOf(known);
    if (place < 0) this.#entries = [peer, ...this.#entries].slice(0, entriesMax);
    else {
      const others = this.#entries.filter((entry, at) => at < place || !isSame(entry, peer));
      this.#entries = others.toSpliced(place, 0, peer);
    }
  }

  remove(peer: MenuEntry): void {
    this.#entries = this.#entries.filter((entry) => !isSame(entry, peer));
  }

  has(peer: MenuEntry): boolean {
    return this.#entries.some((entry) => isSame(entry, peer));
  }
}

/** A peer as it stands in a table. */
export function entryOf({ id, addresses }: Pick<PeerInfo, "id" | "addresses">): MenuEntry {
  return { id, address: addresses.map(statedAddress).find((address) => address !== undefined) };
}

/** What a peer is called in a line: its address, or its id if it has none. */
export function whoIs({ id, address }: MenuEntry): string {
  return address ?? `${id}`;
}

/** The table as it is shown: a number and an address in each line. */
export function tableText(entries: readonly MenuEntry[]): readonly string[] {
  if (entries.length === 0) return ["No connected peers"];
  return ["Connected Peers:", ...entries.map((entry, index) => `${index + 1}. ${whoIs(entry)}`)];
}

/** Normal form; undefined for what is no address, or one that means another machine to everybody who reads it. */
function statedAddress(text: string): string | undefined {
  try {
    const address = parseAddress(text);
    return /^(?:0\.0\.0\.0|\[::\]):/.test(address) ? undefined : address;
  } catch {
    return undefined;
  }
}

function isSame(a: MenuEntry, b: MenuEntry): boolean {
  if (a.id === b.id) return true;
  return a.address !== undefined && b.address !== undefined && sameAddress(a.address, b.address);
}

/** Entries of a table; some hundred bytes each. */
const entriesMax = 1_024;
