import { PassThrough } from "node:stream";
import type { Host, LeaveSignal, LogDestination } from "../../src/cli/host.ts";
import type { LogLevel } from "../../src/cli/option-table.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";
import type { BridgeRequest } from "../../src/bridges/open.ts";
import type { BridgesOptions, RunningBridges, StartedBridges } from "../../src/compose-bridge.ts";
import type { Member, MemberOptions } from "../../src/compose-member.ts";
import type { Log } from "../../src/ports/log.ts";
import { FakeMembership } from "./fake-membership.ts";
import { FakePeer } from "./fake-peer.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** An in-memory stream that can pass for a terminal. */
export class FakeStream extends PassThrough {
  isTTY = false;
  columns = 80;
  readonly rawModes: boolean[] = [];

  setRawMode(raw: boolean): this {
    this.rawModes.push(raw);
    return this;
  }
}

/** A host made of memory. Standard output is a pipe whose room a test sets; time passes when a test says so. */
export class FakeHost implements Host {
  readonly stdin = new FakeStream();
  readonly stdout = new FakeStream();
  isErrorTerminal = false;
  env: Record<string, string | undefined> = {};
  peer = new FakePeer();
  /** What createPeer rejects with, when set. */
  startFails: Error | undefined;
  peerOptions: PeerOptions | undefined;
  readonly membership = new FakeMembership();
  memberOptions: MemberOptions | undefined;
  /** What createMember got when it asked for the password. */
  password: string | undefined;
  /** What files and file descriptors hold. */
  readonly secrets = new Map<string | number, Uint8Array>();
  logLevel: LogLevel | undefined;
  logDestination: LogDestination | undefined;
  /** Bytes that standard output takes before it is full. */
  room = Number.POSITIVE_INFINITY;
  /** The code of the error that every write fails with, when set. */
  outputFails: string | undefined;
  readonly exits: number[] = [];
  readonly #out: Uint8Array[] = [];
  readonly #heard: ((signal: LeaveSignal) => void)[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #changed: (() => void)[] = [];
  errors = "";
  /** Writes to standard output that took something. */
  writes = 0;

  /** What standard output holds. */
  get out(): string {
    return Buffer.concat(this.#out).toString("utf8");
  }

  get lines(): readonly string[] {
    return this.out.split("\n").slice(0, -1);
  }

  get json(): readonly Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  version(): string {
    return "1.2.3";
  }

  writeOut(bytes: Uint8Array): number {
    if (this.outputFails !== undefined) throw Object.assign(new Error("write failed"), { code: this.outputFails });
    if (this.room === 0) throw Object.assign(new Error("try again"), { code: "EAGAIN" });
    this.writes += 1;
    const taken = Math.min(bytes.length, this.room);
    this.room -= taken;
    this.#out.push(bytes.slice(0, taken));
    for (const wake of this.#changed.splice(0)) wake();
    return taken;
  }

  writeError(text: string): void {
    this.errors += text;
    for (const wake of this.#changed.splice(0)) wake();
  }

  onSignal(heard: (signal: LeaveSignal) => void): void {
    this.#heard.push(heard);
  }

  signal(signal: LeaveSignal): void {
    for (const heard of this.#heard) heard(signal);
  }

  exitNow(code: number): void {
    this.exits.push(code);
  }

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  soon(): Promise<void> {
    return new Promise((resolve) => process.nextTick(resolve));
  }

  /** Lets the time pass that everyone waits for. */
  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  createLog(level: LogLevel, destination: LogDestination): Promise<Log> {
    this.logLevel = level;
    this.logDestination = destination;
    return Promise.resolve(silent);
  }

  createPeer(options: PeerOptions): Promise<FakePeer> {
    this.peerOptions = options;
    return this.startFails ? Promise.reject(this.startFails) : Promise.resolve(this.peer);
  }

  /** Asks for the password, tells how it signed in, and has the fake peer for the user's. */
  async createMember(options: MemberOptions): Promise<Member> {
    this.memberOptions = options;
    const { password, onNews } = options;
    this.password = typeof password === "string" ? password : await password();
    if (this.startFails) throw this.startFails;
    onNews?.({ kind: "signed-in", first: true });
    const { peer, membership } = this;
    const close = async (): Promise<void> => {
      await membership.close();
      await peer.close();
    };
    return { peer, membership, close, pause: close, [Symbol.asyncDispose]: close };
  }

  /** Bridges asked for, and what opening them rejects with, when set. */
  readonly bridgesAsked: BridgeRequest[] = [];
  bridgesFail: Error | undefined;
  bridgesOptions: BridgesOptions | undefined;
  bridgesClosed = 0;

  async openBridges(requests: readonly BridgeRequest[]): Promise<RunningBridges> {
    this.bridgesAsked.push(...requests);
    if (this.bridgesFail !== undefined) throw this.bridgesFail;
    const close = async (): Promise<void> => {
      this.bridgesClosed += 1;
    };
    const bridges = requests.map(({ wire, settings }) => ({ wire, listen: settings["listen"] ?? "", close }));
    return { bridges, close, [Symbol.asyncDispose]: close };
  }

  async createBridges(requests: readonly BridgeRequest[], options: BridgesOptions): Promise<StartedBridges> {
    this.bridgesOptions = options;
    return { ...(await this.openBridges(requests)), host: this.peer };
  }

  readSecret(from: string | number, bytesMax: number): Promise<Uint8Array> {
    const secret = this.secrets.get(from);
    if (secret === undefined) return Promise.reject(Object.assign(new Error("no such file"), { code: "ENOENT" }));
    return Promise.resolve(secret.subarray(0, bytesMax));
  }

  /** Resolves once standard output or standard error contains the text. */
  async until(text: string): Promise<void> {
    while (!this.out.includes(text) && !this.errors.includes(text)) {
      await new Promise<void>((resolve) => this.#changed.push(resolve));
    }
  }
}

/** Resolves when all that was ready to go on has gone on: promises, and streams that hand over a tick later. */
export async function settled(): Promise<void> {
  for (let tick = 0; tick < 50; tick++) await new Promise<void>((resolve) => process.nextTick(resolve));
}
