import type { Effects } from "./effects.ts";
import { writeEnvelope } from "./header.ts";
import type { Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
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
    this.#control += 1;
    // Counted within the incarnation, so that no number returns while somebody may remember it.
    const number = Number(BigInt.asUintN(20, this.#identity.incarnation)) * 2 ** 32 + this.#control;
    const plain = { conversation: 0n, number, attempt: 0, floor: 0, sentAtMs: 0, ttlMs: 0, begin: 0 };
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
