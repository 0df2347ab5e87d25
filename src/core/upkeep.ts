import { GoodbyeReason } from "../gen/e3/v1/link_pb.ts";
import { isLeaf } from "./advert.ts";
import { Census } from "./census.ts";
import type { Dialer } from "./dialer.ts";
import type { Effects } from "./effects.ts";
import { Exchange } from "./exchange.ts";
import type { ReadFrame } from "./frame.ts";
import type { Refusal } from "./handshake.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import { Strangers } from "./strangers.ts";
import { Surplus, type Degree } from "./surplus.ts";
import type { Topology } from "./topology.ts";
import type { Entropy } from "./world.ts";

/** What a peer that keeps its links by itself is told. */
export interface UpkeepOptions {
  readonly degree: Degree;
  /** Addresses to begin with. They are asked while links are wanting, and not kept dialled. */
  readonly bootstrap: readonly string[];
}

interface Parts {
  readonly self: bigint;
  readonly topology: Topology;
  readonly links: Links;
  readonly dialer: Dialer;
  readonly entropy: Entropy;
  readonly limits: Limits;
  readonly effects: Effects;
  /** Says goodbye and ends the link. */
  readonly end: (link: Link, goodbye: Refusal, nowMs: number) => void;
}

/**
 * Upkeep: keeps the number of this peer's links between two bounds, where it was told to. Links with leaves do not count.
 *
 *     below min ──► dial strangers, ask a neighbour for more of them; again after a wait that doubles
 *     between ────► silent; but who lost a neighbour dials until there is a road to it again
 *     at max ─────► refuse strangers, and tell them who has room. Nobody has: take them in for another link
 *     above max ──► end the link with the neighbour that has the most, if a detour leads there
 *
 * Invariants
 * 1. A link that a person asked for, at either end, is neither refused nor ended; such links may lead above max.
 * 2. While the bounds are kept and nobody is lost, nothing is sent and no alarm is set.
 * 3. Whatever others tell, no more is dialled at a time than links are wanting, and after waits that grow: they begin
 *    anew at most once in exchangeMs.
 */
export class Upkeep {
  readonly #parts: Parts;
  readonly #census: Census;
  readonly #strangers: Strangers;
  readonly #exchange: Exchange;
  readonly #surplus: Surplus;
  /** Neighbours at whose end a person asked for the link. */
  readonly #asked = new Set<bigint>();
  #options: UpkeepOptions | undefined;
  /** When to look again whether something is to be done; Infinity while nothing can be. */
  #dueMs = Infinity;
  /** Nothing is dialled or asked before; the wait after that; and when it last began anew. */
  #pauseUntilMs = -Infinity;
  #pauseMs = 0;
  #hurriedAtMs = -Infinity;

  constructor(parts: Parts) {
    const { self, topology } = parts;
    this.#parts = parts;
    this.#census = new Census(self, topology);
    const shared = { ...parts, census: this.#census };
    this.#strangers = new Strangers(shared);
    const told = (teller: string, addresses: readonly string[]): void => {
      // Whoever does not keep its links by itself has no use for them.
      if (this.#options !== undefined) this.#strangers.told(teller, addresses);
    };
    this.#exchange = new Exchange({ ...shared, told });
    this.#surplus = new Surplus({ ...shared, isSpare: (link) => this.#isSpare(link) });
  }

  /** @param options undefined: the links are others' business; questions are answered all the same. */
  start(listen: string, options: UpkeepOptions | undefined, nowMs: number): void {
    this.#options = options;
    this.#exchange.start(listen, options?.degree.max);
    if (options === undefined) return;
    this.#strangers.start(listen, options.bootstrap);
    this.#dueMs = nowMs;
  }

  /** Nothing more is done. */
  stop(): void {
    this.#options = undefined;
    this.#dueMs = Infinity;
  }

  /** Whether there are addresses that this peer, which has no link yet, is about to dial. */
  get isUntried(): boolean {
    return this.#options !== undefined && this.#parts.links.size === 0 && this.#strangers.isUntried;
  }

  /** What a Hello to this address is to say beside the peer's own features. */
  features(address: string | undefined): readonly string[] {
    return address === undefined || this.#parts.dialer.isKept(address) ? [] : [spareFeature];
  }

  /** Acceptor: whether there is room for whoever said Hello. @returns why not. */
  refusal(link: Link): Refusal | undefined {
    const node = link.handshake.neighbour?.node;
    const features = link.handshake.neighbour?.features ?? [];
    if (this.#options === undefined || node === undefined || isLeaf({ features })) return undefined;
    const { max } = this.#options.degree;
    if (!features.includes(spareFeature) || this.#parts.links.withNode(node) !== undefined) return undefined; // invariant 1
    const taken = this.#count + this.#arriving;
    if (taken < max) return undefined;
    const isRoomElsewhere = this.#census.peers.some(({ record, links }) => {
      return links < max && record.node !== node && !record.neighbours.includes(node);
    });
    const isNeedy = this.#census.linksOf(node) === 0 || !isRoomElsewhere;
    if (taken === max && isNeedy && this.#surplus.isWorth(node, this.#options.degree)) return undefined;
    this.#exchange.redirect(link);
    return this.#noRoom(max);
  }

  /** A link is up, and stays. @param loser the other one with this neighbour, which ends. */
  up(link: Link, loser: Link | undefined, nowMs: number): void {
    const node = link.neighbour?.node;
    if (this.#options === undefined || node === undefined || link.leaf) return;
    for (const one of loser === undefined ? [link] : [link, loser]) {
      const isAccepted = one.address === undefined;
      if (isAccepted && !(one.handshake.neighbour?.features ?? []).includes(spareFeature)) this.#asked.add(node);
    }
    this.#strangers.found(link);
    this.#hurry(nowMs);
  }

  /** A link that was up is no more. */
  lost(link: Link, nowMs: number): void {
    if (this.#options === undefined || link.leaf) return;
    this.#asked.delete(link.neighbour?.node ?? 0n);
    this.#strangers.lost(link, nowMs);
    this.#hurry(nowMs);
  }

  /** A person, at either end, disconnects the two; or it is this very peer. */
  shun(link: Link): void {
    if (this.#options !== undefined) this.#strangers.shun(link);
  }

  /** A dial came to nothing. */
  failed(nowMs: number): void {
    this.#look(nowMs);
  }

  /** The topology changed. @param isOther whether peers came or went. */
  changed(isOther: boolean, nowMs: number): void {
    if (this.#options === undefined) return;
    if (isOther) this.#hurry(nowMs);
    else this.#look(nowMs);
  }

  /**
   * Takes an exchange: on a link that is up, or on one that this peer dialled, since who has no room says who has before it
   * says goodbye. @returns whether it was one.
   */
  take(link: Link, frame: ReadFrame, nowMs: number): boolean {
    if (frame.case !== "exchange" || (link.state !== "up" && link.address === undefined)) return false;
    if (this.#exchange.heard(link, frame.value, nowMs)) this.#look(nowMs);
    return true;
  }

  /** Does what the time asks for; what is to be dialled is due at the dialer then. */
  due(nowMs: number): void {
    if (nowMs < this.#dueMs || this.#options === undefined) return;
    this.#dueMs = Infinity;
    const { min, max } = this.#options.degree;
    const count = this.#count;
    const wanting = min - count - this.#parts.dialer.pending;
    if (count > max) return this.#shed(max, nowMs);
    // Dials are on their way, and this peer hears of their end.
    if (wanting <= 0 && this.#parts.dialer.pending > 0) return;
    if (nowMs >= this.#pauseUntilMs) {
      if (wanting > 0) this.#seek(wanting, nowMs);
      else this.#dialOne(this.#strangers.lostOne(nowMs), nowMs);
    }
    const nextMs = wanting > 0 && count > 0 ? nowMs : this.#strangers.nextMs(nowMs);
    const atMs = Math.max(this.#pauseUntilMs, nextMs);
    if (atMs > nowMs) this.#dueMs = Math.min(this.#dueMs, atMs);
  }

  get nextDeadlineMs(): number {
    return this.#dueMs;
  }

  #seek(wanting: number, nowMs: number): void {
    const { max } = this.#options?.degree ?? { max: 0 };
    for (let dials = 0; dials < wanting; dials += 1) {
      const address = this.#strangers.more(max, nowMs);
      if (address === undefined) break;
      this.#parts.dialer.try(address, nowMs);
    }
    this.#exchange.ask(nowMs);
    this.#pause(nowMs);
  }

  #dialOne(address: string | undefined, nowMs: number): void {
    if (address === undefined) return;
    this.#parts.dialer.try(address, nowMs);
    this.#pause(nowMs);
  }

  #shed(max: number, nowMs: number): void {
    const link = this.#surplus.choose();
    if (link === undefined) return;
    this.#exchange.redirect(link);
    this.#parts.end(link, this.#noRoom(max), nowMs);
  }

  #noRoom(max: number): Refusal {
    const message = `this peer keeps at most ${max} links by itself, and told of others`;
    return { reason: GoodbyeReason.LIMIT, message, isRoutine: true };
  }

  get #count(): number {
    return [...this.#parts.links.full()].length;
  }

  /** Strangers whose Hello was not refused, and who are not up yet. */
  get #arriving(): number {
    let count = 0;
    for (const { state } of this.#parts.links.all()) if (state === "parked" || state === "welcomed") count += 1;
    return count;
  }

  #isSpare(link: Link): boolean {
    const node = link.neighbour?.node ?? 0n;
    return !this.#asked.has(node) && !this.#parts.dialer.keepsNode(node);
  }

  #pause(nowMs: number): void {
    const { seekMinMs, seekMaxMs, redialMaxMs } = this.#parts.limits;
    const most = this.#parts.links.size === 0 ? redialMaxMs : seekMaxMs;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, seekMinMs), most);
    this.#pauseUntilMs = nowMs + this.#pauseMs;
  }

  /** There is something new to go by: waits begin anew. */
  #hurry(nowMs: number): void {
    if (nowMs - this.#hurriedAtMs >= this.#parts.limits.exchangeMs) {
      this.#hurriedAtMs = nowMs;
      this.#pauseMs = 0;
      this.#pauseUntilMs = nowMs;
    }
    this.#look(nowMs);
  }

  /** Looks again in a moment, each peer in its own: what one does changes what others have to do. */
  #look(nowMs: number): void {
    if (this.#options === undefined) return;
    const { entropy, limits } = this.#parts;
    const atMs = nowMs + Math.ceil(((entropy.bytes(1)[0] ?? 0) / 255) * limits.redialMinMs);
    this.#dueMs = Math.min(this.#dueMs, atMs);
  }
}

/** In a Hello: the dialler wants for links and chose this one itself. It may be ended for another. */
const spareFeature = "spare";
