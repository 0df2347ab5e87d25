import { silentLog } from "../adapters/memory/log.ts";
import { E3Error } from "../core/error.ts";
import { defaultLimits, type Limits } from "../core/limits.ts";
import type { PeerOptions } from "../peer/peer-options.ts";
import type { Peer } from "../peer/types.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { Agenda } from "./agenda.ts";
import { SimClock } from "./clock.ts";
import type { DiskState } from "./disk.ts";
import { Machine } from "./machine.ts";
import { Network } from "./network.ts";
import { Random, type Span } from "./random.ts";

/** What a mesh is like. */
export interface TestMeshOptions {
  /**
   * Where all chance comes from: the same seed and the same calls give the same run. Default 1, range 0 to 2^32-1.
   */
  readonly seed?: number;
  /** How long a frame travels, from and to, milliseconds of the mesh's time. Default 1 to 3. */
  readonly delayMs?: Span;
  /** How long a write takes until it is durable, from and to, milliseconds. Default 1 to 5. */
  readonly writeMs?: Span;
  /** Bounds that differ from the default ones: lower, to reach them in a test. */
  readonly limits?: Partial<Limits>;
  /** Where all peers log to. Default nowhere. */
  readonly log?: Log;
}

/** How a peer of the mesh is started: as with createPeer, but that peers are given by name, and need not be up yet. */
export type TestPeerOptions = Omit<
  PeerOptions,
  "listen" | "peers" | "bootstrap" | "state" | "store" | "log" | "insecure"
> & {
  /** Names of the peers to dial. Default none. */
  readonly peers?: readonly string[];
  /** Names of peers to ask for links. Default none. */
  readonly bootstrap?: readonly string[];
};

/** When a mesh begins: 2025-01-01T00:00:00Z. */
const beginMs = 1_735_689_600_000;

/**
 * Makes a mesh within this process: real peers, between a network, clocks and disks that are simulated.
 *
 * Time stands still but within `run`, `until` and `start`, so that a test of an hour takes no time, and goes the same way
 * each time.
 */
export function createTestMesh(options: TestMeshOptions = {}): TestMesh {
  return new TestMesh(options);
}

/** TestMesh: peers by name, what happens to them, and the time that passes. */
export class TestMesh {
  readonly #agenda = new Agenda(beginMs);
  readonly #random: Random;
  readonly #network: Network;
  readonly #machines = new Map<string, Machine>();
  readonly #options: TestMeshOptions;

  constructor(options: TestMeshOptions) {
    this.#options = options;
    this.#random = new Random(options.seed ?? 1);
    this.#network = new Network({
      agenda: this.#agenda,
      random: this.#random.fork(),
      delayMs: options.delayMs ?? [1, 3],
    });
  }

  /** Milliseconds since the mesh began. */
  get nowMs(): number {
    return this.#agenda.nowMs - beginMs;
  }

  /**
   * Starts a peer, and lets time pass until it has its id. Under a name used before, it finds what its disk holds.
   *
   * @throws E3Error as createPeer does; "state-in-use" when a peer of that name is up.
   */
  async start(name: string, options: TestPeerOptions = {}): Promise<Peer> {
    const machine = this.#machine(name);
    if (machine.isUp) throw new E3Error("state-in-use", `${name} is up already; crash or close it first`);
    const at = (names: readonly string[] = []): readonly string[] => names.map((peer) => this.address(peer));
    const addresses = { listen: this.address(name), peers: at(options.peers), bootstrap: at(options.bootstrap) };
    return this.until(machine.start({ name, ...options, ...addresses }));
  }

  /** Lets that much time pass. */
  async run(ms: number): Promise<void> {
    const byMs = this.#agenda.nowMs + ms;
    do await turn();
    while (this.#agenda.step(byMs));
  }

  /**
   * Lets time pass until the promise is settled.
   *
   * @param withinMs at most so much time of the mesh. Default 60,000.
   * @returns what it resolves with. @throws what it rejects with; Error when it is not settled in time.
   */
  async until<T>(promise: Promise<T>, withinMs = 60_000): Promise<T> {
    const byMs = this.#agenda.nowMs + withinMs;
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      await turn();
      if (isSettled) return promise;
      if (!this.#agenda.step(byMs)) throw new Error(`not settled within ${withinMs} ms of the mesh's time`);
    }
  }

  /** Where a peer of that name listens, started or not: `host:port`, as it is in what peers tell of each other. */
  address(name: string): string {
    return this.#machine(name).address;
  }

  /** Ends the wires between the two, loses what is on them, and refuses new ones until they are healed. */
  cut(a: string, b: string): void {
    this.#network.cut(this.address(a), this.address(b));
  }

  /** Ends the wires between the two, and loses what is on them; they may dial again at once. */
  drop(a: string, b: string): void {
    this.#network.drop(this.address(a), this.address(b));
  }

  /** From now on nothing passes between the two, and nobody is told, until they are healed. */
  silence(a: string, b: string): void {
    this.#network.silence(this.address(a), this.address(b));
  }

  /** From now on nothing passes from the one to the other, and nobody is told, until they are healed. */
  mute(from: string, to: string): void {
    this.#network.mute(this.address(from), this.address(to));
  }

  /** What is between the two works again for new wires. */
  heal(a: string, b: string): void {
    this.#network.heal(this.address(a), this.address(b));
  }

  /** Everything that was cut, silenced or muted works again. */
  healAll(): void {
    this.#network.healAll();
  }

  /** Cuts every pair of one from this side and one from that side. */
  partition(side: readonly string[], other: readonly string[]): void {
    for (const a of side) for (const b of other) this.cut(a, b);
  }

  /**
   * Ends a peer's process at this instant, as kill -9 does: what was not durable is lost, and its promises stay as they
   * are for ever. Nothing happens when it is not up.
   *
   * @param options.power the machine loses its power: the other ends of its links are not told.
   */
  crash(name: string, options: { readonly power?: boolean } = {}): void {
    this.#machine(name).crash(options.power !== true);
  }

  /** The process of that name stands still: what comes to it waits. Nothing happens when it is not up. */
  pause(name: string): void {
    this.#machine(name).pause();
  }

  /** It goes on where it stood. */
  resume(name: string): void {
    this.#machine(name).resume();
  }

  /** From now on the disk of that name fares like this. A new one is well. */
  disk(name: string, state: DiskState): void {
    this.#machine(name).disk.state = state;
  }

  /** The clock of that name is set, forwards or, by a negative number of milliseconds, back. */
  shiftClock(name: string, byMs: number): void {
    this.#machine(name).clock.step(byMs);
  }

  /** A new clock, with an alarm, that goes by the mesh's time: for what a program does beside its peers. */
  clock(): Clock {
    return new SimClock(this.#agenda);
  }

  #machine(name: string): Machine {
    const known = this.#machines.get(name);
    if (known !== undefined) return known;
    const number = this.#machines.size + 1;
    const machine = new Machine({
      number,
      address: `127.0.0.1:${number}`,
      agenda: this.#agenda,
      network: this.#network,
      random: this.#random.fork(),
      writeMs: this.#options.writeMs ?? [1, 5],
      limits: { ...defaultLimits, ...this.#options.limits },
      log: this.#options.log ?? silentLog,
    });
    this.#machines.set(name, machine);
    return machine;
  }
}

/** Whatever a program awaits, as far as it waits for no more than other promises, goes on. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
