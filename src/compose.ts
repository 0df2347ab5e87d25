import { join } from "node:path";
import { createGrpcTransport } from "./adapters/grpc/transport.ts";
import { openLmdbStore } from "./adapters/lmdb/store.ts";
import { silentLog } from "./adapters/memory/log.ts";
import { memoryShownCursor } from "./adapters/memory/shown-cursor.ts";
import { createMemoryStore } from "./adapters/memory/store.ts";
import { createClock } from "./adapters/node/clock.ts";
import { createEntropy } from "./adapters/node/entropy.ts";
import { loadOrCreateKey } from "./adapters/node/key-file.ts";
import { openShownCursor } from "./adapters/node/shown-cursor.ts";
import { createSigner } from "./adapters/node/signer.ts";
import { openStateDirectory } from "./adapters/node/state-directory.ts";
import { stateHome } from "./adapters/node/state-home.ts";
import { defaultLimits } from "./core/limits.ts";
import { deferred } from "./peer/deferred.ts";
import { openPeer, type PeerWorld } from "./peer/open-peer.ts";
import { checkOptions } from "./peer/options.ts";
import { peerService } from "./peer/service.ts";
import type { PeerOptions } from "./peer/peer-options.ts";
import type { Peer } from "./peer/types.ts";
import type { Log } from "./ports/log.ts";
import type { ShownCursor } from "./ports/shown-cursor.ts";
import { version } from "./version.ts";

/**
 * Starts a peer on this machine: gRPC links, and its state in a directory (or in memory).
 *
 * Resolves once the peer listens and has its id. The one place where adapters meet the peer.
 *
 * @throws E3Error "bad-option", "bad-address", "bad-id", "not-loopback", "port-in-use", "address-unavailable",
 * "state-unreadable", "state-foreign", "state-in-use", "store-newer" or "store-failed"; nothing is left behind then.
 */
export async function createPeer(options: PeerOptions): Promise<Peer> {
  checkOptions(options, defaultLimits);
  return startPeer(options, await openPeerState(options));
}

/** What is a peer's own before it runs: its key, and its state on disk, which no other process may use meanwhile. */
export interface PeerState extends Pick<PeerWorld, "signer" | "store" | "shown" | "dispose"> {
  /** Absolute path; undefined when it is kept in memory. */
  readonly directory: string | undefined;
}

/**
 * Opens the state of a peer that is to be started with these options.
 *
 * @throws E3Error "state-unreadable", "state-foreign", "state-in-use", "store-newer" or "store-failed".
 */
export async function openPeerState(options: PeerOptions): Promise<PeerState> {
  if (options.store === "memory") return memoryState();
  const { listen } = checkOptions(options, defaultLimits);
  return directoryState(options.state ?? join(stateHome(), listen), options.log ?? silentLog);
}

/** Closes a state with which no peer was started. */
export async function closePeerState({ store, shown, dispose }: PeerState): Promise<void> {
  await store[Symbol.asyncDispose]();
  shown.close();
  await dispose();
}

/**
 * Starts a peer with a state, which is the peer's from here on, also when it fails. Rejects as createPeer does.
 *
 * @param claimedAtMs the claim on the id wished for, where that is the peer's by right (CoreOptions).
 */
export async function startPeer(options: PeerOptions, state: PeerState, claimedAtMs?: number): Promise<Peer> {
  const claim = claimedAtMs === undefined ? {} : { claimedAtMs };
  const checked = { ...checkOptions(options, defaultLimits), ...claim };
  const ready = deferred<Peer>();
  // Calls that come before the peer is ready wait for it; if it never is, they end with the transport.
  ready.promise.catch(() => {});
  const log = options.log ?? silentLog;
  const services = [peerService(ready.promise, version)];
  const transport = createGrpcTransport({ services, log, messageBytesMax: defaultLimits.frameBytesMax });
  const world: PeerWorld = { ...state, clock: createClock(), entropy: createEntropy(), transport, log };
  try {
    const peer = await openPeer(world, checked);
    ready.resolve(peer);
    return peer;
  } catch (error) {
    ready.reject(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function memoryState(): PeerState {
  const kept = { store: createMemoryStore(), shown: memoryShownCursor() };
  return { ...kept, signer: createSigner(), directory: undefined, dispose: async () => {} };
}

async function directoryState(path: string, log: Log): Promise<PeerState> {
  const directory = await openStateDirectory(path);
  let shown: ShownCursor | undefined;
  try {
    const signer = createSigner(await loadOrCreateKey(directory.path));
    shown = openShownCursor(directory.path, log);
    const store = await openLmdbStore({ directory: directory.path, log });
    return { signer, store, shown, directory: directory.path, dispose: () => directory.close() };
  } catch (error) {
    shown?.close();
    await directory.close();
    throw error;
  }
}
