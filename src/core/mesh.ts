import { GoodbyeReason } from "../gen/e3/v1/link_pb.ts";
import type { AdvertRecord } from "./advert.ts";
import { Assigner } from "./assigner.ts";
import { Dialer } from "./dialer.ts";
import { Dials } from "./dials.ts";
import { disconnect } from "./disconnect.ts";
import { Doorway, shuttingDown } from "./doorway.ts";
import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import type { CoreEvent } from "./event.ts";
import type { ReadFrame } from "./frame.ts";
import { Gossip } from "./gossip.ts";
import { Greeter } from "./greeter.ts";
import type { Refusal } from "./handshake.ts";
import { Herald } from "./herald.ts";
import { Holder } from "./holder.ts";
import type { Identity } from "./identity.ts";
import { LeafTalk } from "./leaf-talk.ts";
import type { Leases } from "./leases.ts";
import type { Limits } from "./limits.ts";
import { Links, type Link } from "./links.ts";
import { Partings } from "./partings.ts";
import { Pulse } from "./pulse.ts";
import { SessionLink } from "./session-link.ts";
import type { Snowflake } from "./snowflake.ts";
import type { Topology } from "./topology.ts";
import { Upkeep } from "./upkeep.ts";
import type { Entropy, Signer } from "./world.ts";

/** What the mesh is made of. */
export interface MeshParts {
  readonly self: bigint;
  /** Whether this peer is a leaf. */
  readonly leaf: boolean;
  readonly features: readonly string[];
  readonly identity: Identity;
  readonly topology: Topology;
  readonly leases: Leases;
  readonly snowflake: Snowflake;
  readonly signer: Signer;
  readonly entropy: Entropy;
  readonly limits: Limits;
  readonly effects: Effects;
  /** A former life that the store does not remember was seen: what it numbered must not be numbered again. */
  readonly outran: () => void;
  /** A link is up: what both sides have for everyone is to be compared. */
  readonly greet: (link: Link) => void;
  /** A link took over from one that was full, and has room. */
  readonly hasRoom: (nowMs: number) => void;
}

/**
 * Mesh: the half of the core that keeps links, the peer's id, and the topology.
 *
 *     dial, accept ──► handshake ──► link up ──► advert restated ──► flooded
 *                          │                          ▲
 *                          └── id assigned or granted │ link lost
 */
export class Mesh {
  readonly #parts: MeshParts;
  readonly #dialTargetsMax: number;
  readonly #links: Links;
  readonly #dialer: Dialer;
  readonly #dials: Dials;
  readonly #doorway: Doorway;
  readonly #gossip: Gossip;
  readonly #herald: Herald;
  readonly #holder: Holder;
  readonly #greeter: Greeter;
  readonly #partings: Partings;
  readonly #upkeep: Upkeep;
  /** What is said to leaves, and by them. */
  readonly talk: LeafTalk;
  /** Takes the frames of idle links, before anything else looks at them. */
  readonly pulse: Pulse;
  /** A link for the time of a session. */
  readonly sessionLink: SessionLink;
  #left = false;

  constructor(parts: MeshParts) {
    this.#parts = parts;
    const { self, leaf, topology, leases, signer, limits, effects, entropy } = parts;
    this.#links = new Links(limits, self, leaf);
    const about = { self, topology, links: this.#links, limits, effects };
    this.#dialTargetsMax = leaf ? limits.leafLinksMax : limits.dialTargetsMax;
    this.#dials = new Dials(about);
    this.#dialer = new Dialer(
      { ...limits, dialTargetsMax: this.#dialTargetsMax },
      () => (entropy.bytes(1)[0] ?? 0) / 255,
      { dials: this.#dials, ended: (nowMs) => this.#upkeep.failed(nowMs) },
    );
    const outrun = (record: AdvertRecord): void => this.#outrun(record);
    this.#gossip = new Gossip({ ...about, leaf, leases, signer, outrun });
    this.talk = new LeafTalk({ ...about, leaf, gossip: this.#gossip });
    this.#herald = new Herald({ ...parts, ...about, gossip: this.#gossip, desk: this.talk.desk });
    this.#holder = new Holder({ ...parts, assigner: new Assigner(parts), changed: () => this.#herald.changed() });
    this.pulse = new Pulse({ links: this.#links, gossip: this.#gossip, talk: this.talk, effects });
    const lost = (link: Link, nowMs: number): void => this.#lost(link, nowMs);
    const isHeard = (): boolean => parts.identity.ready && this.#holder.isDurable;
    const end = (link: Link, goodbye: Refusal, nowMs: number): void => this.#partings.end(link, goodbye, nowMs);
    this.#upkeep = new Upkeep({ ...about, dialer: this.#dialer, entropy, end });
    const shun = (link: Link): void => this.#upkeep.shun(link);
    this.#partings = new Partings({ ...about, dialer: this.#dialer, lost, shun, isHeard });
    this.sessionLink = new SessionLink({ ...about, leaf, dialer: this.#dialer, partings: this.#partings });
    this.#doorway = new Doorway({
      ...parts,
      ...about,
      dialer: this.#dialer,
      partings: this.#partings,
      upkeep: this.#upkeep,
    });
    this.#greeter = new Greeter({
      effects,
      links: this.#links,
      holder: this.#holder,
      up: (link, nowMs) => this.#up(link, nowMs),
      unwanted: (link) => this.#upkeep.refusal(link),
      refuse: end,
    });
  }

  get links(): Links {
    return this.#links;
  }

  /** A fresh id; undefined while none can be given. */
  newId(nowMs: number): bigint | undefined {
    return this.#holder.newId(nowMs);
  }

  /** Listens at an address, and dials. */
  start(start: Extract<CoreEvent, { kind: "start" }>, nowMs: number): void {
    this.#herald.listens(start.listen);
    for (const address of start.peers) this.#keepDialled(address, nowMs);
    this.#upkeep.start(start.listen, start.upkeep, nowMs);
    this.#holder.start(nowMs);
  }

  /**
   * Keeps the address dialled, and tells what comes of it.
   * @throws E3Error "resource-exhausted" when too many addresses are kept dialled.
   */
  connect(address: string, nowMs: number): void {
    this.#keepDialled(address, nowMs);
    this.#dialer.watch(address);
  }

  /** @throws E3Error "unknown-peer" when there is neither a link nor a dialled address of that name. */
  disconnect(target: bigint | string, nowMs: number): void {
    const parts = { ...this.#parts, links: this.#links, dialer: this.#dialer };
    disconnect({ ...parts, partings: this.#partings, upkeep: this.#upkeep }, target, nowMs);
  }

  opened(event: Extract<CoreEvent, { kind: "link-opened" }>, nowMs: number): void {
    this.#doorway.opened(event, nowMs);
  }

  closed(event: Extract<CoreEvent, { kind: "link-closed" }>, nowMs: number): void {
    this.#doorway.closed(event, nowMs);
  }

  /** Takes a control frame. @param bytes as it came: they must not change afterwards. */
  frame(link: Link, frame: ReadFrame, nowMs: number, bytes?: Uint8Array): void {
    this.#links.heard(link, nowMs);
    if (link.state === "closing" || this.#upkeep.take(link, frame, nowMs)) return;
    if (link.state !== "up") {
      if (frame.case === "goodbye") return this.#partings.goodbye(link, frame.value, nowMs);
      return this.#greeter.frame(link, frame, nowMs);
    }
    if (link.leaf && this.talk.take(link, frame, nowMs)) return;
    switch (frame.case) {
      case "adverts": {
        const fault = this.#gossip.adverts(link, frame.value, nowMs, bytes);
        return fault === undefined ? undefined : this.protocolFault(link, fault, nowMs);
      }
      case "digest":
        return this.#gossip.digest(link, frame.value);
      case "ping":
        return this.#parts.effects.frame(link.number, { case: "pong", value: { nonce: frame.value.nonce } });
      case "goodbye":
        return this.#partings.goodbye(link, frame.value, nowMs);
      case "hello":
      case "welcome":
      case "confirm":
        return this.protocolFault(link, `${frame.case} came after the handshake`, nowMs);
      default: // Pong has been heard; unknown frames are ignored, so that versions can differ.
        return undefined;
    }
  }

  /** The other end broke the protocol: tell it how, and end the link. */
  protocolFault(link: Link, message: string, nowMs: number): void {
    this.#parts.effects.notice("warn", "a link broke the protocol", { remote: link.remote, message });
    this.#partings.end(link, { reason: GoodbyeReason.PROTOCOL, message }, nowMs);
  }

  /** Does what the time asks for. */
  due(nowMs: number): void {
    this.#upkeep.due(nowMs);
    const dials = this.#left ? [] : this.#dialer.due(nowMs);
    for (const address of dials) this.#parts.effects.add({ kind: "dial", address });
    this.beat(nowMs);
  }

  /** The same of links alone. @returns whether it came to nothing but their pulse. */
  beat(nowMs: number): boolean {
    const { limits } = this.#parts;
    return this.pulse.due(nowMs, (link, why) => {
      const silentMs = (link.leaf ? limits.leafPingMs : limits.pingMs) * limits.pingMissesMax;
      const message = why === "slow" ? "the handshake took too long" : `silent for over ${silentMs} ms`;
      this.#partings.end(link, { reason: GoodbyeReason.LIMIT, message }, nowMs);
    });
  }

  /** Finishes an event: answers who waits for an id, and states the advert anew once, whatever changed. */
  settle(nowMs: number): void {
    const parked = this.#links.parked();
    this.#holder.settle(() => this.#dialer.exhausted && !this.#upkeep.isUntried, nowMs);
    if (parked.size > 0 && this.#parts.identity.ready) for (const link of parked) this.#greeter.welcome(link, nowMs);
    this.#holder.reserve();
    this.#herald.settle(this.#holder.isDurable, nowMs);
    this.#dials.settle();
  }

  /** Whether settle would do nothing with the next event, however late, unless that changes something here. */
  get isSettled(): boolean {
    return this.#holder.isSettled && this.#links.parked().size === 0;
  }

  /**
   * The topology changed, and with it who is there. Another peer's claim on this peer's id may stand before its own now;
   * and once it has been quiet for a while, all links compare what they know.
   */
  presenceChanged(changed: readonly AdvertRecord[], nowMs: number): void {
    this.talk.desk?.noticed(changed);
    this.#upkeep.changed(changed.length > 0, nowMs);
    this.#holder.checkClaims();
    this.#links.compareSoon(nowMs);
  }

  /** Tells everybody that this peer leaves, and ends all links. */
  leave(nowMs: number): void {
    this.#left = true;
    this.#doorway.shut();
    this.#upkeep.stop();
    this.#herald.leave();
    this.settle(nowMs);
    this.#parts.leases.release(this.#parts.identity.id, this.#parts.self);
    for (const link of this.#links.all()) if (link.state !== "closing") this.#partings.end(link, shuttingDown, nowMs);
  }

  /** When due has something to do beside the pulse of links. */
  get nextDeadlineMs(): number {
    // A peer that leaves dials nobody any more.
    const dialMs = this.#left ? Infinity : this.#dialer.nextDeadlineMs;
    const holderMs = this.#holder.nextDeadlineMs(this.#links.parked().size > 0);
    return Math.min(dialMs, this.#herald.nextDeadlineMs, this.#upkeep.nextDeadlineMs, holderMs);
  }

  #up(link: Link, nowMs: number): void {
    const neighbour = link.handshake.neighbour;
    if (neighbour === undefined) return;
    const loser = this.#links.establish(link, neighbour, nowMs);
    if (link.address !== undefined) this.#dialer.linked(link.address, neighbour.node);
    if (loser !== undefined) this.#partings.double(link, loser, nowMs);
    this.#upkeep.up(link, loser, nowMs);
    if (loser === link) return;
    if (loser?.leaf === true) this.talk.down(loser, nowMs);
    this.#parts.effects.notice("info", "link up", { remote: link.remote, dialled: link.address !== undefined });
    this.#herald.relinked(link);
    // Each states itself as it was; that it has this link, too, leaves as a delta once both have heard that (herald.ts).
    this.#gossip.greet(link);
    this.#parts.greet(link);
    // Of the other nobody is told any more that it has room again.
    if (loser?.full === true) this.#parts.hasRoom(nowMs);
    if (link.leaf) this.talk.up(link);
    else this.#links.compareSoon(nowMs, [link]);
  }

  #keepDialled(address: string, nowMs: number): void {
    if (this.#dialer.add(address, nowMs)) return;
    const told = `${this.#dialTargetsMax} addresses are kept dialled already; disconnect one first`;
    throw new E3Error("resource-exhausted", told);
  }

  #lost(link: Link, nowMs: number): void {
    if (link.leaf) this.talk.down(link, nowMs);
    this.#herald.relinked(link);
    this.#upkeep.lost(link, nowMs);
  }

  /** Goes on above what the mesh remembers, so that this peer's statements count again. */
  #outrun(record: AdvertRecord): void {
    const { identity, outran } = this.#parts;
    if (record.incarnation < identity.incarnation) return;
    identity.outrun(record.incarnation);
    this.#holder.keep();
    outran();
  }
}
