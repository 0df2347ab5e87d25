import { encodeText } from "../../src/core/body.ts";
import type { Core } from "../../src/core/core.ts";
import { shellLimits, type Limits } from "../../src/core/limits.ts";
import type { Told } from "../../src/peer/driver.ts";
import { SimClock } from "../../src/testing/clock.ts";
import { Disk, type DiskImage } from "../../src/testing/disk.ts";
import { Gate, type CrashPoint } from "../../src/testing/gate.ts";
import { perform, type Act } from "./act.ts";
import type { End } from "./observer.ts";
import { Person } from "./person.ts";
import { Process } from "./process.ts";
import type { SimPeerParts } from "./sim-peer-parts.ts";

/**
 * SimPeer: a machine with a clock and a disk, a process on it now and then, and a person who reads along.
 *
 *     down ── start ──► starting ── has its id ──► ready ── leave ──► leaving ──► down
 *                           └────────── crash ───────┴──────────────────┴───────► down
 *
 * The clock, the disk, and what the person saw are kept over restarts.
 */
export class SimPeer {
  readonly name: string;
  readonly #person: Person;
  readonly disk: Disk;
  readonly clock: SimClock;
  readonly #parts: SimPeerParts;
  #process: Process | undefined;
  #gate: Gate;
  #lives = 0;
  #backup: DiskImage | undefined;
  #id: bigint;

  constructor(parts: SimPeerParts) {
    const { agenda, random, writeMs, watch, options } = parts;
    this.#parts = parts;
    this.name = parts.name;
    this.clock = new SimClock(agenda, options.clockMs ?? 0);
    this.#gate = new Gate(agenda, () => {});
    this.#id = options.id ?? 0n;
    this.#person = new Person((line) => watch.note(() => `${this.name} tells: ${line}`));
    this.disk = new Disk({ agenda, random: random.fork(), writeMs, applied: (ops) => watch.applied(this, ops) });
  }

  /** What people were shown: `<from>#<number> <text>`, and how many are missing before it. */
  get shown(): string[] {
    return this.#person.shown;
  }

  /** What became of its sends: `<to>#<number> <status>`. */
  get statuses(): string[] {
    return this.#person.statuses;
  }

  /** Who came and went, and what happened to its id. */
  get events(): string[] {
    return this.#person.events;
  }

  /** The id it holds or held last; before, the one it wishes for. */
  get id(): bigint {
    return this.#id;
  }

  /** The id it wishes for; 0n for none. */
  get wish(): bigint {
    return this.#parts.options.id ?? 0n;
  }

  /** It knows of the mesh only what it was told. */
  get isLeaf(): boolean {
    return this.#parts.options.leaf ?? false;
  }

  /** Its process runs, or is paused. */
  get isUp(): boolean {
    return this.#process !== undefined;
  }

  /** It has its id, and takes sends. */
  get isReady(): boolean {
    return this.#process?.state === "ready" && !this.#gate.paused;
  }

  /** Its process stands still. */
  get isPaused(): boolean {
    return this.isUp && this.#gate.paused;
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
    return this.clock.nowMs();
  }

  start(): void {
    const { options, watch, name } = this.#parts;
    if (this.#process !== undefined) throw new Error(`${name} is up already`);
    watch.note(() => `${name} starts`);
    this.#lives += 1;
    watch.started(this);
    this.clock.restart();
    const gate = new Gate(this.#parts.agenda, () => this.#end("crash"));
    this.#gate = gate;
    const process = new Process({
      ...this.#parts,
      ...{ gate, disk: this.disk, clock: this.clock, shown: this.#person.readTo, note: watch.note },
      ...{ desiredId: options.id ?? 0n, custody: options.custody ?? true, leaf: options.leaf ?? false },
      stepped: (event, effects) => watch.stepped(this, event, effects),
      tell: (told) => this.#told(told),
    });
    this.#process = process;
    this.#show(process.core.cursor);
    process.driver.feed({ kind: "shown", cursor: this.#person.readTo });
    process.driver.feed({ kind: "start", listen: name, peers: options.dials ?? [] });
  }

  /** Ends its process at this instant. @param told whether others hear of it; false when the power is cut. */
  crash(told = true): void {
    this.#end(told ? "crash" : "power");
  }

  /** Ends its process at one of its calls to the outside, counted from now. */
  crashAt(point: CrashPoint): void {
    this.#alive();
    this.#gate.crashAt(point);
  }

  /** Its process stands still: nothing reaches it, and it does nothing. Its machine keeps what comes. */
  pause(): void {
    this.#alive();
    if (this.#gate.paused) return;
    this.#gate.pause();
    this.#parts.network.pause(this.name);
    this.clock.pause();
  }

  /** It goes on where it stood, its timers late. */
  resume(): void {
    if (!this.isPaused) return;
    this.#parts.network.resume(this.name);
    this.clock.resume();
    this.#gate.resume();
  }

  /** Sets its clock forwards or back, by whole milliseconds: to a process that runs, clocks never go back. */
  shiftClock(byMs: number): void {
    this.#parts.watch.note(() => `${this.name} sets its clock by ${byMs} ms`);
    this.clock.step(byMs);
    this.#parts.watch.clockSet(this, byMs);
  }

  /** Starts it again with what its disk holds; crashes it before if need be. */
  restart(): void {
    if (this.isUp) this.crash();
    this.start();
  }

  /** Leaves in good order, which takes a moment. */
  leave(): void {
    const process = this.#alive();
    const { driver, core } = process;
    if (process.state === "leaving") return;
    this.#parts.watch.note(() => `${this.name} is about to leave`);
    process.state = "leaving";
    const parted = (): void => {
      if (this.#process !== process) return;
      driver.feed({ kind: "leave" });
      const over = (): void => void (this.#process === process && this.#end("left"));
      driver.wait(() => driver.links === 0 && driver.persisted, shellLimits.partingMs, over);
    };
    driver.wait(() => driver.persisted && core.view.inTransit === 0, shellLimits.flushMs, parted);
  }

  /** A copy of its disk is made, of what is durable at this instant. */
  backUp(): void {
    this.#backup = this.disk.image();
  }

  /** Its disk is lost and comes back as its last copy was; without one, empty. Only while it is down. */
  ageDisk(): void {
    this.#down();
    this.disk.restore(this.#backup);
    this.#parts.watch.diskChanged(this, { kind: this.#backup === undefined ? "lost" : "old" });
  }

  /** Its disk is lost; its key is not. Only while it is down. */
  loseDisk(): void {
    this.#down();
    this.disk.restore();
    this.#parts.watch.diskChanged(this, { kind: "lost" });
  }

  /** One of the records on its disk, chosen by chance, cannot be read any more. Only while it is down. */
  damageDisk(): void {
    this.#down();
    const { random, watch } = this.#parts;
    const records = this.disk.records();
    if (records.length === 0) return;
    const { table, key } = random.pick(records);
    this.disk.damage(table, key);
    watch.diskChanged(this, { kind: "damaged", table, key });
  }

  /**
   * Sends a text, to everyone where the id is 0n; it leaves at this instant.
   * @returns its number. @throws E3Error as the core does.
   */
  send(to: SimPeer | bigint, text: string, ttlMs = this.limits.ttlMs): number {
    const { core, driver, state } = this.#alive();
    if (state !== "ready") throw new Error(`${this.name} is ${state}: it takes no sends`);
    const id = typeof to === "bigint" ? to : to.id;
    const { conversation, number } = core.submit({ to: id, body: encodeText(text), ttlMs }, this.nowMs);
    this.#parts.watch.submitted(this, { to: id, conversation, number, text, expiresAtMs: this.worldMs + ttlMs });
    driver.kick();
    return number;
  }

  /** Does something about groups or sessions. @throws E3Error as the core does. */
  act(act: Act): void {
    const { core, driver } = this.#alive();
    perform(core, act, this.nowMs);
    this.#parts.watch.acted(this, act);
    driver.kick();
  }

  /** Keeps a peer dialled from now on. */
  connect(to: SimPeer): void {
    const { core, driver } = this.#alive();
    core.connect(to.name, this.nowMs);
    driver.kick();
  }

  /** Ends the link with a peer, and dials it no more. By its address: by id it may be another that goes by the same. */
  disconnect(from: SimPeer): void {
    const { core, driver } = this.#alive();
    core.disconnect(from.name, this.nowMs);
    driver.kick();
  }

  #alive(): Process {
    if (this.#process === undefined) throw new Error(`${this.name} is down`);
    return this.#process;
  }

  #down(): void {
    if (this.isUp) throw new Error(`${this.name} is up: its disk is in use`);
  }

  #end(end: End): void {
    const { network, watch } = this.#parts;
    const { driver } = this.#alive();
    this.#process = undefined;
    this.#gate.end();
    driver.stop();
    network.kill(this.name, end !== "power");
    this.disk.crash();
    watch.note(() => `${this.name} ${ends[end]}`);
    watch.ended(this, end);
  }

  #told(told: Told): void {
    if (told.kind === "received") return this.#show(told.cursor);
    if (told.kind === "id") this.#id = told.id;
    if (told.kind !== "ready") return this.#person.told(told);
    if (this.#process?.state === "starting") this.#process.state = "ready";
    this.#id = this.core.id;
    this.#parts.watch.note(() => `${this.name} is ready as ${this.#id}`);
  }

  /** What a reader does: shows what is announced, and says so, which outlives a crash. */
  #show(cursor: number): void {
    if (this.#person.read(cursor, this.disk)) this.#process?.driver.feed({ kind: "shown", cursor });
  }
}

const ends: Readonly<Record<End, string>> = { crash: "crashes", power: "loses its power", left: "has left" };
