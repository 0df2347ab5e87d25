import type { PeerExchange } from "../gen/e3/v1/link_pb.ts";
import type { Census } from "./census.ts";
import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import { pickOne, pickSome } from "./pick.ts";
import type { Entropy } from "./world.ts";

interface Parts {
  readonly links: Links;
  readonly census: Census;
  readonly entropy: Entropy;
  readonly limits: Limits;
  readonly effects: Effects;
  /** Addresses for this peer to use, and who told them: a node, or the address that was dialled. */
  readonly told: (teller: string, addresses: readonly string[]) => void;
}

/**
 * Exchange: peers tell each other where others listen, push and pull in one.
 *
 *     ask    ── wanted, own address and some others ──► the other end may use them
 *            ◄──────── addresses, as many as wanted ── and answers
 *     refuse ── addresses, then the goodbye ──────────► whoever finds no room here looks there
 *
 * Nothing is said unasked, nor by the clock. Every peer answers, whether or not it keeps its own links by itself.
 */
export class Exchange {
  readonly #parts: Parts;
  /** When each link was last asked, which of them owe an answer, and when each was last heeded. */
  readonly #asked = new WeakMap<Link, number>();
  readonly #owing = new WeakSet<Link>();
  readonly #heeded = new WeakMap<Link, number>();
  #listen = "";
  /** Links beyond which a peer is taken to have no room. */
  #max = Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param max links beyond which a peer is taken to have no room. Default: there always is. */
  start(listen: string, max = Infinity): void {
    this.#listen = listen;
    this.#max = max;
  }

  /** Asks one neighbour, if one can be asked again. */
  ask(nowMs: number): void {
    const { links, entropy, limits } = this.#parts;
    const free = [...links.full()].filter((link) => nowMs - (this.#asked.get(link) ?? -Infinity) >= limits.exchangeMs);
    const link = pickOne(free, entropy);
    if (link === undefined) return;
    this.#asked.set(link, nowMs);
    this.#owing.add(link);
    const wanted = limits.exchangeAddressesMax;
    this.#say(link, wanted, [this.#listen, ...this.#some(link, pushed)]);
  }

  /** Tells the other end where others have room, unasked: it finds none here. */
  redirect(link: Link): void {
    this.#say(link, 0, this.#some(link, this.#parts.limits.exchangeAddressesMax));
  }

  /**
   * Takes an exchange in. On a link that is up it counts if it was asked for, or comes no sooner than exchangeMs after the
   * last; on one that was dialled and is not up it is what comes with a refusal.
   *
   * @returns whether it counted.
   */
  heard(link: Link, { wanted, addresses }: PeerExchange, nowMs: number): boolean {
    const { limits, told } = this.#parts;
    const isAnswer = wanted === 0 && this.#owing.delete(link);
    if (!isAnswer && nowMs - (this.#heeded.get(link) ?? -Infinity) < limits.exchangeMs) return false;
    if (!isAnswer) this.#heeded.set(link, nowMs);
    told(link.state === "up" ? String(link.neighbour?.node) : (link.address ?? ""), addresses);
    const most = Math.min(wanted, limits.exchangeAddressesMax);
    if (most > 0 && link.state === "up" && !link.leaf) this.#say(link, 0, this.#some(link, most));
    return true;
  }

  #say(link: Link, wanted: number, addresses: readonly string[]): void {
    this.#parts.effects.frame(link.number, { case: "exchange", value: { wanted, addresses: [...addresses] } });
  }

  /** Where others listen, those with room first. The other end and its neighbours need not be told. */
  #some(link: Link, most: number): readonly string[] {
    const { census, entropy } = this.#parts;
    const node = link.neighbour?.node ?? link.handshake.neighbour?.node;
    const others = census.peers.filter(({ record }) => {
      return (
        record.addresses.length > 0 && record.node !== node && !(node !== undefined && record.neighbours.includes(node))
      );
    });
    const roomy = others.filter(({ links }) => links < this.#max);
    const full = others.filter(({ links }) => links >= this.#max);
    const picked = pickSome(roomy, most, entropy);
    return [...picked, ...pickSome(full, most - picked.length, entropy)].flatMap(
      ({ record }) => record.addresses[0] ?? [],
    );
  }
}

/** Addresses of others that go with a question. */
const pushed = 8;
