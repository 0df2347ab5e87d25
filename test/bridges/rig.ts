import { memoryNotebook } from "../../src/adapters/memory/notebook.ts";
import { createMemorySockets } from "../../src/adapters/memory/sockets.ts";
import { Chronicle } from "../../src/bridges/chronicle.ts";
import { Deadlines } from "../../src/bridges/deadlines.ts";
import { Guests } from "../../src/bridges/guests.ts";
import { defaultBridgeLimits, type BridgeLimits } from "../../src/bridges/limits.ts";
import type { BridgeWorld, GuestOptions } from "../../src/bridges/types.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Peer } from "../../src/peer/types.ts";
import type { ByteStream, Sockets } from "../../src/ports/sockets.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";

/** What a bridge logged. */
export type LogLine = readonly [level: string, message: string, fields: Readonly<Record<string, unknown>> | undefined];

/** A bridge's world between a simulated mesh and sockets in memory: time passes when a test says so. */
export interface BridgeRig {
  readonly mesh: TestMesh;
  readonly sockets: Sockets;
  readonly world: BridgeWorld;
  readonly host: Peer;
  readonly guests: Guests;
  readonly logged: LogLine[];
  /** A program that connects with an address. */
  dial(address: string): Promise<Program>;
  /** Lets that much of the mesh's time pass. */
  run(ms: number): Promise<void>;
  until<T>(promise: Promise<T>): Promise<T>;
}

/** Makes one. @param limits those that differ from the default ones. */
export async function bridgeRig(limits: Partial<BridgeLimits> = {}): Promise<BridgeRig> {
  const mesh = createTestMesh();
  const timers = new Deadlines(mesh.clock());
  const after = (ms: number, ring: () => void): (() => void) => {
    const key = Symbol();
    timers.set(key, ms, ring);
    return () => timers.clear(key);
  };
  const sockets = createMemorySockets({ after });
  const host = await mesh.start("host");
  const logged: LogLine[] = [];
  const note =
    (level: string) =>
    (message: string, fields?: Readonly<Record<string, unknown>>): void =>
      void logged.push([level, message, fields]);
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  const bounds = { ...defaultBridgeLimits, ...limits };
  const notebook = memoryNotebook(bounds.notesMax);
  const clock = mesh.clock();
  const deadlines = new Deadlines(clock);
  const chronicle = new Chronicle({ host, nowMs: () => clock.nowMs() });
  const guests = new Guests({
    start: (options) => startGuest(mesh, options),
    notebook,
    chronicle,
    log,
    limits: bounds,
  });
  return {
    ...{ mesh, sockets, host, guests, logged },
    world: { host, guests, notebook, sockets, deadlines, log, limits: bounds },
    async dial(address) {
      const stream = await sockets.dial(address, { ...bounds, silenceMs: 0, dialMs: bounds.dialMs });
      return new Program(mesh, stream);
    },
    run: (ms) => mesh.run(ms),
    until: (promise) => mesh.until(promise),
  };
}

/** A machine of the mesh for each key, so that the same key finds its state again. */
async function startGuest(mesh: TestMesh, { key, name, desiredId, accepts, at }: GuestOptions) {
  const peer = await mesh.start(`guest ${key}`, {
    ...{ name: name === "" ? `guest of ${key}` : name, peers: ["host"], leaf: true, via: `test ${at}` },
    ...(desiredId === undefined ? {} : { desiredId }),
    accepts: accepts ?? ((content) => typeof content === "string"),
  });
  return { peer, close: () => peer.close() };
}

/** Of the next guest that is opened what came cannot be read, the first time that it is asked for. */
export function withUnreadableMail(guests: Guests): void {
  const open = guests.open.bind(guests);
  guests.open = async (options) => {
    guests.open = open;
    const peer = await open(options);
    const messages = peer.messages.bind(peer);
    peer.messages = () => {
      peer.messages = messages;
      throw new E3Error("store-failed", "the disk says no");
    };
    return peer;
  };
}

/** From now on the record of what a peer was told with this text is no record when it is read. */
export function makeUnreadable(peer: Peer, unreadable: string): void {
  const messages = peer.messages.bind(peer);
  peer.messages = (options) => {
    const reader = messages(options);
    const next = reader.next.bind(reader);
    reader.next = async () => {
      const result = await next();
      if (result.done !== true && result.value.text === unreadable) throw new RangeError("outside the bounds");
      return result;
    };
    return reader;
  };
}

/** What a bridge logged of couriers that ended. */
export function endedCouriers({ logged }: BridgeRig): readonly unknown[] {
  return logged
    .filter(([, text]) => text.startsWith("what comes for a program"))
    .map(([level, , fields]) => [level, fields?.["why"]]);
}

/** A program that a test plays: what it writes, and what has come for it so far. */
export class Program {
  readonly stream: ByteStream;
  readonly #mesh: TestMesh;
  readonly #came: Uint8Array[] = [];
  hasEnded = false;

  constructor(mesh: TestMesh, stream: ByteStream) {
    this.#mesh = mesh;
    this.stream = stream;
    void this.#read();
  }

  /** What came since the last call, as it was written: each write by itself. */
  writes(): readonly Uint8Array[] {
    return this.#came.splice(0);
  }

  /** The same as one text. */
  text(): string {
    return Buffer.concat(this.writes()).toString("utf8");
  }

  /** Writes, and lets some time pass. */
  async write(bytes: Uint8Array | string, ms = 1_000): Promise<void> {
    await this.stream.write(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    await this.#mesh.run(ms);
  }

  async #read(): Promise<void> {
    for await (const chunk of this.stream.chunks()) this.#came.push(chunk);
    this.hasEnded = true;
  }
}
