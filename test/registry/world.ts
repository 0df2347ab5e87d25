import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { PasswordHasher } from "../../src/ports/password-hasher.ts";
import type { CallContext } from "../../src/ports/services.ts";
import type { Signer } from "../../src/ports/signer.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Application } from "../../src/registry/applicant.ts";
import { Desk, type DeskParts } from "../../src/registry/desk.ts";
import { Doorkeeper } from "../../src/registry/doorkeeper.ts";
import { IdSource } from "../../src/registry/id-source.ts";
import { proveKey } from "../../src/registry/key-proof.ts";
import { defaultRegistryLimits, type RegistryLimits } from "../../src/registry/limits.ts";
import { Registry } from "../../src/registry/registry.ts";
import { loadRegistry } from "../../src/registry/stored-registry.ts";
import { Random } from "../../src/testing/random.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { type Noted, notedLog } from "../adapters/noted-log.ts";

/** 2026-01-01T00:00:00Z. */
export const startMs = 1_767_225_600_000;

/** A clock that stands until a test moves it. */
export class ManualClock implements Clock {
  #nowMs = startMs;
  #alarm: { readonly atMs: number; readonly ring: () => void } | undefined;

  get alarmAtMs(): number | undefined {
    return this.#alarm?.atMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  setAlarm(atMs: number, ring: () => void): void {
    this.#alarm = { atMs, ring };
  }

  clearAlarm(): void {
    this.#alarm = undefined;
  }

  /** Lets time pass; alarms ring at their times. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let due = this.#alarm; due !== undefined && due.atMs <= untilMs; due = this.#alarm) {
      this.#alarm = undefined;
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.ring();
    }
    this.#nowMs = untilMs;
  }
}

/** Hashes at once, and counts. */
export class CountingHasher implements PasswordHasher {
  hashes = 0;
  verifies = 0;
  #salt = 0;

  async hash(password: Uint8Array): Promise<string> {
    this.hashes += 1;
    this.#salt += 1;
    return `plain$${this.#salt}$${Buffer.from(password).toString("base64")}`;
  }

  async verify(hash: string, password: Uint8Array): Promise<boolean> {
    this.verifies += 1;
    const [scheme, , kept] = hash.split("$");
    if (scheme !== "plain") throw new Error("no hash");
    return kept === Buffer.from(password).toString("base64");
  }
}

/** A store in memory that a test can break. */
export class FragileStore implements Store {
  /** What commits reject with, when set. */
  fails: Error | undefined;
  commits = 0;
  /** Lives on after it is disposed of, as a disk does. */
  isKept = false;
  readonly #store = createMemoryStore();

  async commit(ops: readonly StoreOp[]): Promise<void> {
    this.commits += 1;
    if (this.fails !== undefined) throw this.fails;
    await this.#store.commit(ops);
  }

  read(...args: Parameters<Store["read"]>): ReturnType<Store["read"]> {
    return this.#store.read(...args);
  }

  damaged(): ReturnType<Store["damaged"]> {
    return this.#store.damaged();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isKept) await this.#store[Symbol.asyncDispose]();
  }
}

/** A desk with all that is behind it. */
export interface World extends DeskParts {
  readonly desk: Desk;
  readonly clock: ManualClock;
  readonly store: FragileStore;
  readonly hasher: CountingHasher;
  readonly lines: readonly Noted[];
}

/** Opens a desk; on a store that was there before, as a restart does. */
export async function openDesk(
  limits: Partial<RegistryLimits> = {},
  before?: Pick<World, "store" | "clock" | "signer">,
): Promise<World> {
  const all = { ...defaultRegistryLimits, ...limits };
  const { store, clock, signer } = before ?? {
    store: new FragileStore(),
    clock: new ManualClock(),
    signer: testSigner(1),
  };
  const { log, lines } = notedLog();
  const entropy = new Random(clock.nowMs() % 1_000_003);
  const hasher = new CountingHasher();
  const { users, slot } = await loadRegistry(store, log);
  const registry = new Registry({ signer, entropy, limits: all, users });
  const doorkeeper = await Doorkeeper.open(hasher, entropy, all);
  const ids = new IdSource(slot, store);
  const parts = { registry, doorkeeper, ids, id: 7n, clock, signer, store, log, limits: all };
  return { ...parts, desk: new Desk(parts), hasher, lines };
}

/** An application as a sound peer makes it. */
export function applicationOf(name: string, password: string, signer: Signer = testSigner(2)): Application {
  const addresses = ["127.0.0.1:8081"];
  return { name, password, key: signer.publicKey, proof: proveKey(name.normalize("NFC"), signer), addresses };
}

/** A call from somewhere. */
export function callFrom(remote = "192.0.2.1:40000", signal = new AbortController().signal): CallContext {
  return { remote, signal };
}
