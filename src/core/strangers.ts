import { AddressBook } from "./address-book.ts";
import { isLeaf, type AdvertRecord } from "./advert.ts";
import type { Census } from "./census.ts";
import type { Dialer } from "./dialer.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import { LostPeers } from "./lost-peers.ts";
import { pickOne } from "./pick.ts";
import { strangerAddress } from "./stranger-address.ts";
import type { Topology } from "./topology.ts";
import { Waits } from "./waits.ts";
import type { Entropy } from "./world.ts";

interface Parts {
  readonly topology: Topology;
  readonly links: Links;
  readonly dialer: Dialer;
  readonly census: Census;
  readonly entropy: Entropy;
  readonly limits: Limits;
}

/** Addresses of one kind: each has its turn, so that none that others made up can keep the rest from theirs. */
type Kind = readonly string[];

/**
 * Strangers: addresses that nobody asked this peer to dial, but that it may dial for want of links.
 *
 *     every other time: peers in sight, with room for a link if there are such ──┐
 *     else, one kind at random:                                                  │  any of them,
 *         what neighbours told                                                   ├──────────────► dialled once, then left
 *         the bootstrap addresses                                                │                alone, longer each time
 *         former neighbours out of reach; others that there is no road to now ───┘
 */
export class Strangers {
  readonly #parts: Parts;
  readonly #book: AddressBook;
  readonly #waits: Waits;
  readonly #lost: LostPeers;
  /** Disconnected by hand, at either end, or this peer's own. The longest ago first. */
  readonly #shunned = new Set<string>();
  #listen = "";
  #bootstrap: readonly string[] = [];
  /** Whether the last one was to be in sight. */
  #isSightTurn = false;

  constructor(parts: Parts) {
    const { limits, entropy } = parts;
    this.#parts = parts;
    this.#book = new AddressBook(limits);
    this.#waits = new Waits(limits, () => (entropy.bytes(1)[0] ?? 0) / 255);
    this.#lost = new LostPeers(limits);
  }

  start(listen: string, bootstrap: readonly string[]): void {
    this.#listen = listen;
    this.#bootstrap = bootstrap;
  }

  /** Another peer told these. @param teller its node, or the address that it was dialled at. */
  told(teller: string, addresses: readonly string[]): void {
    const heeded = addresses.slice(0, this.#parts.limits.exchangeAddressesMax);
    this.#book.tell(
      teller,
      heeded.flatMap((text) => strangerAddress(text, this.#listen) ?? []),
    );
  }

  /** There is a link with it. */
  found({ neighbour, address }: Pick<Link, "neighbour" | "address">): void {
    if (neighbour !== undefined) this.#lost.drop({ node: neighbour.node, address });
  }

  /** There is none any more. */
  lost(link: Pick<Link, "neighbour" | "address" | "upAtMs">, nowMs: number): void {
    const node = link.neighbour?.node;
    const record = node === undefined ? undefined : this.#parts.topology.get(node);
    const address = this.#addressOf(record) ?? link.address;
    if (node === undefined || address === undefined || record?.left === true || this.#shunned.has(address)) return;
    if (nowMs - link.upAtMs >= steadyMs) this.#waits.forgive(address);
    this.#lost.add({ node, address, sinceMs: nowMs });
  }

  /** Somebody disconnected it by hand, and it is not for this peer to undo that; or it is this very peer. */
  shun(link: Pick<Link, "neighbour" | "address">): void {
    const node = link.neighbour?.node;
    const record = node === undefined ? undefined : this.#parts.topology.get(node);
    for (const address of [this.#addressOf(record), link.address])
      if (address !== undefined) this.#shunned.add(address);
    for (const oldest of this.#shunned) {
      if (this.#shunned.size <= this.#parts.limits.lostPeersMax) break;
      this.#shunned.delete(oldest);
    }
    if (node !== undefined) this.#lost.drop({ node, address: link.address });
  }

  /** Some are known that were not tried yet. */
  get isUntried(): boolean {
    return this.#book.addresses().length > 0 || this.#bootstrap.some((one) => this.#waits.overAtMs(one) === -Infinity);
  }

  /** One more to link with; it counts as dialled. @param max links that a peer has room for. */
  more(max: number, nowMs: number): string | undefined {
    const { census, links } = this.#parts;
    const free = census.peers.filter(({ record }) => links.withNode(record.node) === undefined);
    const [roomy, full] = [true, false].map((isRoomy) => {
      const of = free.filter((other) => other.links < max === isRoomy);
      return of.flatMap(({ record }) => this.#addressOf(record) ?? []).filter((one) => this.#isDue(one, nowMs));
    });
    const inSight = roomy?.length === 0 ? full : roomy;
    const others = [this.#unseen(this.#book.addresses()), ...this.#others(nowMs)];
    this.#isSightTurn = !this.#isSightTurn;
    const [first, then] = this.#isSightTurn ? [[inSight ?? []], others] : [others, [inSight ?? []]];
    return this.#choose(first, nowMs) ?? this.#choose(then, nowMs);
  }

  /** One through which the mesh may become whole again; it counts as dialled. Undefined while nobody who was near is out of reach. */
  lostOne(nowMs: number): string | undefined {
    return this.#choose(this.#mending(nowMs), nowMs);
  }

  /** When lostOne, or more at a peer without any link, has something that it has not now; Infinity when never. */
  nextMs(nowMs: number): number {
    const kinds = this.#isAlone ? [this.#unseen(this.#book.addresses()), ...this.#others(nowMs)] : this.#mending(nowMs);
    const free = kinds.flat().filter((address) => !this.#isTaboo(address));
    return Math.min(...free.map((address) => this.#overAtMs(address)));
  }

  get #isAlone(): boolean {
    return this.#parts.links.size === 0;
  }

  #others(nowMs: number): readonly Kind[] {
    return [this.#unseen(this.#bootstrap), this.#outOfReach(nowMs), this.#gone()];
  }

  #mending(nowMs: number): readonly Kind[] {
    const lost = this.#outOfReach(nowMs);
    if (lost.length === 0) return [];
    const told = lost.flatMap((address) => this.#book.addresses(address));
    return [lost, this.#unseen(told), this.#gone()];
  }

  #choose(kinds: readonly Kind[], nowMs: number): string | undefined {
    const due = kinds.map((kind) => kind.filter((address) => this.#isDue(address, nowMs)));
    const kind = pickOne(
      due.filter(({ length }) => length > 0),
      this.#parts.entropy,
    );
    const address = pickOne(kind ?? [], this.#parts.entropy);
    if (address === undefined) return undefined;
    this.#book.drop(address);
    this.#waits.putOff(address, nowMs);
    return address;
  }

  #isDue(address: string, nowMs: number): boolean {
    return !this.#isTaboo(address) && this.#overAtMs(address) <= nowMs;
  }

  #isTaboo(address: string): boolean {
    return this.#parts.dialer.has(address) || this.#shunned.has(address);
  }

  /** Whoever has no link at all may ask again as often as a person's own list is dialled. */
  #overAtMs(address: string): number {
    return this.#waits.overAtMs(address, this.#isAlone ? this.#parts.limits.redialMaxMs : Infinity);
  }

  #outOfReach(nowMs: number): readonly string[] {
    const { topology, census } = this.#parts;
    const lost = this.#lost.outOfReach((node) => topology.isReachable(node), nowMs);
    return lost.map(({ address }) => address).filter((address) => !census.addresses.has(address));
  }

  /** Peers in the topology that there is no road to. */
  #gone(): Kind {
    const { topology, census } = this.#parts;
    const gone = [...topology.records()].filter((one) => !one.left && !isLeaf(one) && !topology.isReachable(one.node));
    const addresses = gone.flatMap((record) => this.#addressOf(record) ?? []);
    return addresses.filter((address) => !census.addresses.has(address));
  }

  /** Those of nobody in sight. */
  #unseen(addresses: readonly string[]): Kind {
    return addresses.filter((address) => !this.#parts.census.addresses.has(address));
  }

  #addressOf(record: AdvertRecord | undefined): string | undefined {
    for (const text of record?.addresses ?? []) {
      const address = strangerAddress(text, this.#listen);
      if (address !== undefined) return address;
    }
    return undefined;
  }
}

/** A link that stood for so long was worth its dial, milliseconds. */
const steadyMs = 60_000;
