import type { DialFailure, DialOutcome } from "../core/dial-outcome.ts";
import { E3Error } from "../core/error.ts";
import { checkKinds } from "../core/kinds.ts";
import type { Clock } from "../ports/clock.ts";
import { callKinds } from "./call-kinds.ts";
import type { ConnectOptions, Connecting } from "./connecting.ts";
import { deferred, type Deferred } from "./deferred.ts";
import type { Driver } from "./driver.ts";

interface Parts {
  readonly driver: Pick<Driver, "wait" | "kick">;
  readonly clock: Pick<Clock, "nowMs">;
}

interface Waiting {
  readonly linked: Deferred<bigint>;
  /** What the last dial came to. */
  reason: string;
  isOver: boolean;
}

/**
 * Connections: who waits for a link with an address, and what they are told.
 *
 *     waiting ── linked ──► resolved
 *        ├── refused, no peer, one's own ... ──► rejected; the address is dialled on
 *        └── nobody answers ──► waiting, until the time is over ──► rejected
 */
export class Connections {
  readonly #parts: Parts;
  readonly #waiting = new Map<string, Set<Waiting>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Waits for a link. To be called before the core is told to connect. @throws E3Error "bad-option". */
  wait(address: string, options: ConnectOptions): Connecting {
    checkKinds(options, callKinds.connect, "connect");
    const { withinMs = withinUsualMs, signal } = options;
    if (!(withinMs >= 1 && withinMs <= withinMostMs))
      throw new E3Error("bad-option", `withinMs is ${withinMs}, and must be from 1 to ${withinMostMs}`);
    const waiting: Waiting = { linked: deferred<bigint>(), reason: "", isOver: false };
    // Who does not look at it must not be ended by it.
    waiting.linked.promise.catch(() => {});
    this.#waiting.set(address, (this.#waiting.get(address) ?? new Set()).add(waiting));
    const { driver, clock } = this.#parts;
    const untilMs = clock.nowMs() + withinMs;
    const late = (): void => {
      // A driver that stops ends all waits: then the peer closes, which is the reason to give.
      if (clock.nowMs() < untilMs) return;
      this.#end(address, waiting, (linked) => linked.reject(unanswered(address, waiting, withinMs)));
    };
    driver.wait(() => waiting.isOver, withinMs, late);
    const abort = (): void => this.#end(address, waiting, (linked) => linked.reject(reasonOf(signal)));
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
    const done = (): void => signal?.removeEventListener("abort", abort);
    waiting.linked.promise.then(done, done);
    return { linked: waiting.linked.promise };
  }

  /** What came of a dial. */
  told(address: string, outcome: DialOutcome): void {
    for (const waiting of this.#waiting.get(address) ?? []) {
      if (outcome.kind === "linked") this.#end(address, waiting, (linked) => linked.resolve(outcome.id));
      else if (outcome.code === "unanswered") waiting.reason = outcome.reason;
      else this.#end(address, waiting, (linked) => linked.reject(failureOf(address, outcome)));
    }
  }

  /** The call that was to begin a wait failed: nobody waits. */
  drop(address: string, error: E3Error): void {
    for (const waiting of this.#waiting.get(address) ?? []) this.#end(address, waiting, ({ reject }) => reject(error));
  }

  /** The peer closes. */
  abandon(): void {
    for (const address of this.#waiting.keys())
      this.drop(address, new E3Error("closed", `the peer closed before there was a link with ${address}`));
  }

  #end(address: string, waiting: Waiting, how: (linked: Deferred<bigint>) => void): void {
    if (waiting.isOver) return;
    waiting.isOver = true;
    const all = this.#waiting.get(address);
    all?.delete(waiting);
    if (all?.size === 0) this.#waiting.delete(address);
    how(waiting.linked);
    // So that the driver forgets its wait.
    this.#parts.driver.kick();
  }
}

function unanswered(address: string, { reason }: Waiting, withinMs: number): E3Error {
  const why = reason === "" ? "" : ` (${reason})`;
  const message = `nobody answered at ${address} within ${withinMs} ms${why}; it is dialled on`;
  return new E3Error("unanswered", message, { cause: reason });
}

function failureOf(address: string, { code, reason }: DialFailure): E3Error {
  return new E3Error(code, sentences[code](address, reason === "" ? "no reason was given" : reason), { cause: reason });
}

const sentences: Readonly<Record<DialFailure["code"], (address: string, reason: string) => string>> = {
  unanswered: (address, reason) => `nobody answered at ${address}: ${reason}; it is dialled on`,
  refused: (address, reason) => `the peer at ${address} refused the link: ${reason}; it is dialled on`,
  protocol: (address, reason) => `who answers at ${address} is not understood: ${reason}; it is dialled on`,
  "bad-address": (address) => `${address} is this peer's own address; it is not dialled any more`,
  "resource-exhausted": (address, reason) => `${address} was not linked with: ${reason}; it is dialled on`,
  closed: (address, reason) => `${address} is not dialled any more: ${reason}`,
};

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new E3Error("closed", "the wait for the link was called off");
}

const withinUsualMs = 5_000;
const withinMostMs = 3_600_000;
