import { encodeText } from "../../src/core/body.ts";
import { Core } from "../../src/core/core.ts";
import type { Limits } from "../../src/core/limits.ts";
import { key64 } from "../../src/core/store-op.ts";
import type { Signer } from "../../src/core/world.ts";
import type { Told } from "../../src/peer/driver.ts";
import type { Agenda } from "../../src/testing/agenda.ts";
import type { Checker } from "./checker.ts";
import type { Random, Span } from "../../src/testing/random.ts";
import { messageOf } from "./records.ts";
import { SimDriver } from "./sim-driver.ts";
import type { Network } from "../../src/testing/network.ts";
import { Disk } from "../../src/testing/disk.ts";

/** How a peer of the world is started. */
export interface SimPeerOptions {
  /** The id it wishes for. */
  readonly id?: bigint;
  /** Names of the peers it dials; they may come later. */
  readonly dials?: readonly string[];
  /** Keeps mail for others. Default true. */
  readonly custody?: boolean;
  /** How far its clock is ahead of the world's, milliseconds. Default 0. */
  readonly clockMs?: number;
}

/** What a peer needs of its world. */
export interface SimPeerParts {
  readonly name: string;
  readonly options: SimPeerOptions;
  readonly agenda: Agenda;
  readonly network: Network;
  readonly random: Random;
  readonly signer: Signer;
  readonly limits: Limits;
  readonly writeMs: Span;
  readonly checker: Checker;
  readonly trace: (line: string) => void;
}

/** How long leaving waits for what is on its way, and then for links to end, milliseconds: as the public peer does. */
const flushMs = 2_000;
const partingMs = 500;

interface Life {
  readonly core: Core;
  readonly driver: SimDriver;
  state: "starting" | "ready" | "leaving";
}

/**
 * SimPeer: a whole core with a disk and a person who reads along.
 *
 *     down ── start ──► starting ── has its id ──► ready ── leave ──► leaving ──► down
 *                           └────────── crash ───────┴──────────────────┴───────► down
 *
 * Its disk, and what the person saw, are kept over restarts.
 */
export class SimPeer {
  readonly name: string;
  /** What people were shown: `<from>#<number> <text>`, and how many are missing before it. */
  readonly shown: string[] = [];
  /** What became of its sends: `<to>#<number> <status>`. */
  readonly statuses: string[] = [];
  /** Who came and went, and what happened to its id. */
  readonly events: string[] = [];
  readonly store: Disk;
  readonly #parts: SimPeerParts;
  #life: Life | undefined;
  #lives = 0;
  #readTo = 0;
  #clockMs: number;
  #id: bigint;

  constructor(parts: SimPeerParts) {
    const { agenda, random, writeMs, checker } = parts;
    this.#parts = parts;
    this.name = parts.name;
    this.#clockMs = parts.options.clockMs ?? 0;
    this.#id = parts.options.id ?? 0n;
    const applied = checker.applied.bind(checker, this);
    this.store = new Disk({ agenda, random: random.fork(), writeMs, applied });
  }

  /** The id it holds or held last; before, the one it wishes for. */
  get id(): bigint {
    return this.#id;
  }

  /** The id it wishes for; 0n for none. */
  get wish(): bigint {
    return this.#parts.options.id ?? 0n;
  }

  /** Its process runs. */
  get isUp(): boolean {
    return this.#life !== undefined;
  }

  /** It has its id, and takes sends. */
  get isReady(): boolean {
    return this.#life?.state === "ready";
  }

  /** Counts its starts. */
  get lives(): number {
    return this.#lives;
  }

  /** The core, to look into. @throws Error while it is down. */
  get core(): Core {
    return this.#alive().core;
  }

  /** Ids of the peers it has a road to, ascending. */
  get sees(): readonly bigint[] {
    return this.core.view.peers().flatMap(({ id, reachable }) => (reachable ? [id] : []));
  }

  get limits(): Limits {
    return this.#parts.limits;
  }

  /** Milliseconds since 1970 by the world's clock. */
  get worldMs(): number {
    return this.#parts.agenda.nowMs;
  }

  /** The same by its own clock. */
  get nowMs(): number {
    return this.#parts.agenda.nowMs + this.#clockMs;
  }

  start(): void {
    const { options, limits, signer, random, agenda, network, trace, name, checker } = this.#parts;
    if (this.#life !== undefined) throw new Error(`${name} is up already`);
    trace(`${name} starts`);
    this.#lives += 1;
    const { id: desiredId = 0n, custody = true, dials = [] } = options;
    const clockMs = this.#clockMs;
    const stored = this.store.entries.bind(this.store);
    const core = new Core({ signer, entropy: random.fork(), limits, desiredId, name, custody, stored }, this.nowMs);
    const told = { tell: (what: Told) => this.#told(what), stepped: () => checker.stepped(this) };
    const driver = new SimDriver({ name, core, agenda, network, store: this.store, limits, clockMs, trace, ...told });
    this.#life = { core, driver, state: "starting" };
    this.#show(core.cursor);
    driver.feed({ kind: "shown", cursor: this.#readTo });
    driver.feed({ kind: "start", listen: name, peers: dials });
  }

  /** Ends its process at this instant. @param told whether others hear of it; false when the power is cut. */
  crash(told = true): void {
    this.#parts.trace(`${this.name} crashes`);
    this.#end(told);
  }

  /** Sets its clock forwards or back, by whole milliseconds, while it is down: to a process, clocks never go back. */
  shiftClock(byMs: number): void {
    if (this.isUp) throw new Error(`${this.name} is up: its clock cannot be set`);
    this.#parts.trace(`${this.name} sets its clock by ${byMs} ms`);
    this.#clockMs += byMs;
    this.#parts.checker.clockSlackMs += Math.abs(byMs);
  }

  /** Starts it again with what its disk holds; crashes it before if need be. */
  restart(): void {
    if (this.isUp) this.crash();
    this.start();
  }

  /** Leaves in good order, which takes a moment. */
  leave(): void {
    const life = this.#alive();
    const { driver, core } = life;
    if (life.state === "leaving") return;
    this.#parts.trace(`${this.name} is about to leave`);
    life.state = "leaving";
    const parted = (): void => {
      driver.feed({ kind: "leave" });
      driver.wait(
        () => driver.links === 0 && this.store.idle,
        partingMs,
        () => this.#end(true),
      );
    };
    driver.wait(() => this.store.idle && core.view.inTransit === 0, flushMs, parted);
  }

  /**
   * Sends a text; it leaves at this instant.
   * @returns its number.
   * @throws E3Error as the core does.
   */
  send(to: SimPeer | bigint, text: string, ttlMs = this.limits.ttlMs): number {
    const { core, driver, state } = this.#alive();
    if (state !== "ready") throw new Error(`${this.name} is ${state}: it takes no sends`);
    const id = typeof to === "bigint" ? to : to.id;
    const { conversation, number } = core.submit({ to: id, body: encodeText(text), ttlMs }, this.nowMs);
    const expiresAtMs = this.worldMs + ttlMs;
    this.#parts.trace(`${this.name} sends ${id}#${number} ${text}`);
    this.#parts.checker.submitted(this, { to: id, conversation, number, text, expiresAtMs });
    driver.kick();
    return number;
  }

  /** Keeps a peer dialled from now on. */
  connect(to: SimPeer): void {
    const { core, driver } = this.#alive();
    core.connect(to.name, this.nowMs);
    driver.kick();
  }

  /** Ends the link with a peer, and dials it no more. */
  disconnect(from: SimPeer): void {
    const { core, driver } = this.#alive();
    core.disconnect(from.id, this.nowMs);
    driver.kick();
  }

  #alive(): Life {
    if (this.#life === undefined) throw new Error(`${this.name} is down`);
    return this.#life;
  }

  #end(told: boolean): void {
    const { driver } = this.#alive();
    this.#life = undefined;
    driver.stop(told);
    this.#parts.trace(`${this.name} is down`);
  }

  #told(told: Told): void {
    const { checker, trace } = this.#parts;
    switch (told.kind) {
      case "ready":
        if (this.#life?.state === "starting") this.#life.state = "ready";
        this.#holds(this.core.id);
        return trace(`${this.name} is ready as ${this.#id}`);
      case "received":
        return this.#show(told.cursor);
      case "status":
        this.#say(this.statuses, `${told.to}#${told.number} ${[told.status, told.reason].filter(Boolean).join(": ")}`);
        return checker.status(this, told);
      case "peer":
        return this.#say(this.events, `${told.id} ${told.state}`);
      case "id":
        this.#holds(told.id);
        return this.#say(this.events, `id ${told.id}: ${told.reason}`);
      case "error":
        return this.#say(this.events, `error ${told.code}: ${told.message}`);
    }
  }

  #holds(id: bigint): void {
    this.#id = id;
    this.#parts.checker.holds(this, id);
  }

  #say(list: string[], line: string): void {
    list.push(line);
    this.#parts.trace(`${this.name} tells: ${line}`);
  }

  /** What a reader does: shows what is announced, and says so, which outlives a crash. */
  #show(cursor: number): void {
    if (cursor <= this.#readTo) return;
    for (let at = this.#readTo + 1; at <= cursor; at += 1) {
      const value = this.store.get("inbox", key64(BigInt(at)));
      if (value === undefined) continue;
      const { from, number, text, missing } = messageOf(value);
      this.#say(this.shown, `${from}#${number} ${text}${missing === 0 ? "" : ` (${missing} missing before)`}`);
    }
    this.#readTo = cursor;
    this.#life?.driver.feed({ kind: "shown", cursor });
  }
}
