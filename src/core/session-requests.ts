import type { Effect } from "./effect.ts";
import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import type { SessionPeer, SessionPeers } from "./session-peers.ts";

/** Another end, and the session it is about. */
export interface SessionPartner extends SessionPeer {
  /** Random name of the session. */
  readonly session: bigint;
}

/** What people are told of a session, or of what may become one. */
export type SessionNews = Omit<Extract<Effect, { kind: "session" }>, "kind" | "peer">;

interface Request extends SessionPartner {
  readonly untilMs: number;
  /** Its user knows. */
  told: boolean;
}

interface Parts {
  readonly peers: Pick<SessionPeers, "judge">;
  readonly limits: Pick<Limits, "sessionAskMs" | "sessionAskSlackMs" | "sessionRequestsMax">;
  readonly effects: Pick<Effects, "add" | "whenDurable">;
}

/**
 * SessionRequests: who asks this peer for a session.
 *
 *     REQUEST ──► waiting ── answered by this peer ──────────────────────────────────────► none
 *                    └── withdrawn: END of who asks, or that is gone, or nothing for 70 s ──► none, and told
 *
 * Who asks twice has withdrawn the first. What was withdrawn before people were told of it, they are not told of.
 */
export class SessionRequests {
  readonly #parts: Parts;
  readonly #byId = new Map<bigint, Request>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The first one first. */
  all(): readonly SessionPartner[] {
    return [...this.#byId.values()];
  }

  get(id: bigint): SessionPartner | undefined {
    return this.#byId.get(id);
  }

  /** @returns whether there was room. */
  add(partner: SessionPartner, nowMs: number): boolean {
    const { limits, effects } = this.#parts;
    const before = this.#byId.get(partner.id);
    if (before === undefined && this.#byId.size >= limits.sessionRequestsMax) return false;
    const untilMs = nowMs + limits.sessionAskMs + limits.sessionAskSlackMs;
    const request = { ...partner, untilMs, told: before?.told === true };
    this.#byId.set(partner.id, request);
    if (request.told) return true;
    effects.whenDurable(() => {
      if (this.#byId.get(request.id) !== request) return;
      request.told = true;
      effects.add({ kind: "session", peer: request.id, state: "asked", by: "peer", reason: "" });
    });
    return true;
  }

  /** This peer has answered. */
  answered(id: bigint): void {
    this.#byId.delete(id);
  }

  /** Who asks takes it back; nothing happens when that is about another session. */
  withdrawn(id: bigint, session: bigint, reason: string): void {
    const request = this.#byId.get(id);
    if (request?.session === session) this.#drop(request, reason);
  }

  /** Drops those that are over. @returns when to look again although nothing else happens; Infinity: not before. */
  look(nowMs: number): number {
    let dueMs = Infinity;
    for (const request of this.#byId.values()) {
      const { fault, againMs } = this.#parts.peers.judge(request, nowMs);
      if (fault !== undefined) this.#drop(request, fault);
      else if (nowMs >= request.untilMs) this.#drop(request, unanswered);
      else dueMs = Math.min(dueMs, againMs, request.untilMs);
    }
    return dueMs;
  }

  #drop({ id, told }: Request, reason: string): void {
    this.#byId.delete(id);
    if (told) tellSession(this.#parts.effects, id, { state: "withdrawn", by: "peer", reason });
  }
}

/** Tells people of a change, once what was said or taken about it is durable. */
export function tellSession(effects: Pick<Effects, "add" | "whenDurable">, peer: bigint, news: SessionNews): void {
  effects.whenDurable(() => effects.add({ kind: "session", peer, ...news }));
}

/** Why a request is over that nobody has answered. */
export const unanswered = "nobody answered in time";
