import type { Effects } from "./effects.ts";
import { writeEnvelope } from "./header.ts";
import type { Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
import type { Link } from "./links.ts";
import { encodeMulticast } from "./multicast.ts";
import type { Roads } from "./roads.ts";

/** An envelope of this peer about to leave. */
export interface Departure {
  readonly conversation: bigint;
  readonly number: number;
  readonly attempt: number;
  readonly floor: number;
  /** Id of the target. */
  readonly destinations: readonly bigint[];
  /** Its node; empty when it may be whoever holds the id. */
  readonly destinationKeys: readonly bigint[];
  readonly sentAtMs: number;
  readonly ttlMs: number;
  /** The first number given in the conversation; 0 where that is 1. */
  readonly begin: number;
  /** Encoded fields 16 and up. */
  readonly body: Uint8Array;
}

/** One of those that get the same. */
interface Shared {
  readonly node: bigint;
  readonly id: bigint;
  readonly departure: Departure;
}

/**
 * Dispatcher: sends this peer's own envelopes on their way, and gives those to itself back.
 *
 * Control traffic (receipts, custody) is conversation 0: numbered for suppression only, never repeated by itself, since
 * what it answers is.
 */
export class Dispatcher {
  readonly #identity: Identity;
  readonly #roads: Roads;
  readonly #limits: Limits;
  readonly #effects: Effects;
  #control = 0;
  #toSelf: Uint8Array[] = [];
  /** What waits for others with the same body, by link and body. */
  readonly #shared = new Map<Link, Map<Uint8Array, Shared[]>>();

  constructor(parts: { identity: Identity; roads: Roads; limits: Limits; effects: Effects }) {
    this.#identity = parts.identity;
    this.#roads = parts.roads;
    this.#limits = parts.limits;
    this.#effects = parts.effects;
  }

  /** The envelope as it would leave. */
  envelope(departure: Departure): Uint8Array {
    const { id, epoch } = this.#identity;
    const { conversation, number, attempt, floor, destinations, destinationKeys, sentAtMs, ttlMs, begin } = departure;
    const { hopsMax: hopsLeft } = this.#limits;
    // One object, made whole: this happens for every message.
    // prettier-ignore
    return writeEnvelope({ hopsLeft, origin: id, epoch, conversation, number, attempt, floor, destinations,
      destinationKeys, sentAtMs, ttlMs, begin }, departure.body);
  }

  /** Whether what is sent towards a node now leaves: there is a road, and its first link is not full. */
  hasRoom(node: bigint): boolean {
    return node === this.#roads.self || this.#roads.link(node)?.full === false;
  }

  /**
   * Sends towards a node, to which there is room, what others get as well: in the same event, with the very same body. What
   * leaves over one link leaves as one envelope, with the next flush.
   */
  share(node: bigint, departure: Departure): void {
    const hop = node === this.#roads.self ? undefined : this.#roads.link(node);
    const id = this.#roads.idOf(node);
    if (hop === undefined || id === undefined) return this.send(node, this.envelope(departure));
    const byBody = this.#shared.get(hop) ?? new Map<Uint8Array, Shared[]>();
    this.#shared.set(hop, byBody);
    byBody.set(departure.body, [...(byBody.get(departure.body) ?? []), { node, id, departure }]);
  }

  /** Lets what is shared leave. */
  flush(): void {
    if (this.#shared.size === 0) return; // To walk and clear an empty map costs more than the rest of most events.
    for (const [link, byBody] of this.#shared)
      for (const shared of byBody.values()) this.#effects.envelope(link.number, this.#together(shared));
    this.#shared.clear();
  }

  #together(shared: readonly Shared[]): Uint8Array {
    const [first] = shared;
    if (first === undefined) throw new Error("an envelope is for somebody");
    const { departure } = first;
    if (shared.length === 1) return this.envelope(departure);
    const lines = shared.map(({ node, departure: { conversation, number, attempt, floor, begin } }) => {
      return { node, conversation, number, attempt, floor, begin };
    });
    const { sentAtMs, ttlMs } = departure;
    const plain = { conversation: 0n, number: this.#nextControl(), attempt: 0, floor: 0, begin: 0, sentAtMs, ttlMs };
    const [destinations, destinationKeys] = [shared.map(({ id }) => id), shared.map(({ node }) => node)];
    return this.envelope({ ...plain, destinations, destinationKeys, body: encodeMulticast(lines, departure.body) });
  }

  /** Counted within the incarnation, so that no number returns while somebody may remember it. */
  #nextControl(): number {
    this.#control += 1;
    return Number(BigInt.asUintN(20, this.#identity.incarnation)) * 2 ** 32 + this.#control;
  }

  /** Sends towards a node, to which there is room (hasRoom). */
  send(node: bigint, envelope: Uint8Array): void {
    this.#leave(node, envelope, false);
  }

  #leave(node: bigint, envelope: Uint8Array, evenIfFull: boolean): boolean {
    if (node === this.#roads.self) {
      this.#toSelf.push(envelope);
      return true;
    }
    const link = this.#roads.link(node);
    if (link === undefined || (link.full && !evenIfFull)) return false;
    this.#effects.envelope(link.number, envelope);
    return true;
  }

  /**
   * Sends control traffic towards a node; a receipt also over a link that is full, since it is what makes room.
   * @returns false when it cannot leave: whoever waits for it will ask again.
   */
  control(node: bigint, body: Uint8Array, kind: "receipt" | "parcel" = "receipt"): boolean {
    const to = this.#roads.idOf(node);
    if (to === undefined) return false;
    const plain = {
      conversation: 0n,
      number: this.#nextControl(),
      attempt: 0,
      floor: 0,
      sentAtMs: 0,
      ttlMs: 0,
      begin: 0,
    };
    const envelope = this.envelope({ ...plain, destinations: [to], destinationKeys: [node], body });
    return this.#leave(node, envelope, kind === "receipt");
  }

  get hasOwn(): boolean {
    return this.#toSelf.length > 0;
  }

  /** Envelopes this peer sent to itself since the last call. */
  takeOwn(): readonly Uint8Array[] {
    if (!this.hasOwn) return nothing;
    const own = this.#toSelf;
    this.#toSelf = [];
    return own;
  }
}

const nothing: readonly Uint8Array[] = [];
