import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { Agenda } from "../../src/testing/agenda.ts";
import { Checker } from "./checker.ts";
import { stepChecks } from "./step-checks.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { Random, type Span } from "../../src/testing/random.ts";
import type { Observer } from "./observer.ts";
import { isIdle, isIdleStep, isPing, kindOf } from "./frame-reader.ts";
import { Network } from "../../src/testing/network.ts";
import { SimPeer } from "./sim-peer.ts";
import type { SimPeerOptions, SimPeerWatch } from "./sim-peer-parts.ts";
import { Trace } from "./trace.ts";

/** What a world is like. */
export interface WorldOptions {
  /** All chance comes from it: the same seed and the same calls give the same trace. */
  readonly seed: number;
  /** Milliseconds a frame travels. Default 1 to 3. */
  readonly delayMs?: Span;
  /** Milliseconds until a write is durable. Default 1 to 5. */
  readonly writeMs?: Span;
  /** Bounds that differ from the default ones. */
  readonly limits?: Partial<Limits>;
  /** Told of all that happens, after the checker. */
  readonly observers?: readonly Observer[];
  /** Keep the last lines of the trace, for people. Default true; without, a world is faster. */
  readonly keepLines?: boolean;
  /** Told each line of the trace at once. */
  readonly line?: (line: string) => void;
}

/** 2025-01-01T00:00:00Z: when every world begins. */
const beginMs = 1_735_689_600_000;

/**
 * World: peers, disks and a network in one thread, with one virtual clock and one source of chance.
 *
 * Peers are whole cores. Every event is held against the invariants (checker.ts); what breaks one throws out of run and
 * runUntil, with the seed and the last lines of the trace.
 */
export class World {
  readonly seed: number;
  readonly random: Random;
  readonly network: Network;
  readonly checker = new Checker();
  readonly trace: Trace;
  readonly #observers: readonly Observer[];
  /** Those of them that count pings: of all that happens, these are the most. */
  readonly #pingCounters: readonly Observer[];
  readonly #agenda = new Agenda(beginMs);
  readonly #options: WorldOptions;
  readonly #peers = new Map<string, SimPeer>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.random = new Random(options.seed);
    this.trace = new Trace(options.keepLines ?? true, options.line);
    this.#observers = [this.checker, ...stepChecks(), ...(options.observers ?? [])];
    this.#pingCounters = this.#observers.filter((observer) => "pinged" in observer);
    this.network = new Network({
      agenda: this.#agenda,
      random: this.random.fork(),
      delayMs: options.delayMs ?? [1, 3],
      sent: (from, to, frame) => this.#sent(from, to, frame),
    });
  }

  /** Milliseconds since the world began. */
  get nowMs(): number {
    return this.#agenda.nowMs - beginMs;
  }

  /** In the order of their making. */
  get peers(): readonly SimPeer[] {
    return [...this.#peers.values()];
  }

  /** Makes a peer with a key of its own, and starts it. */
  peer(name: string, options: SimPeerOptions = {}): SimPeer {
    if (this.#peers.has(name)) throw new Error(`there is a peer ${name} already`);
    const peer = new SimPeer({
      name,
      options,
      agenda: this.#agenda,
      network: this.network,
      random: this.random.fork(),
      signer: testSigner(this.#peers.size + 1),
      limits: { ...defaultLimits, ...this.#options.limits },
      writeMs: this.#options.writeMs ?? [1, 5],
      watch: this.#watch,
    });
    this.#peers.set(name, peer);
    peer.start();
    return peer;
  }

  /** Lets that much time pass. */
  run(ms: number): void {
    const byMs = this.#agenda.nowMs + ms;
    this.#guard(() => {
      while (this.#agenda.step(byMs));
    });
  }

  /**
   * Lets time pass until the condition holds.
   * @returns how much passed, milliseconds. @throws Error when it does not hold in time.
   */
  runUntil(condition: () => boolean, withinMs: number): number {
    const startMs = this.#agenda.nowMs;
    return this.#guard(() => {
      while (!condition()) {
        if (!this.#agenda.step(startMs + withinMs))
          throw new Error(`not so within ${withinMs} ms: ${String(condition)}`);
      }
      return this.#agenda.nowMs - startMs;
    });
  }

  /** The world does something, by that name, to those. */
  inflict(kind: string, names: readonly string[], act: () => void): void {
    this.#fault(kind, names);
    act();
  }

  /** Plans something, that many milliseconds from now. */
  after(ms: number, act: () => void): void {
    this.#agenda.after(ms, act);
  }

  /** Ends the wires between the two, loses what is on them, and refuses new ones. */
  cut(a: SimPeer, b: SimPeer): void {
    this.#fault("cut", [a.name, b.name]);
    this.network.cut(a.name, b.name);
  }

  /** Ends the wires between the two, and loses what is on them; they may dial again at once. */
  drop(a: SimPeer, b: SimPeer): void {
    this.#fault("drop", [a.name, b.name]);
    this.network.drop(a.name, b.name);
  }

  /** From now on nothing passes between the two, and nobody is told. */
  silence(a: SimPeer, b: SimPeer): void {
    this.#fault("silence", [a.name, b.name]);
    this.network.silence(a.name, b.name);
  }

  /** The two may dial each other again. */
  heal(a: SimPeer, b: SimPeer): void {
    this.#fault("heal", [a.name, b.name]);
    this.network.heal(a.name, b.name);
  }

  /** All may dial each other again. */
  healAll(): void {
    this.#fault("heal all", []);
    this.network.healAll();
  }

  /** Cuts every pair of one from this side and one from that side. */
  partition(side: readonly SimPeer[], other: readonly SimPeer[]): void {
    for (const a of side) for (const b of other) this.cut(a, b);
  }

  #sent(from: string, to: string, frame: Uint8Array): void {
    this.trace.mix(this.#agenda.nowMs, from + to, frame);
    if (isPing(frame)) {
      for (const observer of this.#pingCounters) observer.pinged?.();
      return;
    }
    for (const observer of this.#observers) observer.frame?.(from, to, frame);
    if (!isIdle(frame)) this.#note(() => `${from} -> ${to} ${kindOf(frame)} ${frame.length}`);
  }

  #fault(kind: string, names: readonly string[]): void {
    this.trace.mix(this.#agenda.nowMs, `${kind} ${names.join(" ")}`);
    this.#note(() => `${kind} ${names.join(" ")}`);
    for (const observer of this.#observers) observer.fault?.(kind, names);
  }

  #note(line: () => string): void {
    this.trace.note(() => `${this.nowMs.toFixed(3).padStart(10)} ${line()}`);
  }

  /** What all peers tell this world, in one place: every observer hears it, and the trace takes it in. */
  get #watch(): SimPeerWatch {
    const observers = this.#observers;
    // Nearly all that happens in a quiet world are idle steps: only those are called who look at them.
    const idlers = observers.filter((observer) => "idled" in observer);
    const steppers = observers.filter((observer) => "stepped" in observer);
    const mix = (peer: SimPeer, what: string): void => this.trace.mix(this.#agenda.nowMs, peer.name + what);
    return {
      started: (peer) => {
        mix(peer, "starts");
        for (const observer of observers) observer.started?.(peer);
      },
      ended: (peer, end) => {
        mix(peer, end);
        for (const observer of observers) observer.ended?.(peer, end);
      },
      submitted: (peer, submission) => {
        const { to, number, text } = submission;
        mix(peer, `sends ${to}#${number}`);
        this.#note(() => `${peer.name} sends ${to}#${number} ${text}`);
        for (const observer of observers) observer.submitted?.(peer, submission);
      },
      acted: (peer, act) => {
        mix(peer, act.kind);
        this.#note(() => `${peer.name}: ${act.kind}`);
        for (const observer of observers) observer.acted?.(peer, act);
      },
      stepped: (peer, event, effects) => {
        if (isIdleStep(event, effects)) for (const idler of idlers) idler.idled?.(peer, event);
        else for (const stepper of steppers) stepper.stepped?.(peer, event, effects);
      },
      applied: (peer, ops) => {
        mix(peer, `writes ${ops.length}`);
        for (const observer of observers) observer.applied?.(peer, ops);
      },
      clockSet: (peer, byMs) => {
        mix(peer, `clock ${byMs}`);
        for (const observer of observers) observer.clockSet?.(peer, byMs);
      },
      diskChanged: (peer, change) => {
        mix(peer, `disk ${change.kind}`);
        this.#note(() => `${peer.name}'s disk is ${change.kind}`);
        for (const observer of observers) observer.diskChanged?.(peer, change);
      },
      note: (line) => this.#note(line),
    };
  }

  #guard<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      const lines = this.trace.last(40).join("\n");
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${message}\n  in the world of seed ${this.seed}, after ${this.nowMs} ms:\n${lines}`, {
        cause: error,
      });
    }
  }
}
