import { GoodbyeReason, type Confirm, type Hello, type Welcome } from "../gen/e3/v1/link_pb.ts";
import type { Effects } from "./effects.ts";
import type { ReadFrame } from "./frame.ts";
import type { Refusal } from "./handshake.ts";
import type { Holder } from "./holder.ts";
import type { Link, Links } from "./links.ts";

interface Parts {
  readonly effects: Effects;
  readonly links: Links;
  readonly holder: Holder;
  /** Acceptor: why a link is refused although whoever said Hello did well. Default: none is. */
  readonly unwanted?: (link: Link) => Refusal | undefined;
  /** The handshake is through. */
  readonly up: (link: Link, nowMs: number) => void;
  /** The handshake fails. */
  readonly refuse: (link: Link, refusal: Refusal, nowMs: number) => void;
}

/**
 * Greeter: takes links through their handshake.
 *
 *     accepted: greeting ── Hello ──► parked ── this peer has an id, and one to give ──► welcomed ── Confirm ──► up
 *     dialled:  greeting ── Welcome ──► up
 *
 * Any other frame on the way ends the link.
 */
export class Greeter {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  frame(link: Link, frame: ReadFrame, nowMs: number): void {
    const dialled = link.address !== undefined;
    if (frame.case === "hello" && !dialled && link.state === "greeting") return this.#hello(link, frame.value, nowMs);
    if (frame.case === "welcome" && dialled && link.state === "greeting")
      return this.#welcomed(link, frame.value, nowMs);
    if (frame.case === "confirm" && !dialled && link.state === "welcomed")
      return this.#confirmed(link, frame.value, nowMs);
    const message = `${frame.case ?? "an unknown frame"} is not what the handshake waits for`;
    this.#parts.refuse(link, { reason: GoodbyeReason.PROTOCOL, message }, nowMs);
  }

  /** Answers a parked Hello, if there is an id to give. */
  welcome(link: Link, nowMs: number): void {
    const node = link.handshake.neighbour?.node;
    if (node === undefined || link.asked === undefined) return;
    const answer = this.#parts.holder.answer(node, link.asked, nowMs);
    if (answer === undefined) return;
    this.#parts.links.unpark(link);
    this.#parts.effects.frame(link.number, { case: "welcome", value: link.handshake.welcome(answer) });
  }

  #hello(link: Link, hello: Hello, nowMs: number): void {
    const refusal = link.handshake.heard(hello);
    if (refusal !== undefined) return this.#parts.refuse(link, refusal, nowMs);
    if (hello.id >= 2n ** 63n || hello.desiredId >= 2n ** 63n) {
      return this.#parts.refuse(link, { reason: GoodbyeReason.PROTOCOL, message: "an id is above 2^63-1" }, nowMs);
    }
    const unwanted = this.#parts.unwanted?.(link);
    if (unwanted !== undefined) return this.#parts.refuse(link, unwanted, nowMs);
    this.#parts.links.park(link, { id: hello.id, desiredId: hello.desiredId });
    // Whoever holds an id for good wishes for no other.
    if (hello.id === 0n || hello.desiredId !== 0n)
      this.#parts.holder.askedByPeerWithoutId(link.handshake.neighbour?.node, nowMs);
  }

  #welcomed(link: Link, welcome: Welcome, nowMs: number): void {
    const proof = link.handshake.welcomed(welcome);
    if (!(proof instanceof Uint8Array)) return this.#parts.refuse(link, proof, nowMs);
    this.#parts.effects.frame(link.number, { case: "confirm", value: { signature: proof } });
    this.#parts.holder.answered(welcome, nowMs);
    this.#parts.up(link, nowMs);
  }

  #confirmed(link: Link, confirm: Confirm, nowMs: number): void {
    const refusal = link.handshake.confirmed(confirm);
    if (refusal !== undefined) return this.#parts.refuse(link, refusal, nowMs);
    this.#parts.up(link, nowMs);
  }
}
