import type { Core } from "../core/core.ts";
import type { Effect } from "../core/effect.ts";
import type { CoreEvent } from "../core/event.ts";
import type { Limits } from "../core/limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Transport, Wire, WireHandler } from "../ports/transport.ts";
import { Committer, type Write } from "./committer.ts";
import { FrameMemory } from "./frame-memory.ts";
import { HangUps } from "./hang-ups.ts";
import { LinkQueue, pieceBytes } from "./link-queue.ts";

/** What the driver leaves to its owner: everything that people and programs are told. */
export type Told = Extract<
  Effect,
  {
    kind:
      "ready" | "received" | "status" | "receipt" | "read" | "group" | "session" | "peer" | "id" | "error" | "dialled";
  }
>;

interface Parts {
  readonly core: Pick<Core, "step" | "nextDeadlineMs">;
  readonly clock: Clock;
  readonly write: Write;
  readonly transport: Pick<Transport, "dial">;
  /** Calls the action soon, and never within the call: queueMicrotask, or what stands for it in a simulator. */
  readonly soon: (action: () => void) => void;
  readonly log: Log;
  readonly limits: Limits;
  readonly tell: (told: Told) => void;
  /** The store began to fail. */
  readonly storeFailed: (error: Error) => void;
  /** It works again. */
  readonly storeWorks: () => void;
  /** A mistake of this program came up, and is in the log: the driver has stopped. */
  readonly failed: (error: Error) => void;
}

interface Waiter {
  readonly until: () => boolean;
  readonly byMs: number;
  readonly done: () => void;
}

/**
 * Driver: the only loop. It feeds the core one event at a time, stamped once, and performs the effects in order.
 *
 *     wires, store, alarm, calls ──► queue ──► core.step ──► effects ──► wires, store, alarm, owner
 *
 * Invariants
 * 1. A step is never entered within another, whatever an effect calls back.
 * 2. There is one alarm, set to the earliest deadline.
 * 3. After an exception in a step or an effect nothing more happens: what follows from half a step cannot be trusted.
 */
export class Driver {
  readonly #parts: Parts;
  readonly #committer: Committer;
  readonly #queues = new Map<number, LinkQueue>();
  readonly #hangUps = new HangUps();
  readonly #memory: FrameMemory;
  readonly #events: CoreEvent[] = [];
  #waiters: Waiter[] = [];
  #running = false;
  #kicked = false;
  /** The newest cursor shown that the core is to hear of. */
  #shown: number | undefined;
  #stopped = false;
  #nextLink = 1;
  /** When the alarm rings; Infinity when it is not set. */
  #alarmMs = Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#memory = new FrameMemory(pieceBytes(parts.limits.batchBytesMax));
    this.#committer = new Committer(parts.write, {
      persisted: (commit) => this.feed({ kind: "persisted", commit }),
      failing: (error) => this.#guard(() => this.#storeFailing(error)),
      dueLater: () => this.#guard(() => this.#setAlarm()),
    });
  }

  /** Open wires. */
  get links(): number {
    return this.#queues.size;
  }

  /** Nothing is on its way to the store, but for what can wait. */
  get persisted(): boolean {
    return this.#committer.idle;
  }

  /** Feeds an event, now or after those before it. */
  feed(event: CoreEvent): void {
    this.#events.push(event);
    if (!this.#running) this.#run();
  }

  /** Something was submitted to the core: step soon, and once for all that is submitted until then. */
  kick(): void {
    if (this.#kicked) return;
    this.#kicked = true;
    this.#parts.soon(() => {
      const shown = this.#shown;
      this.#kicked = false;
      this.#shown = undefined;
      this.feed(shown === undefined ? { kind: "alarm" } : { kind: "shown", cursor: shown });
    });
  }

  /** Everything up to the cursor was shown: the core hears of it soon, once for all that is shown until then. */
  shown(cursor: number): void {
    this.#shown = cursor;
    this.kick();
  }

  /** Takes a wire that another peer opened. */
  accept(wire: Wire): WireHandler {
    const link = this.#nextLink++;
    const handler = this.#handle(link);
    this.#open(link, wire, undefined);
    return handler;
  }

  /** Calls done when the condition holds after some event, or at the time, whichever is first; at once when stopped. */
  wait(until: () => boolean, forMs: number, done: () => void): void {
    if (this.#stopped || until()) return done();
    this.#waiters.push({ until, byMs: this.#parts.clock.nowMs() + forMs, done });
    this.#setAlarm();
  }

  /** No event is taken any more. */
  stop(): void {
    this.#stopped = true;
    this.#parts.clock.clearAlarm();
    for (const { done } of this.#waiters) done();
    this.#waiters = [];
  }

  #run(): void {
    this.#running = true;
    this.#guard(this.#stepAll);
    this.#running = false;
    this.#guard(this.#afterSteps);
  }

  // Made once: every event takes these.
  readonly #stepAll = (): void => {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) this.#step(event);
  };
  readonly #now = (): number => this.#parts.clock.nowMs();
  readonly #ring = (): void => {
    this.#alarmMs = Infinity;
    this.#committer.due(this.#now);
    for (const link of this.#hangUps.due(this.#now())) this.#queues.get(link)?.cut();
    this.feed({ kind: "alarm" });
  };
  readonly #afterSteps = (): void => {
    this.#checkWaiters();
    this.#setAlarm();
  };

  /** Invariant 3. Whoever called, a transport or a timer, could do nothing about an exception of ours. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      if (this.#stopped) return;
      this.stop();
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#parts.failed(error);
      try {
        this.#parts.log.error("a mistake in e3 came up, and the peer ends", { error });
      } catch {
        // The log may be the very thing that failed.
      }
    }
  }

  #step(event: CoreEvent): void {
    if (this.#stopped) return;
    if (event.kind === "leave") this.#committer.hurry(this.#now);
    for (const effect of this.#parts.core.step(event, this.#parts.clock.nowMs())) this.#perform(effect);
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "dial":
        return this.#dial(effect.address);
      case "frame":
        return this.#queues.get(effect.link)?.frame(effect.bytes);
      case "envelopes":
        return this.#queues.get(effect.link)?.envelopes(effect.envelopes);
      case "hang-up":
        return this.#hangUp(effect.link);
      case "persist":
        return this.#committer.add(effect, this.#now);
      case "notice":
        return this.#parts.log[effect.level](effect.message, effect.fields);
      default:
        return this.#parts.tell(effect);
    }
  }

  #dial(address: string): void {
    const link = this.#nextLink++;
    const wire = this.#parts.transport.dial(address, this.#handle(link));
    this.#open(link, wire, address);
  }

  #open(link: number, wire: Wire, address: string | undefined): void {
    const queue = new LinkQueue(
      wire,
      { limits: this.#parts.limits, memory: this.#memory },
      {
        flow: (full) => this.feed({ kind: full ? "link-full" : "link-ready", link }),
        dropped: (count, isCut) => {
          const { log } = this.#parts;
          if (isCut) log.warn("a link is cut, because the other end does not read", { remote: wire.remote, count });
          else log.debug("envelopes dropped on a full link", { remote: wire.remote, count });
        },
      },
    );
    this.#queues.set(link, queue);
    this.feed({ kind: "link-opened", link, address, remote: wire.remote });
  }

  #hangUp(link: number): void {
    const queue = this.#queues.get(link);
    if (queue === undefined) return;
    this.#hangUps.add(link, this.#parts.clock.nowMs());
    queue.hangUp();
  }

  #handle(link: number): WireHandler {
    return {
      frame: (bytes) => this.feed({ kind: "frame", link, bytes }),
      progress: () => this.feed({ kind: "link-alive", link }),
      drained: () => this.#guard(() => this.#queues.get(link)?.drained()),
      closed: (reason, isForeign) => {
        this.#queues.delete(link);
        this.#hangUps.gone(link);
        this.feed({ kind: "link-closed", link, reason, ...(isForeign === true ? { isForeign } : {}) });
      },
    };
  }

  #storeFailing(error: Error | undefined): void {
    if (this.#stopped) return; // A leaving peer does not wait for the store.
    const { log, storeFailed, storeWorks } = this.#parts;
    this.feed({ kind: "store-failing", failing: error !== undefined });
    if (error === undefined) {
      log.warn("the store works again");
      return storeWorks();
    }
    log.error("the store fails; sends are refused until it works again", { error: error.message });
    storeFailed(error);
  }

  #checkWaiters(): void {
    if (this.#waiters.length === 0) return;
    const nowMs = this.#parts.clock.nowMs();
    const isOver = (waiter: Waiter): boolean => waiter.until() || nowMs >= waiter.byMs;
    const over = this.#waiters.filter(isOver);
    if (over.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !over.includes(waiter));
    // Whoever is called may feed events, and wait again.
    for (const { done } of over) done();
  }

  #setAlarm(): void {
    const { core, clock } = this.#parts;
    if (this.#stopped) return;
    let atMs = Math.min(core.nextDeadlineMs, this.#committer.dueAtMs, this.#hangUps.nextDeadlineMs);
    for (const { byMs } of this.#waiters) atMs = Math.min(atMs, byMs);
    // An alarm that rings early costs less than setting it anew with every event.
    if (this.#alarmMs <= atMs) return;
    this.#alarmMs = atMs;
    clock.setAlarm(atMs, this.#ring);
  }
}
