import { GoodbyeReason } from "../gen/e3/v1/link_pb.ts";
import type { AdvertFields, AdvertRecord } from "./advert.ts";
import { Assigner } from "./assigner.ts";
import { Dialer } from "./dialer.ts";
import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import type { ReadFrame } from "./frame.ts";
import { Gossip } from "./gossip.ts";
import { Greeter } from "./greeter.ts";
import { Handshake } from "./handshake.ts";
import { Holder } from "./holder.ts";
import type { Identity } from "./identity.ts";
import type { Leases } from "./leases.ts";
import type { Limits } from "./limits.ts";
import { Links, type Link } from "./links.ts";
import { Partings } from "./partings.ts";
import { Pulse } from "./pulse.ts";
import type { Snowflake } from "./snowflake.ts";
import type { Topology } from "./topology.ts";
import type { Entropy, Signer } from "./world.ts";

/** What the mesh is made of. */
export interface MeshParts {
  readonly self: bigint;
  readonly name: string;
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
  readonly #links: Links;
  readonly #dialer: Dialer;
  readonly #gossip: Gossip;
  readonly #holder: Holder;
  readonly #greeter: Greeter;
  readonly #partings: Partings;
  /** Takes the frames of idle links, before anything else looks at them. */
  readonly pulse: Pulse;
  #listen = "";
  /** The advert must be stated anew at the end of this event. */
  #changed = false;
  #version = 0n;
  #left = false;

  constructor(parts: MeshParts) {
    this.#parts = parts;
    const { self, topology, leases, signer, limits, effects, entropy } = parts;
    this.#links = new Links(limits, self);
    this.#dialer = new Dialer(limits, () => (entropy.bytes(1)[0] ?? 0) / 255);
    const outrun = (record: AdvertRecord): void => this.#outrun(record);
    this.#gossip = new Gossip({ self, topology, links: this.#links, leases, signer, limits, effects, outrun });
    this.#holder = new Holder({ ...parts, assigner: new Assigner(parts), changed: () => this.#restateSoon() });
    this.pulse = new Pulse({ links: this.#links, gossip: this.#gossip, effects });
    const changed = (): void => this.#restateSoon();
    this.#partings = new Partings({ links: this.#links, dialer: this.#dialer, effects, changed });
    this.#greeter = new Greeter({
      effects,
      links: this.#links,
      holder: this.#holder,
      up: (link, nowMs) => this.#up(link, nowMs),
      refuse: (link, refusal, nowMs) => this.#partings.end(link, refusal, nowMs),
    });
  }

  get links(): Links {
    return this.#links;
  }

  get dialTargets(): readonly string[] {
    return this.#dialer.addresses;
  }

  start(listen: string, peers: readonly string[], nowMs: number): void {
    this.#listen = listen;
    for (const address of peers) this.connect(address, nowMs);
    this.#holder.start(nowMs);
  }

  /** @throws E3Error "resource-exhausted" when too many addresses are kept dialled. */
  connect(address: string, nowMs: number): void {
    if (this.#dialer.add(address, nowMs)) return;
    const most = this.#parts.limits.dialTargetsMax;
    throw new E3Error("resource-exhausted", `${most} addresses are kept dialled already; disconnect one first`);
  }

  /** @throws E3Error "unknown-peer" when there is neither a link nor a dialled address of that name. */
  disconnect(target: bigint | string, nowMs: number): void {
    const node = typeof target === "bigint" ? this.#parts.topology.holderOf(target)?.node : this.#nodeAt(target);
    const known = typeof target === "string" && this.#dialer.remove(target);
    const goodbye = { reason: GoodbyeReason.DISCONNECTED, message: "disconnected by hand" };
    for (const dial of this.#links.all())
      if (dial.address === target && dial.state === "greeting") this.#partings.end(dial, goodbye, nowMs);
    const link = node === undefined ? undefined : this.#links.withNode(node);
    if (node !== undefined) this.#dialer.removeNode(node);
    if (link !== undefined) return this.#partings.end(link, goodbye, nowMs);
    if (!known) throw new E3Error("unknown-peer", `there is no link with ${target}, and it is not being dialled`);
  }

  opened(wire: { link: number; address: string | undefined; remote: string }, nowMs: number): void {
    const { effects, identity } = this.#parts;
    const handshake = new Handshake(this.#parts);
    const link = this.#left
      ? undefined
      : this.#links.open({ number: wire.link, address: wire.address, remote: wire.remote, handshake }, nowMs);
    if (link === undefined) {
      const value = this.#left ? shuttingDown : noRoom;
      effects.frame(wire.link, { case: "goodbye", value });
      effects.add({ kind: "hang-up", link: wire.link, reason: value.message });
      if (wire.address !== undefined) this.#dialer.failed(wire.address, nowMs);
    } else if (link.address !== undefined) {
      const wish = identity.ready ? 0n : identity.desiredId;
      effects.frame(link.number, { case: "hello", value: handshake.hello(identity.id, wish) });
    }
  }

  closed(number: number, reason: string, nowMs: number): void {
    const link = this.#links.get(number);
    if (link === undefined) return;
    const wasUp = this.#links.closed(link);
    if (wasUp) this.#partings.down(link, reason, nowMs);
    else if (link.address !== undefined && link.state !== "closing")
      this.#partings.dialFailed(link, link.address, reason, nowMs);
    else if (link.state !== "closing") this.#partings.cutShort(link, reason);
  }

  /** Takes a control frame. */
  frame(link: Link, frame: ReadFrame, nowMs: number): void {
    this.#links.heard(link, nowMs);
    if (link.state === "closing") return;
    if (link.state !== "up") {
      if (frame.case === "goodbye") return this.#partings.goodbye(link, frame.value, nowMs);
      return this.#greeter.frame(link, frame, nowMs);
    }
    switch (frame.case) {
      case "adverts": {
        const fault = this.#gossip.adverts(link, frame.value, nowMs);
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
    const { effects, limits } = this.#parts;
    for (const address of this.#left ? [] : this.#dialer.due(nowMs)) effects.add({ kind: "dial", address });
    for (const { kind, link } of this.#links.due(nowMs)) {
      const silentMs = limits.pingMs * limits.pingMissesMax;
      if (link.state === "closing") continue;
      if (kind === "digest") this.#gossip.compare(link);
      else if (kind === "ping") this.pulse.ping(link);
      else if (kind === "slow")
        this.#partings.end(link, { reason: GoodbyeReason.LIMIT, message: "the handshake took too long" }, nowMs);
      else this.#partings.end(link, { reason: GoodbyeReason.LIMIT, message: `silent for over ${silentMs} ms` }, nowMs);
    }
  }

  /** Finishes an event: answers who waits for an id, and states the advert anew once, whatever changed. */
  settle(nowMs: number): void {
    const parked = this.#links.parked();
    this.#holder.settle(() => this.#dialer.exhausted, nowMs);
    if (parked.size > 0 && this.#parts.identity.ready) for (const link of parked) this.#greeter.welcome(link, nowMs);
    this.#holder.reserve();
    // What it states must outlive it: a later life may contradict it, but not under the same incarnation.
    if (!this.#changed || !this.#parts.identity.ready || !this.#holder.isDurable) return;
    this.#changed = false;
    this.#version += 1n;
    const isFirst = this.#parts.topology.get(this.#parts.self) === undefined;
    this.#gossip.restate(this.#fields(), nowMs);
    // Links that came up before were told nothing (Gossip.greet).
    if (isFirst) for (const link of this.#links.up()) this.#gossip.list(link);
  }

  /** The topology changed: once it has been quiet for a while, all links compare what they know. */
  compareSoon(nowMs: number): void {
    this.#links.compareSoon(nowMs);
  }

  /** Another peer's claim on this peer's id may stand before its own. */
  checkClaims(): void {
    this.#holder.checkClaims();
  }

  /** Tells everybody that this peer leaves, and ends all links. */
  leave(nowMs: number): void {
    this.#left = true;
    this.#changed = true;
    this.settle(nowMs);
    this.#parts.leases.release(this.#parts.identity.id, this.#parts.self);
    for (const link of this.#links.all()) if (link.state !== "closing") this.#partings.end(link, shuttingDown, nowMs);
  }

  get nextDeadlineMs(): number {
    // A peer that leaves dials nobody any more.
    const dialMs = this.#left ? Infinity : this.#dialer.nextDeadlineMs;
    const asked = this.#links.parked().size > 0;
    return Math.min(dialMs, this.#links.nextDeadlineMs, this.#holder.nextDeadlineMs(asked));
  }

  #fields(): AdvertFields {
    const { identity, name, features } = this.#parts;
    const { id, incarnation, claimedAtMs } = identity;
    const neighbours = this.#left ? [] : this.#links.neighbours();
    return {
      id,
      incarnation,
      claimedAtMs,
      version: this.#version,
      name,
      addresses: [this.#listen],
      neighbours,
      features,
      left: this.#left,
    };
  }

  #restateSoon(): void {
    this.#changed = true;
  }

  #up(link: Link, nowMs: number): void {
    const neighbour = link.handshake.neighbour;
    if (neighbour === undefined) return;
    const loser = this.#links.establish(link, neighbour, nowMs);
    if (link.address !== undefined) this.#dialer.linked(link.address, neighbour.node);
    if (loser !== undefined) {
      if (loser.address !== undefined) this.#dialer.linked(loser.address, neighbour.node);
      this.#partings.end(
        loser,
        { reason: GoodbyeReason.DUPLICATE, message: "there is another link between the two peers" },
        nowMs,
      );
    }
    if (loser === link) return;
    this.#parts.effects.notice("info", "link up", { remote: link.remote, dialled: link.address !== undefined });
    this.#changed = true;
    // The whole advert goes ahead of the change that this link is, which then leaves as a delta.
    this.#gossip.greet(link);
  }

  /** Goes on above what the mesh remembers, so that this peer's statements count again. */
  #outrun(record: AdvertRecord): void {
    const { identity, outran } = this.#parts;
    if (record.incarnation < identity.incarnation) return;
    identity.outrun(record.incarnation);
    this.#holder.keep();
    outran();
  }

  #nodeAt(address: string): bigint | undefined {
    for (const link of this.#links.up()) {
      if (link.address === address || link.remote === address) return link.neighbour?.node;
      const node = link.neighbour?.node;
      if (node !== undefined && this.#parts.topology.get(node)?.addresses.includes(address) === true) return node;
    }
    return undefined;
  }
}

const shuttingDown = { reason: GoodbyeReason.LEAVING, message: "shutting down" };
const noRoom = { reason: GoodbyeReason.LIMIT, message: "this peer has as many links as it can keep" };
