import { Core } from "../core/core.ts";
import { defaultLimits, type Limits } from "../core/limits.ts";
import { encodeSentCountRecord } from "../core/progress-codec.ts";
import type { StoreEntry, Table } from "../core/store-op.ts";
import type { Clock } from "../ports/clock.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { Log } from "../ports/log.ts";
import type { ShownCursor } from "../ports/shown-cursor.ts";
import type { Signer } from "../ports/signer.ts";
import type { Store } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";
import { writeTo } from "./committer.ts";
import { deferred } from "./deferred.ts";
import { Driver, type Told } from "./driver.ts";
import type { CheckedOptions } from "./options.ts";
import { RunningPeer } from "./running-peer.ts";
import type { Peer } from "./types.ts";
import { watchedStore } from "./watched-store.ts";

/** A peer's world, one adapter for each port. */
export interface PeerWorld {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly signer: Signer;
  readonly store: Store;
  readonly shown: ShownCursor;
  readonly transport: Transport;
  readonly log: Log;
  /** Tests may shrink them. */
  readonly limits?: Limits;
  /** Closes what else the world holds, once transport and store are closed. */
  readonly dispose: () => Promise<void>;
}

/** Entries read from the store at a time. */
const pageMax = 10_000;

/** The same of messages received or sent, of which nothing is kept here: each may have a MiB, and most have some kilobytes. */
const messagesMax = 64;

/**
 * Opens a peer in a world: takes up what the store holds, listens, and resolves once it has its id.
 *
 * @throws E3Error "store-newer", "store-failed", "port-in-use" or "address-unavailable"; the world is closed then.
 */
export async function openPeer(world: PeerWorld, options: CheckedOptions): Promise<Peer> {
  let closed: Promise<void> | undefined;
  const dispose = (): Promise<void> => (closed ??= closeWorld(world));
  try {
    return await start(world, options, dispose);
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function start(world: PeerWorld, options: CheckedOptions, dispose: () => Promise<void>): Promise<Peer> {
  const { clock, entropy, signer, shown, transport, log } = world;
  const store = watchedStore(world.store, log);
  const loaded = await load(store);
  const { desiredId, claimedAtMs, name, custody, leaf, history, readReceipts, via, accepts } = options;
  const stored = (table: Table): readonly StoreEntry[] => loaded.get(table) ?? [];
  const cursorMin = await newestCursor(store, stored("meta"), Number(shown.get()));
  const { limits: bounds = defaultLimits } = world;
  const limits = history ? bounds : { ...bounds, sentCountMax: 0 };
  const nature = {
    desiredId,
    claimedAtMs,
    name,
    custody,
    leaf,
    readReceipts,
    via,
    ...(accepts === undefined ? {} : { accepts }),
  };
  const core = new Core({ signer, entropy, limits, ...nature, stored, cursorMin }, clock.nowMs());
  const ready = deferred<void>();
  // It may be refused while listening has not come to an end.
  ready.promise.catch(() => {});
  const tell = (told: Told): void => (told.kind === "ready" ? ready.resolve() : peer.told(told));
  const failed = (error: Error): void => {
    ready.reject(error);
    peer.failed(error);
  };
  const heard = { tell, storeFailed: ready.reject, storeWorks: () => peer.storeWorks(), failed };
  const write = writeTo(store);
  const soon = (action: () => void): void => queueMicrotask(action);
  const driver = new Driver({ core, clock, write, soon, transport, log, limits, ...heard });
  const peer = new RunningPeer({ core, driver, clock, store, shown, limits, options, dispose });
  try {
    const listen = await transport.listen(options.listen, (wire) => driver.accept(wire));
    peer.started(listen);
    driver.shown(Number(shown.get()));
    const { peers, upkeep } = options;
    driver.feed({ kind: "start", listen, peers, ...(upkeep === undefined ? {} : { upkeep }) });
    await ready.promise;
    log.info("peer ready", { id: core.id, listen });
    return peer;
  } catch (error) {
    driver.stop();
    throw error;
  }
}

const startedFrom = ["meta", "lanes", "outbox", "marks", "mailbox", "shelves", "leases", "spread", "groups"] as const;

/** Everything a core starts from: all tables but the messages received and sent, which are read as they are asked for. */
async function load(store: Store): Promise<ReadonlyMap<Table, readonly StoreEntry[]>> {
  const loaded = new Map<Table, readonly StoreEntry[]>();
  for (const table of startedFrom) {
    const entries: StoreEntry[] = [];
    for (;;) {
      const page = await store.read(table, entries.at(-1)?.key, pageMax);
      for (const entry of page) entries.push(entry);
      // A page may be short of damaged records: only an empty one is the end.
      if (page.length === 0) break;
    }
    loaded.set(table, entries);
  }
  const meta = loaded.get("meta") ?? [];
  loaded.set("meta", [...meta, ...(await mendedSentCount(store, meta))]);
  // The inbox is read from a cursor on: a first record whose key damage made smaller than that would never be met, and so
  // never told; what was sent is read only when it is asked for.
  for (const table of ["inbox", "sent"] as const) await store.read(table, undefined, 1);
  return loaded;
}

/**
 * The newest cursor known from elsewhere than the count in the store. The store may be lost, or older than what was
 * shown, and the count may be damaged: a message that came below it would never be shown.
 */
async function newestCursor(store: Store, meta: readonly StoreEntry[], shown: number): Promise<number> {
  if (meta.some(({ key }) => key === "inbox")) return shown;
  return Math.max(shown, (await cursorsIn(store, "inbox"))?.last ?? 0);
}

/** Where the count of what was sent is lost, and something was: a count, by which nothing of it is overwritten. */
async function mendedSentCount(store: Store, meta: readonly StoreEntry[]): Promise<readonly StoreEntry[]> {
  if (meta.some(({ key }) => key === "sent")) return [];
  const cursors = await cursorsIn(store, "sent");
  if (cursors === undefined) return [];
  const { first, last } = cursors;
  return [{ key: "sent", value: encodeSentCountRecord({ cursor: last, first, bytes: 0 }) }];
}

/** The first and the last cursor under which the table has something; undefined when it has nothing. */
async function cursorsIn(store: Store, table: "inbox" | "sent"): Promise<{ first: number; last: number } | undefined> {
  let cursors: { first: number; last: number } | undefined;
  let key: string | undefined;
  for (;;) {
    const page = await store.read(table, key, messagesMax);
    key = page.at(-1)?.key;
    if (key === undefined) return cursors;
    cursors = { first: cursors?.first ?? Number(`0x${page[0]?.key ?? key}`), last: Number(`0x${key}`) };
  }
}

/** Closes everything, also when closing some of it fails. */
async function closeWorld(world: PeerWorld): Promise<void> {
  try {
    await world.transport[Symbol.asyncDispose]();
  } finally {
    try {
      await world.store[Symbol.asyncDispose]();
    } finally {
      world.shown.close();
      await world.dispose();
    }
  }
}
