import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import type { Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
import type { Meant, Meaning } from "./meaning.ts";
import type { SessionLink } from "./session-link.ts";
import type { SessionPeers } from "./session-peers.ts";
import { SessionRequests, tellSession, unanswered, type SessionNews, type SessionPartner } from "./session-requests.ts";
import { decodeSignal, encodeSignal, reasonBytes, type SessionSignal } from "./session-signal.ts";

/** The session of a peer, or its own request for one. */
export interface SessionState {
  /** Id of the other end. */
  readonly peer: bigint;
  /** Asked for and not answered, or begun. */
  readonly state: "asking" | "open";
  readonly sinceMs: number;
}

interface Parts {
  readonly identity: Pick<Identity, "id">;
  readonly peers: Pick<SessionPeers, "present" | "known" | "judge">;
  readonly link: Pick<SessionLink, "open" | "close" | "due" | "nextDeadlineMs">;
  /** Sends a body to a peer like any other message. @throws E3Error "resource-exhausted". */
  readonly send: (to: bigint, body: Uint8Array, nowMs: number) => void;
  /** A random name. */
  readonly name: () => bigint;
  readonly limits: Limits;
  readonly effects: Effects;
}

interface Current extends SessionPartner {
  readonly state: "asking" | "open";
  readonly sinceMs: number;
}

/** Whose doing it is, and why. */
type How = Pick<SessionNews, "by" | "reason">;

/**
 * Sessions: with whom this peer is in a session, and whom it asks for one. Who asks it is in session-requests.ts.
 *
 *     none ── request ──► asking ── ACCEPT ─────────────────────────────────► in session
 *       ▲                   ├── REJECT, BUSY, END, 60 s, the other is gone ──► none
 *       │                   └── end: END to the other ──────────────────────► none
 *       ├── a request of another is accepted: ACCEPT to it ─────────────────► in session
 *       └── END of either end; the other is gone, was started anew, or has another id ◄── in session
 *
 * Invariants
 * 1. At most one session, or one request of this peer's own, at a time. Whoever asks meanwhile hears BUSY.
 * 2. Where two ask each other, the request of the lower id stands, and the other end accepts it.
 * 3. What is said of another session than the current one counts for nothing; an ACCEPT of it is answered with END.
 * 4. People are told of a change once what was said, or taken, about it is durable.
 * 5. Nothing is kept: a peer that starts anew is in no session, and the other end sees that it did.
 *
 * Signals live as long as messages do: one that expired would be shown as a message that is missing.
 * Source: design, "Conversations, order, history".
 */
export class Sessions {
  readonly #parts: Parts;
  readonly #requests: SessionRequests;
  #current: Current | undefined;
  /** Of whom the user was told, during this session or request, that they ask and hear BUSY. */
  readonly #refused = new Set<bigint>();
  #hasLeft = false;
  #dueMs = Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#requests = new SessionRequests(parts);
  }

  get current(): SessionState | undefined {
    const current = this.#current;
    return current && { peer: current.id, state: current.state, sinceMs: current.sinceMs };
  }

  /** Ids of those who ask, the first one first. */
  get requests(): readonly bigint[] {
    return this.#requests.all().map(({ id }) => id);
  }

  /**
   * Asks a peer for a session; or accepts, when it asks this one.
   * @throws E3Error "bad-option" for this peer itself, "unknown-peer", "absent", "in-session" while it is in one or asks for
   * one, "resource-exhausted". Nothing is sent then.
   */
  request(to: bigint, nowMs: number): void {
    const peer = this.#parts.peers.present(to);
    this.#checkFree();
    if (this.#requests.get(to) !== undefined) return this.answer(to, "accept", nowMs);
    const session = this.#parts.name();
    this.#send(to, { kind: "request", session, reason: "" }, nowMs);
    this.#become({ ...peer, session, state: "asking", sinceMs: nowMs }, nowMs);
    this.#tell(to, { state: "asking", by: "self", reason: "" });
  }

  /**
   * Answers a peer that asks.
   * @throws E3Error "no-session" when it does not ask, "in-session" when it cannot be accepted now, "resource-exhausted".
   */
  answer(from: bigint, answer: "accept" | "reject", nowMs: number): void {
    const request = this.#requests.get(from);
    if (request === undefined) throw new E3Error("no-session", `peer ${from} does not ask for a session`);
    if (answer === "accept") this.#checkFree();
    this.#send(from, { kind: answer, session: request.session, reason: "" }, nowMs);
    if (answer === "accept") return this.#begin(request, "self", nowMs);
    this.#requests.answered(from);
    this.#tell(from, { state: "rejected", by: "self", reason: "" });
  }

  /**
   * Ends the session, or takes the own request back.
   * @param reason told to the other end; may be empty.
   * @throws E3Error "no-session" when there is neither; "too-large" or "bad-content" for the reason; "resource-exhausted".
   */
  end(reason: string, nowMs: number): void {
    const current = this.#current;
    const most = this.#parts.limits.sessionReasonBytesMax;
    if (reasonBytes(reason) > most) throw new E3Error("too-large", `the reason is over ${most} bytes`);
    if (current === undefined) throw new E3Error("no-session", "this peer is in no session, and asks for none");
    this.#send(current.id, { kind: "end", session: current.session, reason }, nowMs);
    this.#over(current, { by: "self", reason }, nowMs);
  }

  /** This peer leaves: who is in a session with it is told first, and it takes part in none any more. */
  leave(nowMs: number): void {
    this.#hasLeft = true;
    const current = this.#current;
    if (current === undefined) return;
    this.#answer(current, "end", "it leaves", nowMs);
    this.#over(current, { by: "self", reason: "" }, nowMs);
  }

  /** A message about sessions. @returns undefined when it is malformed. */
  meaning({ origin, sentAtMs, bytes }: Meant): Meaning | undefined {
    const signal = decodeSignal(bytes, this.#parts.limits.sessionReasonBytesMax);
    if (signal === undefined) return undefined;
    const take = (nowMs: number): "done" => {
      if (signal.kind === "request") this.#asked(origin, { session: signal.session, sentAtMs }, nowMs);
      else this.#take(origin, signal, nowMs);
      return "done";
    };
    return { aside: take };
  }

  /** The topology changed: others may be gone, or somebody else. */
  reroute(nowMs: number): void {
    if (this.#current !== undefined || this.#requests.size > 0) this.#look(nowMs);
  }

  due(nowMs: number): void {
    if (nowMs >= this.#dueMs) this.#look(nowMs);
  }

  /** May be early, never late. */
  get nextDeadlineMs(): number {
    return this.#dueMs;
  }

  #take(from: bigint, { kind, session, reason }: SessionSignal, nowMs: number): void {
    const isCurrent = this.#current?.id === from && this.#current.session === session;
    const current = isCurrent ? this.#current : undefined;
    if (kind === "end") {
      if (current === undefined) this.#requests.withdrawn(from, session, reason);
      else this.#over(current, { by: "peer", reason }, nowMs);
    } else if (kind === "accept") {
      const partner = current ?? this.#partner(from, session);
      if (current?.state === "asking") this.#begin(current, "peer", nowMs);
      else if (current === undefined && partner !== undefined) this.#answer(partner, "end", noSuch, nowMs); // invariant 3
    } else if (current?.state === "asking") {
      this.#become(undefined, nowMs);
      this.#tell(from, { state: kind === "busy" ? "busy" : "rejected", by: "peer", reason });
    }
  }

  #asked(from: bigint, { session, sentAtMs }: { session: bigint; sentAtMs: number }, nowMs: number): void {
    const { limits, identity } = this.#parts;
    const partner = this.#partner(from, session);
    const staleMs = limits.sessionAskMs + limits.sessionAskSlackMs + limits.clockSkewMaxMs;
    // Whoever asked so long ago asks no more: its word of that may come yet, or never, if it crashed.
    if (partner === undefined || nowMs - sentAtMs > staleMs) return;
    const current = this.#current;
    if (this.#hasLeft) return this.#answer(partner, "end", "it leaves", nowMs);
    if (current !== undefined && current.id !== from) return this.#refuse(partner, nowMs);
    if (current?.session === session) return;
    if (current?.state === "asking") {
      if (identity.id < from) return; // invariant 2
      this.#answer(partner, "accept", "", nowMs);
      return this.#begin(partner, "peer", nowMs);
    }
    // It is in no session any more, or it would not ask.
    if (current !== undefined) this.#over(current, { by: "peer", reason: "it asks for another one" }, nowMs);
    if (!this.#requests.add(partner, nowMs)) return this.#answer(partner, "busy", "too many ask it", nowMs);
    this.#look(nowMs);
  }

  #begin(partner: SessionPartner, by: SessionNews["by"], nowMs: number): void {
    const { id, node, claimedAtMs, selfId, session } = partner;
    this.#requests.answered(id);
    // Whoever asked has the other end dialled: that is one of the two, and it knows that both agree.
    if (this.#current?.session === session) this.#parts.link.open(node, nowMs);
    // It may be over at once, where the other end is not what it was: then that is told after.
    this.#tell(id, { state: "accepted", by, reason: "" });
    this.#become({ id, node, claimedAtMs, selfId, session, state: "open", sinceMs: nowMs }, nowMs);
    if (this.#current === undefined) return;
    for (const other of this.#requests.all()) this.#refuse(other, nowMs); // invariant 1
  }

  #refuse(partner: SessionPartner, nowMs: number): void {
    const { id } = partner;
    this.#answer(partner, "busy", "", nowMs);
    this.#requests.answered(id);
    // Who asks again and again is not to fill the screen.
    if (this.#refused.has(id) || this.#refused.size >= this.#parts.limits.sessionRequestsMax) return;
    this.#refused.add(id);
    this.#tell(id, { state: "busy", by: "self", reason: "" });
  }

  #over(current: Current, { by, reason }: How, nowMs: number): void {
    const isOpen = current.state === "open";
    if (isOpen) this.#parts.link.close(nowMs);
    this.#become(undefined, nowMs);
    this.#tell(current.id, { state: isOpen ? "ended" : by === "self" ? "withdrawn" : "unanswered", by, reason });
  }

  #become(current: Current | undefined, nowMs: number): void {
    if (current?.id !== this.#current?.id) this.#refused.clear();
    this.#current = current;
    this.#look(nowMs);
  }

  /** Ends what time or the topology has ended, and notes when to look again. */
  #look(nowMs: number): void {
    const { peers, link, limits } = this.#parts;
    link.due(nowMs);
    this.#dueMs = Math.min(link.nextDeadlineMs, this.#requests.look(nowMs));
    const current = this.#current;
    if (current === undefined) return;
    const { fault, againMs, isDeaf } = peers.judge(current, nowMs);
    const untilMs = current.state === "asking" ? current.sinceMs + limits.sessionAskMs : Infinity;
    this.#dueMs = Math.min(this.#dueMs, againMs, untilMs);
    if (fault === undefined && nowMs < untilMs) return;
    if (!isDeaf) this.#answer(current, "end", fault === undefined ? unanswered : outOfReach, nowMs);
    this.#over(current, { by: "peer", reason: fault ?? unanswered }, nowMs);
  }

  #partner(id: bigint, session: bigint): SessionPartner | undefined {
    const peer = this.#parts.peers.known(id);
    return peer && { ...peer, session };
  }

  #checkFree(): void {
    const current = this.#current;
    if (current === undefined) return;
    const what = current.state === "open" ? "is in a session with" : "asks for a session with";
    throw new E3Error("in-session", `this peer ${what} ${current.id}; end that first`);
  }

  #send(to: bigint, signal: SessionSignal, nowMs: number): void {
    this.#parts.send(to, encodeSignal(signal), nowMs);
  }

  /** What another peer is told because of what it did fails nobody's call: without room it is left out. */
  #answer({ id, session }: SessionPartner, kind: SessionSignal["kind"], reason: string, nowMs: number): void {
    try {
      this.#send(id, { kind, session, reason }, nowMs);
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
      this.#parts.effects.notice("warn", "a word about a session was not sent", { to: id, reason: error.message });
    }
  }

  #tell(peer: bigint, news: SessionNews): void {
    tellSession(this.#parts.effects, peer, news);
  }
}

const noSuch = "there is no such session";
const outOfReach = "this peer was out of its reach";
