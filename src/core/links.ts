import { isLeaf } from "./advert.ts";
import type { Handshake, Neighbour } from "./handshake.ts";
import type { Limits } from "./limits.ts";
import { Neighbours } from "./neighbours.ts";

/** Where a link stands. A parked one waits for this peer to have an id before it answers Hello. */
export type LinkState = "greeting" | "parked" | "welcomed" | "up" | "closing";

/** One link of this peer. */
export interface Link {
  readonly number: number;
  /** The address dialled; undefined when the other side dialled. */
  readonly address: string | undefined;
  readonly remote: string;
  readonly handshake: Handshake;
  state: LinkState;
  /** Known once the handshake is through. */
  neighbour: Neighbour | undefined;
  /** One of its ends is a leaf: neither tells the other of the topology. */
  leaf: boolean;
  /** When it came up. */
  upAtMs: number;
  heardAtMs: number;
  /** Times that nothing came when something should have, since the last frame. */
  misses: number;
  /** What misses begin with: 1 where the other end is the one to ping, since what fails to come first is its ping. */
  missesAtFirst: number;
  dueMs: number;
  /** When what both sides know is compared next, at the latest every digestMs. */
  digestAtMs: number;
  digestByMs: number;
  full: boolean;
  /** The other side has listed what it knows, as both do once when the link comes up. */
  listed: boolean;
  /** The one before it with this neighbour, which is heard out until the other end says that it is over. */
  former: Link | undefined;
  /** What a parked link asked for. */
  asked: { readonly id: bigint; readonly desiredId: bigint } | undefined;
}

/** What a due link needs. */
export interface LinkDue {
  readonly kind: "ping" | "dead" | "slow" | "digest";
  readonly link: Link;
}

/**
 * Links: all wires of this peer and their timers.
 *
 * Invariants
 * 1. At most one link per neighbour is in use. Of two the one with its later life stays; in one life that which the lower
 *    node dialled, and of two from the same side the newer (the other end may have lost the older without a word).
 * 2. A link that is silent for pingMs is pinged by the lower node. The other hears that ping; it pings once the ping
 *    failed to come, which is its first miss. After pingMissesMax misses without a frame, or bytes of one, the link is
 *    dead: at either end pingMissesMax + 1 times pingMs after the last frame.
 * 3. A handshake takes at most handshakeMs.
 *    With a leaf at one end all that is leafPingMs instead.
 * 4. Links that would be pinged one soon after the other are pinged together: one alarm every pingMs serves all of them.
 */
export class Links {
  readonly #limits: Limits;
  readonly #self: bigint;
  readonly #isLeaf: boolean;
  readonly #byNumber = new Map<number, Link>();
  readonly #neighbours = new Neighbours<Link>();
  readonly #parked = new Set<Link>();
  #handshakes = 0;
  /** Nothing is due before; may be early, never late. */
  #nextMs = Infinity;

  /** @param leaf whether this peer is a leaf. Default false. */
  constructor(limits: Limits, self: bigint, leaf = false) {
    this.#limits = limits;
    this.#self = self;
    this.#isLeaf = leaf;
  }

  /** @returns the link, or undefined when a limit is reached. */
  open(link: Pick<Link, "number" | "address" | "remote" | "handshake">, nowMs: number): Link | undefined {
    if (this.#byNumber.size >= this.#limits.linksMax || this.#handshakes >= this.#limits.handshakesMax)
      return undefined;
    const { number, address, remote, handshake } = link;
    // One literal, not a spread: every frame looks at links, and so they are fast to look at.
    const opened: Link = {
      number,
      address,
      remote,
      handshake,
      state: "greeting",
      neighbour: undefined,
      leaf: this.#isLeaf,
      upAtMs: 0,
      heardAtMs: nowMs,
      misses: 0,
      missesAtFirst: 0,
      dueMs: nowMs + this.#limits.handshakeMs,
      digestAtMs: Infinity,
      digestByMs: Infinity,
      full: false,
      listed: false,
      former: undefined,
      asked: undefined,
    };
    this.#byNumber.set(number, opened);
    this.#handshakes += 1;
    this.#nextMs = Math.min(this.#nextMs, opened.dueMs);
    return opened;
  }

  get(number: number): Link | undefined {
    return this.#byNumber.get(number);
  }

  /** The link that is up with this node. */
  withNode(node: bigint): Link | undefined {
    return this.#neighbours.get(node);
  }

  /** Links in whatever state. */
  all(): IterableIterator<Link> {
    return this.#byNumber.values();
  }

  /** Links that are up. */
  up(): IterableIterator<Link> {
    return this.#neighbours.all();
  }

  /** Links that are up, none of them with a leaf at either end: the topology spreads over them. */
  full(): IterableIterator<Link> {
    return this.#neighbours.full();
  }

  /** Links that are up and have a leaf at one end. */
  leaves(): IterableIterator<Link> {
    return this.#neighbours.leaves();
  }

  /** How many links are up. */
  get size(): number {
    return this.#neighbours.size;
  }

  /** Nodes there is a link with, ascending. */
  neighbours(): readonly bigint[] {
    return this.#neighbours.nodes();
  }

  /** Acceptor: the Hello is answered later, when this peer has an id and one to give. */
  park(link: Link, asked: NonNullable<Link["asked"]>): void {
    link.state = "parked";
    link.asked = asked;
    this.#parked.add(link);
  }

  /** Acceptor: the Hello was answered. */
  unpark(link: Link): void {
    link.state = "welcomed";
    this.#parked.delete(link);
  }

  /** Links whose Hello waits for an answer. */
  parked(): ReadonlySet<Link> {
    return this.#parked;
  }

  /**
   * The handshake is through. @returns the link to end instead, when there are two with this neighbour: this one or the
   * other (invariant 1); undefined when it is the only one.
   */
  establish(link: Link, neighbour: Neighbour, nowMs: number): Link | undefined {
    const rival = this.#neighbours.get(neighbour.node);
    link.neighbour = neighbour;
    link.leaf ||= isLeaf(neighbour);
    if (rival !== undefined && !this.#outranks(link, rival, neighbour)) return link;
    this.#handshakes -= 1;
    link.state = "up";
    link.missesAtFirst = this.#self < neighbour.node ? 0 : 1;
    link.upAtMs = nowMs;
    this.heard(link, nowMs);
    link.dueMs = this.#silentByMs(link);
    // A leaf asks its neighbours; nobody asks a leaf.
    link.digestByMs = link.leaf && !this.#isLeaf ? Infinity : nowMs + this.#limits.digestMs;
    link.digestAtMs = link.digestByMs;
    this.#nextMs = Math.min(this.#nextMs, link.dueMs, link.digestAtMs);
    this.#neighbours.put(neighbour.node, link);
    return rival;
  }

  /** No more is expected of this link but its end. @returns whether it was the link that is up with its neighbour. */
  closing(link: Link, nowMs: number): boolean {
    const wasUp = this.#leave(link);
    link.state = "closing";
    link.dueMs = nowMs + this.#limits.handshakeMs;
    this.#nextMs = Math.min(this.#nextMs, link.dueMs);
    return wasUp;
  }

  /** The wire is gone. @returns whether it was the link that is up with its neighbour. */
  closed(link: Link): boolean {
    this.#byNumber.delete(link.number);
    return this.#leave(link);
  }

  heard(link: Link, nowMs: number): void {
    link.heardAtMs = nowMs;
    link.misses = link.missesAtFirst;
  }

  /**
   * Bytes of a frame arrived: no ping is missed yet, since its answer comes after that frame. The pings go on: they may be
   * all that the other end hears, whose own wait behind the frame.
   */
  alive(number: number): void {
    const link = this.#byNumber.get(number);
    if (link !== undefined) link.misses = 0;
  }

  /** Puts the next comparison to a moment from now, each time it is asked, but not beyond the time it was due by. */
  compareSoon(nowMs: number, links: Iterable<Link> = this.#neighbours.full()): void {
    for (const link of links) {
      link.digestAtMs = Math.min(nowMs + this.#limits.digestSoonMs, link.digestByMs);
      this.#nextMs = Math.min(this.#nextMs, link.digestAtMs);
    }
  }

  /** What is due on any link; each is thereby put off. */
  due(nowMs: number): readonly LinkDue[] {
    if (nowMs < this.#nextMs) return nothing;
    const due: LinkDue[] = [];
    this.#nextMs = Infinity;
    for (const link of this.#byNumber.values()) {
      const kind = link.state === "up" ? this.#pulse(link, nowMs) : this.#handshake(link, nowMs);
      if (kind !== undefined) due.push({ kind, link });
      if (link.digestAtMs <= nowMs && link.state === "up") {
        link.digestByMs = nowMs + this.#limits.digestMs;
        link.digestAtMs = link.digestByMs;
        due.push({ kind: "digest", link });
      }
      this.#nextMs = Math.min(this.#nextMs, link.dueMs, link.digestAtMs);
    }
    return due;
  }

  get nextDeadlineMs(): number {
    return this.#nextMs;
  }

  #handshake(link: Link, nowMs: number): "slow" | undefined {
    if (link.dueMs > nowMs) return undefined;
    link.dueMs = nowMs + this.#limits.handshakeMs;
    // A parked link waits for this peer: it is not slow. A closing one has had its goodbye.
    return link.state === "parked" || link.state === "closing" ? undefined : "slow";
  }

  #pulse(link: Link, nowMs: number): "ping" | "dead" | undefined {
    const { pingMissesMax } = this.#limits;
    const pingMs = this.#pingMs(link);
    link.dueMs = Math.max(link.dueMs, this.#silentByMs(link));
    // Only the first ping leaves early, with those of other links (invariant 4): no answer is given less than pingMs.
    const byMs = link.misses === 0 ? nowMs + pingMs * earlyRatio : nowMs;
    if (link.dueMs > byMs) return undefined;
    link.dueMs = nowMs + pingMs;
    if (link.misses >= pingMissesMax) return "dead";
    link.misses += 1;
    return "ping";
  }

  /** When the link has been silent for as long as it may be without a ping of this peer. */
  #silentByMs(link: Link): number {
    return link.heardAtMs + this.#pingMs(link) * (1 + link.missesAtFirst);
  }

  #pingMs(link: Link): number {
    return link.leaf ? this.#limits.leafPingMs : this.#limits.pingMs;
  }

  #outranks(link: Link, rival: Link, { node, incarnation }: Neighbour): boolean {
    const before = rival.neighbour?.incarnation ?? 0n;
    // Whoever begins anew has no link of the life before, whether or not that has come out here.
    if (incarnation !== before) return incarnation > before;
    if ((link.address === undefined) === (rival.address === undefined)) return true;
    return (link.address !== undefined) === this.#self < node;
  }

  #leave(link: Link): boolean {
    this.#parked.delete(link);
    link.digestAtMs = Infinity;
    if (link.state === "greeting" || link.state === "parked" || link.state === "welcomed") this.#handshakes -= 1;
    return this.#neighbours.drop(link);
  }
}

/**
 * How much of pingMs a link may be pinged early to be pinged with others. Enough for answers that take their time to be no
 * reason for an alarm each; little enough to cost few pings more, and to find a dead link hardly sooner.
 */
const earlyRatio = 0.1;
const nothing: readonly LinkDue[] = [];
