import type { Effect } from "../../src/core/effect.ts";
import { SignalKind } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import type { IdCheck } from "./id-check.ts";
import type { Letter } from "./letters.ts";
import { isPassed, markOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** A request for a session that nobody has taken yet. */
interface Request {
  readonly by: SimPeer;
  readonly number: number;
  readonly session: bigint;
  /** By its sender's clock. */
  readonly sentAtMs: number;
}

/** Whoever asked longer ago may be taken to ask no more, whatever the clocks say. */
const freshMs = 30_000;

/**
 * BusyCheck: who asks a peer for a session while it is in another one is told so at once, without its user's doing, and nobody
 * is told so who is not.
 *
 * Invariant of sessions.ts: 1.
 */
export class BusyCheck {
  readonly #ids: IdCheck;
  /** By epoch and conversation. */
  readonly #requests = new Map<string, Request[]>();
  /** With whom each peer had to do when it was looked at last, and in which life. */
  readonly #current = new Map<SimPeer, { readonly life: number; readonly peer: bigint | undefined }>();

  /** Who was in a session since the last event: who accepts and ends at once is in none when it is looked at. */
  readonly #lately = new Set<SimPeer>();

  constructor(ids: IdCheck) {
    this.#ids = ids;
  }

  acted(by: SimPeer): void {
    if (by.core.sessions.current !== undefined) this.#lately.add(by);
  }

  /** A peer is about to say something. */
  says(by: SimPeer, epoch: bigint, { conversation, number, signal, sentAtMs }: Letter): void {
    if (signal === undefined) return;
    const { session, kind } = signal;
    const { current, requests } = by.core.sessions;
    // Its session may have ended with what came behind the request.
    const before = this.#current.get(by);
    const wasBusy = this.#lately.has(by) || (before?.life === by.lives && before.peer !== undefined);
    const mayBeBusy = current !== undefined || wasBusy || requests.length >= by.limits.sessionRequestsMax;
    if (kind === SignalKind.BUSY && !mayBeBusy)
      fail("busy is who is in a session", `${by.name} says that it is busy for session ${session}`);
    if (kind !== SignalKind.REQUEST) return;
    const key = `${epoch}/${conversation}`;
    const others = (this.#requests.get(key) ?? []).filter((request) => request.number !== number);
    this.#requests.set(key, [...others, { by, number, session, sentAtMs }]);
  }

  /** A process took an event, and wants this done; what it says was told before. */
  stepped(peer: SimPeer, effects: readonly Effect[], said: readonly Letter[]): void {
    const before = this.#current.get(peer);
    const { current } = peer.core.sessions;
    this.#current.set(peer, { life: peer.lives, peer: current?.peer });
    this.#lately.delete(peer);
    const isBusy = before?.life === peer.lives && before.peer !== undefined && before.peer === current?.peer;
    for (const request of this.#taken(effects)) {
      if (!isBusy || this.#ids.hasHeld(request.by, before.peer ?? 0n) || !isKnown(peer, request)) continue;
      const isTold = said.some(({ signal }) => signal?.kind === SignalKind.BUSY && signal.session === request.session);
      if (!isTold && !effects.some(isShort))
        fail("who is in a session is busy", `${peer.name} says nothing to ${request.by.name}, which asks for one`);
    }
  }

  /** Requests that are taken with the step. */
  #taken(effects: readonly Effect[]): readonly Request[] {
    if (this.#requests.size === 0) return [];
    return effects.flatMap((effect) => {
      if (effect.kind !== "persist") return [];
      return effect.ops.flatMap(({ table, value }) => {
        if (table !== "marks" || value === undefined) return [];
        const mark = markOf(value);
        const key = `${mark.epoch}/${mark.conversation}`;
        const open = this.#requests.get(key) ?? [];
        const taken = open.filter(({ number }) => isPassed(mark, number));
        if (taken.length > 0)
          this.#requests.set(
            key,
            open.filter((request) => !taken.includes(request)),
          );
        return taken;
      });
    });
  }
}

/** Whether the peer knows who asks, and that it asked just now. */
function isKnown(peer: SimPeer, { by, sentAtMs }: Request): boolean {
  return peer.sees.includes(by.core.id) && by.isReady && peer.nowMs - sentAtMs < freshMs;
}

/** There was no room to say something. */
function isShort(effect: Effect): boolean {
  return effect.kind === "notice" && effect.message === "a word about a session was not sent";
}
