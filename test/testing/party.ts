import type { Wire, WireHandler } from "../../src/ports/transport.ts";
import { Agenda } from "../../src/testing/agenda.ts";
import { Network, type NetworkParts } from "../../src/testing/network.ts";
import { Random } from "../../src/testing/random.ts";

/** One end of a wire, which notes all that it is told, and writes one frame after the other. */
export class Party implements WireHandler {
  /** `frame 1,2`, `drained`, `closed: reason`, in the order they came. */
  readonly heard: string[] = [];
  readonly #waiting: Uint8Array[] = [];
  #wire: Wire | undefined;
  #writing = false;

  attach(wire: Wire): this {
    this.#wire = wire;
    return this;
  }

  get wire(): Wire {
    if (this.#wire === undefined) throw new Error("there is no wire yet");
    return this.#wire;
  }

  /** Frames and the end, without what was drained. */
  get got(): readonly string[] {
    return this.heard.filter((line) => line !== "drained");
  }

  get drains(): number {
    return this.heard.length - this.got.length;
  }

  /** Writes frames of one byte each, as fast as they drain. */
  send(...values: readonly number[]): void {
    for (const value of values) this.sendFrame(Uint8Array.of(value));
  }

  sendFrame(frame: Uint8Array): void {
    this.#waiting.push(frame);
    this.#write();
  }

  frame(bytes: Uint8Array): void {
    this.heard.push(bytes.length > 8 ? `frame of ${bytes.length}` : `frame ${bytes.join()}`);
  }

  drained(): void {
    this.heard.push("drained");
    this.#writing = false;
    this.#write();
  }

  closed(reason: string): void {
    this.heard.push(`closed: ${reason}`);
  }

  #write(): void {
    if (this.#writing) return;
    const frame = this.#waiting.shift();
    if (frame === undefined) return;
    this.#writing = true;
    this.wire.write(frame);
  }
}

/** Processes on a network, by name. */
export class Town {
  readonly agenda = new Agenda(0);
  readonly network: Network;
  readonly #accepted = new Map<string, Party[]>();

  constructor(parts: Partial<NetworkParts> = {}) {
    this.network = new Network({ agenda: this.agenda, random: new Random(1), delayMs: [1, 100], ...parts });
  }

  /** The ends that a process accepted. */
  accepted(name: string): readonly Party[] {
    return this.#accepted.get(name) ?? [];
  }

  listen(...names: readonly string[]): void {
    for (const name of names) {
      const accepted: Party[] = [];
      this.#accepted.set(name, accepted);
      this.network.listen(name, (wire) => {
        const party = new Party().attach(wire);
        accepted.push(party);
        return party;
      });
    }
  }

  dial(from: string, to: string): Party {
    const party = new Party();
    return party.attach(this.network.dial(from, to, party));
  }

  /** A wire between two processes that listen, with both ends there. */
  link(from: string, to: string): readonly [Party, Party] {
    this.listen(from, to);
    const dialled = this.dial(from, to);
    this.run(200);
    const [accepted] = this.accepted(to);
    if (accepted === undefined) throw new Error("it was not accepted");
    return [dialled, accepted];
  }

  run(ms: number): void {
    const byMs = this.agenda.nowMs + ms;
    while (this.agenda.step(byMs));
  }
}
