import type { Wire, WireHandler } from "../ports/transport.ts";
import type { Agenda } from "./agenda.ts";
import type { Random, Span } from "./random.ts";
import { Cable } from "./cable.ts";

type Accept = (wire: Wire) => WireHandler;

interface Parts {
  readonly agenda: Agenda;
  readonly random: Random;
  /** Milliseconds a frame travels. */
  readonly delayMs: Span;
  /** Told of each frame that sets out. */
  readonly sent: (from: string, to: string, frame: Uint8Array) => void;
}

interface Run {
  readonly cable: Cable;
  readonly from: string;
  readonly to: string;
}

/** What becomes of wires between two processes: they work, are refused, or lead nowhere. */
type Road = "open" | "cut" | "silent";

/**
 * Network: wires between processes in one world. A process is reached by its name.
 *
 * Between any two of them the network can be cut (wires end, dials are refused) or silent (nothing arrives and nobody
 * is told). A wire that went silent stays so: only new ones work once the network is healed.
 */
export class Network {
  readonly #parts: Parts;
  readonly #listening = new Map<string, Accept>();
  readonly #roads = new Map<string, Road>();
  readonly #runs = new Set<Run>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  listen(name: string, accept: Accept): void {
    this.#listening.set(name, accept);
  }

  dial(from: string, to: string, handler: WireHandler): Wire {
    const { agenda, sent } = this.#parts;
    const cable = new Cable(
      agenda,
      { dialler: from, acceptor: to },
      { delayMs: () => this.#delayMs(), sent, over: () => void this.#runs.delete(run) },
    );
    const run: Run = { cable, from, to };
    this.#runs.add(run);
    cable.dialler.attach(handler);
    agenda.after(this.#delayMs(), () => this.#connect(run));
    return cable.dialler;
  }

  /** Wires end, in-flight frames are lost, dials are refused. */
  cut(a: string, b: string): void {
    this.#roads.set(pairOf(a, b), "cut");
    this.drop(a, b);
  }

  /** Wires end, in-flight frames are lost; dialling anew works. */
  drop(a: string, b: string): void {
    for (const { cable } of this.#between(a, b)) cable.cut("connection lost");
  }

  /** Nothing arrives any more, and nobody is told; dials get no answer. */
  silence(a: string, b: string): void {
    this.#roads.set(pairOf(a, b), "silent");
    for (const { cable } of this.#between(a, b)) cable.silent = true;
  }

  heal(a: string, b: string): void {
    this.#roads.delete(pairOf(a, b));
  }

  healAll(): void {
    this.#roads.clear();
  }

  /** The process is gone. @param told whether the others hear of it, as when a machine lives on without the process. */
  kill(name: string, told: boolean): void {
    this.#listening.delete(name);
    for (const { cable, from, to } of [...this.#runs]) {
      if (from !== name && to !== name) continue;
      if (!told) cable.silent = true;
      const own = from === name ? cable.dialler : cable.acceptor;
      own.abandon();
    }
  }

  /** Pairs of processes with a wire that works, the dialler first. */
  wires(): readonly (readonly [string, string])[] {
    return [...this.#runs].filter(({ cable }) => cable.alive).map(({ from, to }) => [from, to] as const);
  }

  #connect(run: Run): void {
    const { cable, from, to } = run;
    const road = this.#roads.get(pairOf(from, to)) ?? "open";
    const accept = this.#listening.get(to);
    if (cable.dialler.over) return;
    if (road === "silent") cable.silent = true;
    else if (road === "cut" || accept === undefined || cable.acceptor.over) {
      cable.acceptor.abandon();
      cable.dialler.finish("connection refused");
    } else cable.join(accept(cable.acceptor));
  }

  #between(a: string, b: string): readonly Run[] {
    return [...this.#runs].filter(({ from, to }) => pairOf(from, to) === pairOf(a, b));
  }

  #delayMs(): number {
    return this.#parts.random.between(this.#parts.delayMs);
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
