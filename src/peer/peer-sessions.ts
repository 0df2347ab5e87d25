import type { Core } from "../core/core.ts";
import { checkId } from "../core/ids.ts";
import { checkKind, kinds } from "../core/kinds.ts";
import type { Clock } from "../ports/clock.ts";
import type { Driver } from "./driver.ts";
import type { SessionInfo, Sessions } from "./session-types.ts";

interface Parts {
  readonly core: Pick<Core, "sessions">;
  readonly driver: Pick<Driver, "kick">;
  readonly clock: Pick<Clock, "nowMs">;
}

/** PeerSessions: the public face of a core's sessions. */
export class PeerSessions implements Sessions {
  readonly #parts: Parts;
  readonly #checkOpen: () => void;

  /** @param checkOpen throws E3Error "closed" once the peer is. */
  constructor(parts: Parts, checkOpen: () => void) {
    this.#parts = parts;
    this.#checkOpen = checkOpen;
  }

  get current(): SessionInfo | undefined {
    const { current } = this.#parts.core.sessions;
    if (current === undefined) return undefined;
    const { sinceMs, ...rest } = current;
    return { ...rest, since: new Date(sinceMs) };
  }

  get requests(): readonly bigint[] {
    return this.#parts.core.sessions.requests;
  }

  request(to: bigint): void {
    checkId(to);
    this.#change((sessions, nowMs) => sessions.request(to, nowMs));
  }

  accept(from: bigint): void {
    this.#change((sessions, nowMs) => sessions.answer(from, "accept", nowMs));
  }

  reject(from: bigint): void {
    this.#change((sessions, nowMs) => sessions.answer(from, "reject", nowMs));
  }

  end(reason = ""): void {
    checkKind(reason, kinds.text, "the reason");
    this.#change((sessions, nowMs) => sessions.end(reason, nowMs));
  }

  /** The peer leaves: who is in a session with it is told. */
  leave(): void {
    const { core, driver, clock } = this.#parts;
    core.sessions.leave(clock.nowMs());
    driver.kick();
  }

  #change(change: (sessions: Core["sessions"], nowMs: number) => void): void {
    const { core, driver, clock } = this.#parts;
    this.#checkOpen();
    try {
      change(core.sessions, clock.nowMs());
    } finally {
      // Whom a leaf has not heard of, it asks its neighbours for: also when nothing came of this.
      driver.kick();
    }
  }
}
