import type { Effect } from "../../src/core/effect.ts";
import { Effects } from "../../src/core/effects.ts";
import { E3Error } from "../../src/core/error.ts";
import { decodeBody } from "../../src/core/body.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import type { Judgement, SessionPeer } from "../../src/core/session-peers.ts";
import { decodeSignal, encodeSignal, type SessionSignal } from "../../src/core/session-signal.ts";
import { Sessions } from "../../src/core/sessions.ts";

/** Id of the peer that a room is about. */
export const selfId = 50n;

/** The message that a body of the kind signal is around. */
export function messageIn(body: Uint8Array): Uint8Array {
  const decoded = decodeBody(body);
  if (typeof decoded === "string" || decoded.kind !== "signal") throw new Error("no signal");
  return decoded.bytes;
}

/** Somebody in the first life with the id, on a node of the same number. */
export function peerWith(id: bigint): SessionPeer {
  return { id, node: id, claimedAtMs: 1, selfId };
}

/** Sessions of a peer, between others that are as the test says. */
export class SessionRoom {
  readonly effects = new Effects();
  readonly limits: Limits;
  readonly sessions: Sessions;
  /** What was sent: `kind session to id: reason`. */
  readonly sent: string[] = [];
  /** What was done about links: `open node` and `close`. */
  readonly links: string[] = [];
  /** Those that are not known, are away, or are no longer what they were. */
  readonly unknown = new Set<bigint>();
  readonly away = new Set<bigint>();
  readonly judged = new Map<bigint, Partial<Judgement>>();
  /** Nothing can be sent. */
  isFull = false;
  nowMs = 1_000_000;
  #names = 100n;
  #commit = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...defaultLimits, ...limits };
    const there: Judgement = { fault: undefined, againMs: Infinity, isDeaf: false };
    this.sessions = new Sessions({
      identity: { id: selfId },
      limits: this.limits,
      effects: this.effects,
      name: () => (this.#names += 1n),
      send: (to, body) => this.#send(to, body),
      link: {
        open: (node) => void this.links.push(`open ${node}`),
        close: () => void this.links.push("close"),
        due: () => {},
        nextDeadlineMs: Infinity,
      },
      peers: {
        present: (id) => {
          if (this.away.has(id)) throw new E3Error("absent", "away");
          return peerWith(id);
        },
        known: (id) => (this.unknown.has(id) ? undefined : peerWith(id)),
        judge: ({ id }) => ({ ...there, ...this.judged.get(id) }),
      },
    });
  }

  /** What the user is told, once all is durable: `state id by whom: reason`. */
  told(): readonly string[] {
    this.effects.close(this.nowMs);
    this.effects.persisted((this.#commit += 1), this.nowMs);
    this.effects.close(this.nowMs);
    return this.effects.take().flatMap((effect: Effect) => {
      if (effect.kind !== "session") return [];
      const { state, peer, by, reason } = effect;
      return [`${state} ${peer} by ${by}${reason === "" ? "" : `: ${reason}`}`];
    });
  }

  /** Something was written, and is not durable before the next `told`. */
  write(): void {
    this.effects.put({ table: "meta", key: "x", value: undefined });
  }

  /** Another peer says something, so long ago. */
  hear(from: bigint, signal: Partial<SessionSignal> & Pick<SessionSignal, "kind">, agoMs = 0): void {
    const bytes = messageIn(encodeSignal({ session: 1n, reason: "", ...signal }));
    const sentAtMs = this.nowMs - agoMs;
    const meant = { origin: from, epoch: 1n, sentAtMs, after: [], lamport: 0, bytes };
    const meaning = this.sessions.meaning(meant);
    if (meaning?.aside?.(this.nowMs, this.effects) !== "done") throw new Error("the signal was not taken");
  }

  pass(ms: number): void {
    this.nowMs += ms;
    this.sessions.due(this.nowMs);
  }

  #send(to: bigint, body: Uint8Array): void {
    if (this.isFull) throw new E3Error("resource-exhausted", "full");
    const signal = decodeSignal(messageIn(body), this.limits.sessionReasonBytesMax);
    if (signal === undefined) throw new Error("a signal cannot be read");
    const { kind, session, reason } = signal;
    this.sent.push(`${kind} ${session} to ${to}${reason === "" ? "" : `: ${reason}`}`);
  }
}
