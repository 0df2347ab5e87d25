import type { Core } from "../../src/core/core.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { Told } from "../../src/peer/driver.ts";
import { LinkQueue } from "../../src/peer/link-queue.ts";
import type { Wire, WireHandler } from "../../src/ports/transport.ts";
import type { Agenda } from "../../src/testing/agenda.ts";
import type { Network } from "../../src/testing/network.ts";
import type { Disk } from "../../src/testing/disk.ts";

interface Parts {
  readonly name: string;
  readonly core: Core;
  readonly agenda: Agenda;
  readonly network: Network;
  readonly store: Disk;
  readonly limits: Limits;
  /** How far this process's clock is ahead of the world's, milliseconds. */
  readonly clockMs: number;
  readonly tell: (told: Told) => void;
  /** An event is through, with all its effects. */
  readonly stepped: () => void;
  readonly trace: (line: string) => void;
}

/**
 * SimDriver: one life of a process: feeds the core one event at a time, stamped once, and performs the effects in
 * order, as src/peer/driver.ts does, on the world's agenda. The link queues are the real ones.
 */
export class SimDriver {
  readonly #parts: Parts;
  readonly #queues = new Map<number, LinkQueue>();
  readonly #events: CoreEvent[] = [];
  #running = false;
  #kicked = false;
  #stopped = false;
  #nextLink = 1;
  #alarmMs = Infinity;
  #cancelAlarm: () => void = () => {};
  #wait: { readonly until: () => boolean; readonly byMs: number; readonly done: () => void } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.network.listen(parts.name, (wire) => this.#accept(wire));
  }

  get nowMs(): number {
    return this.#parts.agenda.nowMs + this.#parts.clockMs;
  }

  /** Open wires. */
  get links(): number {
    return this.#queues.size;
  }

  feed(event: CoreEvent): void {
    this.#events.push(event);
    if (!this.#running) this.#run();
  }

  /** Something was submitted: step at this instant, once for all that is submitted until then. */
  kick(): void {
    if (this.#kicked) return;
    this.#kicked = true;
    this.#parts.agenda.after(0, () => {
      this.#kicked = false;
      this.feed({ kind: "alarm" });
    });
  }

  /** Calls done once the condition holds after some event, or at the time. */
  wait(until: () => boolean, forMs: number, done: () => void): void {
    this.#wait = { until, byMs: this.nowMs + forMs, done };
    this.#checkWait();
    this.#setAlarm();
  }

  /** The process is over. @param told whether the other ends of its wires hear of it. */
  stop(told: boolean): void {
    this.#stopped = true;
    this.#wait = undefined;
    this.#cancelAlarm();
    this.#parts.network.kill(this.#parts.name, told);
    this.#parts.store.crash();
  }

  #run(): void {
    const { core, stepped } = this.#parts;
    this.#running = true;
    for (let event = this.#events.shift(); event !== undefined && !this.#stopped; event = this.#events.shift()) {
      for (const effect of core.step(event, this.nowMs)) this.#perform(effect);
      stepped();
    }
    this.#running = false;
    this.#checkWait();
    this.#setAlarm();
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
        return this.#queues.get(effect.link)?.hangUp();
      case "persist":
        return this.#parts.store.commit(effect.commit, effect.ops, (commit) =>
          this.feed({ kind: "persisted", commit }),
        );
      case "notice":
        return this.#parts.trace(
          `${this.#parts.name} notes: ${effect.message} ${JSON.stringify(effect.fields, plain)}`,
        );
      default:
        return this.#parts.tell(effect);
    }
  }

  #dial(address: string): void {
    const link = this.#nextLink++;
    this.#open(link, this.#parts.network.dial(this.#parts.name, address, this.#handle(link)), address);
  }

  #accept(wire: Wire): WireHandler {
    const link = this.#nextLink++;
    const handler = this.#handle(link);
    this.#open(link, wire, undefined);
    return handler;
  }

  #open(link: number, wire: Wire, address: string | undefined): void {
    const { limits, trace, name } = this.#parts;
    const queue = new LinkQueue(wire, limits, {
      flow: (full) => this.feed({ kind: full ? "link-full" : "link-ready", link }),
      dropped: (count) => trace(`${name} drops ${count} envelopes on the full link to ${wire.remote}`),
    });
    this.#queues.set(link, queue);
    this.feed({ kind: "link-opened", link, address, remote: wire.remote });
  }

  #handle(link: number): WireHandler {
    return {
      frame: (bytes) => this.feed({ kind: "frame", link, bytes }),
      drained: () => this.#queues.get(link)?.drained(),
      closed: (reason) => {
        this.#queues.delete(link);
        this.feed({ kind: "link-closed", link, reason });
      },
    };
  }

  #checkWait(): void {
    const wait = this.#wait;
    if (wait === undefined || this.#stopped || (!wait.until() && this.nowMs < wait.byMs)) return;
    this.#wait = undefined;
    wait.done();
  }

  #setAlarm(): void {
    if (this.#stopped) return;
    const atMs = Math.min(this.#parts.core.nextDeadlineMs, this.#wait?.byMs ?? Infinity);
    // An alarm that rings early does no harm.
    if (this.#alarmMs <= atMs) return;
    this.#cancelAlarm();
    this.#alarmMs = atMs;
    this.#cancelAlarm = this.#parts.agenda.at(atMs - this.#parts.clockMs, () => {
      this.#alarmMs = Infinity;
      this.feed({ kind: "alarm" });
    });
  }
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
