/**
 * MemberPace: when a peer calls its registry. It is bound to: one heartbeat per heartbeatMs, and newcomers are asked for
 * the more seldom the more peers there are to ask, so that all together ask twice a second at most while they are few.
 *
 *     answered ── no answer ──► silent: heartbeats alone, each wait twice the one before ── answer ──► answered
 *
 * Invariants
 * 1. While it is silent one call at a time is made, and none sooner than half the wait after the one before; the wait
 *    ends at waitMaxMs.
 * 2. Chance keeps peers out of step that lost the registry in the same instant.
 */
export class MemberPace {
  readonly #heartbeatMs: number;
  readonly #chance: () => number;
  #beatAtMs: number;
  #fetchAtMs = Infinity;
  /** 0 while the registry answers. */
  #waitMs = 0;

  /**
   * @param heartbeatMs as the registry asks for; brought into the range from one second to 200.
   * @param chance a number from 0 to 1.
   */
  constructor(heartbeatMs: number, chance: () => number, nowMs: number) {
    this.#heartbeatMs = Math.min(Math.max(heartbeatMs, heartbeatMinMs), heartbeatMaxMs);
    this.#chance = chance;
    this.#beatAtMs = nowMs;
  }

  /** The registry did not answer last time. */
  get isSilent(): boolean {
    return this.#waitMs > 0;
  }

  /** What is due. */
  next(nowMs: number): "beat" | "fetch" | undefined {
    if (nowMs >= this.#beatAtMs) return "beat";
    return nowMs >= this.#fetchAtMs ? "fetch" : undefined;
  }

  /** A heartbeat was answered. @param alone whether it said that the peer has no links. */
  beaten(alone: boolean, nowMs: number): void {
    if (this.isSilent || this.#fetchAtMs === Infinity) this.#fetchAtMs = nowMs;
    this.#waitMs = 0;
    const spanMs = alone ? Math.min(aloneBeatMs, this.#heartbeatMs) : this.#heartbeatMs;
    this.#beatAtMs = nowMs + spanMs * (0.9 + this.#chance() / 10); // invariant 2
  }

  /** Newcomers were asked for. @param peers those present, as far as this one knows. */
  fetched(peers: number, nowMs: number): void {
    const spanMs = Math.min(Math.max((peers + 1) * fetchShareMs, fetchMinMs), this.#heartbeatMs);
    this.#fetchAtMs = nowMs + spanMs * (0.75 + this.#chance() / 2);
  }

  /** A call was not answered. */
  unanswered(nowMs: number): void {
    this.#waitMs = Math.min(this.isSilent ? this.#waitMs * 2 : waitMinMs, waitMaxMs);
    this.#beatAtMs = nowMs + this.#waitMs * (0.5 + this.#chance() / 2); // invariants 1 and 2
    this.#fetchAtMs = Infinity;
  }

  /** What the last heartbeat said is no longer so. */
  hurry(nowMs: number): void {
    if (!this.isSilent) this.#beatAtMs = Math.min(this.#beatAtMs, nowMs); // invariant 1
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#beatAtMs, this.#fetchAtMs);
  }

  /** When it is to be seen what has changed with the peer, or what is due. */
  nextLookMs(nowMs: number): number {
    return Math.min(this.nextDeadlineMs, nowMs + lookMs);
  }
}

const lookMs = 2_000;
const heartbeatMinMs = 1_000;
/** As long as a registry has patience with a silent peer. */
const heartbeatMaxMs = 200_000;
/** A peer without links waits to be told of the mesh: should the registry have been restarted, it is to hear so soon. */
const aloneBeatMs = 20_000;
/** How often a registry is asked for newcomers, for each peer that asks. */
const fetchShareMs = 500;
/** The most often one peer asks. */
const fetchMinMs = 2_000;
const waitMinMs = 1_000;
const waitMaxMs = 60_000;
