import type { Effect } from "../../src/core/effect.ts";
import type { Act } from "./act.ts";
import { fail } from "./fail.ts";
import type { IdCheck } from "./id-check.ts";
import type { SimPeer } from "./sim-peer.ts";

type News = Extract<Effect, { kind: "session" }>;

/** What one life of a peer was told. */
interface Seat {
  readonly life: number;
  /** With whom it is in a session. */
  open: bigint | undefined;
  /** Whom it asks. */
  asking: bigint | undefined;
  /** Who asks it. */
  readonly asked: Set<bigint>;
}

/**
 * SessionCheck: what peers are told of sessions makes sense at each end, what one is told the other did it did, and in the
 * end both agree.
 *
 * Of the design: section 8 (request, accept, reject, busy, end), and what sessions.ts promises: one session at a time.
 */
export class SessionCheck {
  readonly #ids: IdCheck;
  readonly #seats = new Map<SimPeer, Seat>();
  /** Who asked for a session, or accepted one, and with whom: "by to". */
  readonly #willing = new Set<string>();
  readonly #peers = new Set<SimPeer>();

  constructor(ids: IdCheck) {
    this.#ids = ids;
  }

  acted(by: SimPeer, act: Act): void {
    if (act.kind === "session-ask" || (act.kind === "session-answer" && act.answer === "accept"))
      this.#willing.add(`${by.name} ${act.to}`);
    this.#peers.add(by);
  }

  /** A peer is told something of a session. */
  news(peer: SimPeer, { peer: other, state, by }: News): void {
    const seat = this.#seatOf(peer);
    const words = `${peer.name} is told: ${state} ${other} by ${by}`;
    const is = (isSo: boolean): void => (isSo ? undefined : fail("what is told of a session follows", words));
    switch (state) {
      case "asking":
        is(seat.open === undefined && seat.asking === undefined);
        seat.asking = other;
        return;
      case "asked":
        is(!seat.asked.has(other) && seat.open !== other);
        return void seat.asked.add(other);
      case "accepted":
        // Who answers at once may have been faster than the news that it is asked.
        if (by === "self") seat.asked.add(other);
        return this.#begins(peer, seat, other, words);
      case "ended":
        is(seat.open === other);
        seat.open = undefined;
        return;
      case "rejected":
      case "busy":
      case "unanswered":
      case "withdrawn":
        if (by === "self" && state !== "withdrawn") seat.asked.delete(other);
        else if (seat.asking === other) seat.asking = undefined;
        else is(seat.asked.delete(other));
    }
  }

  /** Where the two ends of a session do not agree, or somebody is not told how it stands: in words. */
  disputed(peers: readonly SimPeer[]): readonly string[] {
    if (this.#peers.size === 0) return [];
    return peers.flatMap((peer) => {
      if (!peer.isReady) return [];
      const { current } = peer.core.sessions;
      const told = this.#seatOf(peer).open;
      const real = current?.state === "open" ? current.peer : undefined;
      if (told !== real) return [`${peer.name} is in a session with ${real}, and was told of ${told}`];
      if (current?.state === "asking") return [`${peer.name} still asks ${current.peer}`];
      if (real === undefined) return [];
      const other = peers.find(({ id }) => id === real);
      const back = other?.isReady === true ? other.core.sessions.current : undefined;
      const isMutual = back?.state === "open" && back.peer === peer.id;
      return isMutual ? [] : [`${peer.name} is in a session with ${real}, which is not`];
    });
  }

  #begins(peer: SimPeer, seat: Seat, other: bigint, words: string): void {
    if (seat.open !== undefined) fail("a peer is in one session", `${words}, and is in one with ${seat.open}`);
    if (seat.asking !== other && !seat.asked.has(other)) fail("what is told of a session follows", words);
    const isWilling = [...this.#peers].some((each) => this.#ids.hasHeld(each, other) && this.#wants(each, peer));
    if (!isWilling) fail("a session takes two", words);
    if (seat.asking !== undefined && seat.asking !== other) fail("a peer is in one session", words);
    seat.open = other;
    seat.asking = undefined;
    seat.asked.delete(other);
  }

  #wants(one: SimPeer, other: SimPeer): boolean {
    const prefix = `${one.name} `;
    return [...this.#willing].some(
      (pair) => pair.startsWith(prefix) && this.#ids.hasHeld(other, BigInt(pair.slice(prefix.length))),
    );
  }

  #seatOf(peer: SimPeer): Seat {
    const known = this.#seats.get(peer);
    if (known?.life === peer.lives) return known;
    const fresh = { life: peer.lives, open: undefined, asking: undefined, asked: new Set<bigint>() };
    this.#seats.set(peer, fresh);
    return fresh;
  }
}
