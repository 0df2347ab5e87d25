import { Core } from "../../src/core/core.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { StoreEntry, Table } from "../../src/core/store-op.ts";
import type { Signer } from "../../src/core/world.ts";
import { Driver, type Told } from "../../src/peer/driver.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Wire, WireHandler } from "../../src/ports/transport.ts";
import type { Agenda } from "../../src/testing/agenda.ts";
import type { Disk } from "../../src/testing/disk.ts";
import type { Network } from "../../src/testing/network.ts";
import type { Random } from "../../src/testing/random.ts";
import type { Gate } from "../../src/testing/gate.ts";

/** What one life of a process is made of. */
export interface ProcessParts {
  readonly name: string;
  readonly desiredId: bigint;
  readonly custody: boolean;
  readonly leaf: boolean;
  readonly signer: Signer;
  readonly random: Random;
  readonly limits: Limits;
  readonly agenda: Agenda;
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: Disk;
  readonly gate: Gate;
  /** The newest cursor that people were shown. */
  readonly shown: number;
  readonly stepped: (event: CoreEvent, effects: readonly Effect[]) => void;
  readonly tell: (told: Told) => void;
  readonly note: (line: () => string) => void;
}

/** A core of which each step is told. A class: an object made on the spot is slow to call for who runs many of them. */
class WatchedCore {
  readonly #core: Core;
  readonly #stepped: ProcessParts["stepped"];

  constructor(core: Core, stepped: ProcessParts["stepped"]) {
    this.#core = core;
    this.#stepped = stepped;
  }

  get nextDeadlineMs(): number {
    return this.#core.nextDeadlineMs;
  }

  step(event: CoreEvent, nowMs: number): readonly Effect[] {
    const effects = this.#core.step(event, nowMs);
    this.#stepped(event, effects);
    return effects;
  }
}

/** Process: one life of a peer: a whole core and the real driver, between a disk, a clock and a network of the world. */
export class Process {
  readonly core: Core;
  readonly driver: Driver;
  state: "starting" | "ready" | "leaving" = "starting";

  constructor(parts: ProcessParts) {
    const { gate, disk, network, agenda, clock, limits, name, note } = parts;
    this.core = coreOf(parts);
    this.driver = new Driver({
      core: new WatchedCore(this.core, parts.stepped),
      clock,
      limits,
      log: logOf(name, note),
      write: (ops, done) => gate.out(() => disk.commit(ops, (error) => gate.in(() => done(error)))),
      soon: (act) => void agenda.after(0, () => gate.in(act)),
      transport: { dial: (address, handler) => this.#dial(parts, address, handler) },
      tell: (told) => gate.out(() => parts.tell(told)),
      storeFailed: () => {},
      storeWorks: () => {},
      failed: (error) => {
        throw error;
      },
    });
    network.listen(name, (wire) => this.driver.accept(gated(wire, gate)));
  }

  #dial({ network, gate, name }: ProcessParts, address: string, handler: WireHandler): Wire {
    let wire = deadWire(address);
    gate.out(() => {
      wire = gated(network.dial(name, address, handler), gate);
    });
    return wire;
  }
}

function coreOf(parts: ProcessParts): Core {
  const { signer, random, limits, desiredId, name, custody, leaf, disk, clock, shown } = parts;
  const stored = (table: Table): readonly StoreEntry[] => disk.entries(table);
  // As src/peer/open-peer.ts has it: without its count, the store may be older than what was shown.
  const counted = disk.get("meta", "inbox") !== undefined;
  const last = counted ? undefined : disk.entries("inbox").at(-1)?.key;
  const cursorMin = Math.max(shown, last === undefined ? 0 : Number(`0x${last}`));
  const options = { signer, entropy: random, limits, desiredId, name, custody, leaf };
  return new Core({ ...options, stored, cursorMin }, clock.nowMs());
}

function gated(wire: Wire, gate: Gate): Wire {
  return {
    remote: wire.remote,
    write: (frame) => gate.out(() => wire.write(frame)),
    close: () => gate.out(() => wire.close()),
  };
}

function deadWire(remote: string): Wire {
  return { remote, write: () => {}, close: () => {} };
}

function logOf(name: string, note: (line: () => string) => void): Log {
  const log = (message: string, fields?: Readonly<Record<string, unknown>>): void =>
    note(() => `${name} notes: ${message} ${JSON.stringify(fields ?? {}, plain)}`);
  return { debug: log, info: log, warn: log, error: log };
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.message;
  return typeof value === "bigint" ? String(value) : value;
}
