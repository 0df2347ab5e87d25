import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { silentLog } from "./adapters/memory/log.ts";
import { memoryNotebook } from "./adapters/memory/notebook.ts";
import { createClock } from "./adapters/node/clock.ts";
import { openNotebook } from "./adapters/node/notebook.ts";
import { createSockets } from "./adapters/node/sockets.ts";
import { stateHome } from "./adapters/node/state-home.ts";
import { Deadlines } from "./bridges/deadlines.ts";
import { guestName } from "./bridges/guest-name.ts";
import { Guests, type StartedGuest } from "./bridges/guests.ts";
import { defaultBridgeLimits } from "./bridges/limits.ts";
import { nearSockets } from "./bridges/near-sockets.ts";
import { openBridge, type BridgeRequest } from "./bridges/open.ts";
import type { Bridge, GuestOptions } from "./bridges/types.ts";
import { createMember } from "./compose-member.ts";
import { createPeer } from "./compose.ts";
import { parseAddress } from "./core/address.ts";
import { E3Error } from "./core/error.ts";
import type { PeerOptions } from "./peer/peer-options.ts";
import type { Peer } from "./peer/types.ts";
import type { Log } from "./ports/log.ts";

/** What bridges are opened beside. */
export interface BridgeSurroundings {
  /** The peer that guests are attached to. It stays the caller's to close, after the bridges. */
  readonly host: Peer;
  /** The host was started for bridges alone: nobody reads what is said to it. Default false. */
  readonly hidesHost?: boolean;
  /** What the host was started with: guests, and what bridges remember, are kept with its state. */
  readonly options: Pick<PeerOptions, "listen" | "state" | "store" | "insecure">;
  /** Registry, host:port, that users of bridges sign in at. Default: none. */
  readonly registry?: string;
  /** Where to log. Default: nowhere. */
  readonly log?: Log;
}

/** Bridges that run. */
export interface RunningBridges extends AsyncDisposable {
  readonly bridges: readonly Bridge[];
  /** Lets all guests leave, and stops listening. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens bridges beside a peer: programs that speak another wire become peers of the mesh, each with an id and a state of its
 * own. The one place where adapters meet bridges.
 *
 * @throws E3Error as openBridge, and "state-unreadable" where the directory cannot be used; nothing is left open then.
 */
export async function openBridges(
  requests: readonly BridgeRequest[],
  surroundings: BridgeSurroundings,
): Promise<RunningBridges> {
  const open: { readonly bridge: Bridge; close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((each) => each.close()));
  };
  try {
    for (const request of requests) open.push(await openOne(request, surroundings));
  } catch (error) {
    await close();
    throw error;
  }
  return { bridges: open.map(({ bridge }) => bridge), close, [Symbol.asyncDispose]: close };
}

/** Bridges with the peer that they were started with, which they close. */
export interface StartedBridges extends RunningBridges {
  readonly host: Peer;
}

/** What bridges of a process of their own are started with. */
export interface BridgesOptions extends Pick<PeerOptions, "peers" | "state" | "store" | "insecure" | "log"> {
  /** Where the peer that guests are attached to listens, host:port. Default a free port of 127.0.0.1. */
  readonly listen?: string;
  /** Registry, host:port, that users of bridges sign in at. Default: none. */
  readonly registry?: string;
}

/**
 * Starts a peer with bridges and nothing else: what `e3 bridge` runs. Its state is kept by the wires and addresses of the
 * bridges unless told otherwise.
 *
 * @throws E3Error as createPeer and openBridges; nothing is left open then.
 */
export async function createBridges(
  requests: readonly BridgeRequest[],
  { listen = "127.0.0.1:0", registry, ...given }: BridgesOptions,
): Promise<StartedBridges> {
  const wires = requests.map(({ wire, settings }) => `${wire} ${settings["listen"] ?? settings["api_address"] ?? ""}`);
  const home = join(stateHome(), "bridges", fileName(wires.toSorted().join(", ")));
  const options = {
    ...given,
    listen,
    ...(given.store === "memory" || given.state !== undefined ? {} : { state: home }),
  };
  const host = await createPeer(options);
  const { log } = given;
  try {
    const beside = {
      host,
      hidesHost: true,
      options,
      ...(registry === undefined ? {} : { registry }),
      ...(log === undefined ? {} : { log }),
    };
    const running = await openBridges(requests, beside);
    const close = async (): Promise<void> => {
      try {
        await running.close();
      } finally {
        await host.close();
      }
    };
    return { host, bridges: running.bridges, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function openOne(request: BridgeRequest, surroundings: BridgeSurroundings) {
  const { host, hidesHost = false, log = silentLog } = surroundings;
  const limits = defaultBridgeLimits;
  const { wire } = request;
  if (wire === "udp-chat" && surroundings.registry === undefined) throw noRegistry(wire);
  const directory = directoryOf(request, surroundings.options);
  const start = (options: GuestOptions): Promise<StartedGuest> =>
    startGuest(options, { ...surroundings, wire, directory });
  const notebook =
    directory === undefined
      ? memoryNotebook(limits.notesMax)
      : await openNotebook({ path: join(await made(directory), "notes.json"), entriesMax: limits.notesMax, log });
  const clock = createClock();
  const deadlines = new Deadlines(clock);
  const guests = new Guests({ start, notebook, nowMs: () => clock.nowMs(), log, limits });
  const end = async (): Promise<void> => {
    deadlines.close();
    await guests.closeAll();
  };
  try {
    const { insecure = false } = surroundings.options;
    const sockets = insecure ? createSockets() : nearSockets(createSockets());
    const bridge = await openBridge(request, {
      ...{ host, hidesHost, guests, notebook, sockets, deadlines, log, limits },
    });
    const close = async (): Promise<void> => {
      try {
        await bridge.close();
      } finally {
        await end();
      }
    };
    return { bridge, close };
  } catch (error) {
    await end();
    throw error;
  }
}

interface GuestHome extends BridgeSurroundings {
  readonly wire: string;
  readonly directory: string | undefined;
}

async function startGuest(
  options: GuestOptions,
  { host, wire, directory, registry, log }: GuestHome,
): Promise<StartedGuest> {
  const { key, name, at, desiredId, accepts, member, isBrief = false } = options;
  const called = member === undefined ? guestName(wire, name) : undefined;
  const peer: PeerOptions = {
    ...{ listen: "127.0.0.1:0", peers: [near(host.listen)], leaf: true, via: `${wire} ${at}`.slice(0, 200) },
    ...(directory === undefined || isBrief ? { store: "memory" } : { state: join(directory, "guests", fileName(key)) }),
    ...(called === undefined ? {} : { name: called }),
    ...(desiredId === undefined ? {} : { desiredId }),
    accepts: accepts ?? ((content) => typeof content === "string"),
    ...(log === undefined ? {} : { log }),
  };
  if (member === undefined) {
    const started = await createPeer(peer);
    return { peer: started, close: () => started.close() };
  }
  if (registry === undefined) throw noRegistry(wire);
  // A program proves with its password each time that it is the user's.
  return createMember({ ...peer, registry, ...member, keepSession: false });
}

/** Where a bridge keeps what is its own, with the state of its host; undefined when that is in memory. */
function directoryOf(
  { wire, settings }: BridgeRequest,
  { listen, state, store }: Pick<PeerOptions, "listen" | "state" | "store">,
) {
  if (store === "memory") return undefined;
  const home = state ?? join(stateHome(), parseAddress(listen, { listen: true }));
  // Two bridges of one wire differ in where they listen.
  return join(home, "bridges", fileName(`${wire} ${settings["listen"] ?? settings["api_address"] ?? ""}`));
}

function noRegistry(wire: string): E3Error {
  return new E3Error("bad-option", `users of ${wire} sign in at a registry; say which, with --registry HOST:PORT`);
}

/** How to dial an address that somebody listens on here: everywhere is also on this machine. */
function near(listen: string): string {
  return listen.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
}

async function made(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return directory;
  } catch (cause) {
    throw new E3Error("state-unreadable", `${directory} cannot be made`, { cause });
  }
}

/** A key as the name of a file: legible as far as it can be, of bounded length, and another one for each key. */
function fileName(key: string): string {
  const legible = key.replace(/[^A-Za-z0-9.]+/g, "-").replace(/^[.-]+/, "");
  return `${legible.slice(0, 32)}-${digest(key)}`;
}

function digest(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}
