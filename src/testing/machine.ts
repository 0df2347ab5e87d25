import { memoryShownCursor } from "../adapters/memory/shown-cursor.ts";
import type { Limits } from "../core/limits.ts";
import { openPeer } from "../peer/open-peer.ts";
import { checkOptions } from "../peer/options.ts";
import type { PeerOptions } from "../peer/peer-options.ts";
import type { Peer } from "../peer/types.ts";
import type { Log } from "../ports/log.ts";
import type { ShownCursor } from "../ports/shown-cursor.ts";
import type { Agenda } from "./agenda.ts";
import { SimClock } from "./clock.ts";
import { Disk } from "./disk.ts";
import { Gate } from "./gate.ts";
import type { Network } from "./network.ts";
import type { Random, Span } from "./random.ts";
import { testSigner } from "./signer.ts";
import { diskStore } from "./store.ts";
import { gatedTransport } from "./transport.ts";

/** What a machine is made of. */
export interface MachineParts {
  /** 1, 2, 3...: says its key. */
  readonly number: number;
  readonly address: string;
  readonly agenda: Agenda;
  readonly network: Network;
  readonly random: Random;
  readonly writeMs: Span;
  readonly limits: Limits;
  readonly log: Log;
}

/**
 * Machine: a clock, a disk and a key, and one peer on it at a time.
 *
 * What the disk holds and what was shown outlive the peer, as a state directory does.
 */
export class Machine {
  readonly disk: Disk;
  readonly clock: SimClock;
  readonly #parts: MachineParts;
  readonly #shown: ShownCursor = memoryShownCursor();
  #gate: Gate;

  constructor(parts: MachineParts) {
    const { agenda, random, writeMs } = parts;
    this.#parts = parts;
    this.disk = new Disk({ agenda, random: random.fork(), writeMs });
    this.clock = new SimClock(agenda, 0);
    this.#gate = new Gate(agenda, () => {});
    this.#gate.end();
  }

  get address(): string {
    return this.#parts.address;
  }

  /** A peer runs on it, or is about to, or leaves. */
  get isUp(): boolean {
    return !this.#gate.over;
  }

  /** Starts a peer with what the disk holds. */
  async start(options: PeerOptions): Promise<Peer> {
    const { agenda, network, random, number, address, limits, log } = this.#parts;
    this.clock.restart();
    const gate = new Gate(agenda, () => this.crash(true));
    this.#gate = gate;
    return openPeer(
      {
        clock: this.clock,
        entropy: random.fork(),
        signer: testSigner(number),
        store: diskStore(this.disk, gate),
        shown: {
          get: () => this.#shown.get(),
          set: (cursor) => gate.out(() => this.#shown.set(cursor)),
          close: () => {},
        },
        transport: gatedTransport(network, address, gate),
        log,
        limits,
        dispose: async () => gate.end(),
      },
      checkOptions(options, limits),
    );
  }

  /** The process ends at this instant. @param told whether the other ends of its wires hear of it. */
  crash(told: boolean): void {
    if (!this.isUp) return;
    const { network, address } = this.#parts;
    this.#gate.end();
    this.clock.clearAlarm();
    network.kill(address, told);
    this.disk.crash();
  }

  /** The process stands still. */
  pause(): void {
    if (!this.isUp || this.#gate.paused) return;
    this.#gate.pause();
    this.#parts.network.pause(this.#parts.address);
    this.clock.pause();
  }

  /** It goes on. */
  resume(): void {
    if (!this.isUp || !this.#gate.paused) return;
    this.#parts.network.resume(this.#parts.address);
    this.clock.resume();
    this.#gate.resume();
  }
}
