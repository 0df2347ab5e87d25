import { join } from "node:path";
import { silentLog } from "./adapters/memory/log.ts";
import { memoryNotebook } from "./adapters/memory/notebook.ts";
import { openBridgeDirectory } from "./adapters/node/bridge-directory.ts";
import { createClock } from "./adapters/node/clock.ts";
import { fileName } from "./adapters/node/file-name.ts";
import { withFreshDirectory } from "./adapters/node/fresh-directory.ts";
import { openNotebook } from "./adapters/node/notebook.ts";
import { createSockets } from "./adapters/node/sockets.ts";
import { stateHome } from "./adapters/node/state-home.ts";
import { Chronicle } from "./bridges/chronicle.ts";
import { Deadlines } from "./bridges/deadlines.ts";
import { guestName } from "./bridges/guest-name.ts";
import { Guests, type StartedGuest } from "./bridges/guests.ts";
import { defaultBridgeLimits } from "./bridges/limits.ts";
import { nearSockets } from "./bridges/near-sockets.ts";
import { checkRequests, openBridge, type BridgeRequest } from "./bridges/open.ts";
import type { Bridge, GuestOptions } from "./bridges/types.ts";
import { createMember, type MemberOptions } from "./compose-member.ts";
import { createPeer } from "./compose.ts";
import { parseAddress } from "./core/address.ts";
import { E3Error } from "./core/error.ts";
import { checkKinds, kinds, optional, type Kinds } from "./core/kinds.ts";
import type { PeerOptions } from "./peer/peer-options.ts";
import type { Peer } from "./peer/types.ts";
import type { Log } from "./ports/log.ts";
import type { Notebook } from "./ports/notebook.ts";

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
  /**
   * Lets all guests leave, and stops listening. Idempotent.
   * @throws (as a rejection) what the first of those throws that cannot be closed in good order; all are closed then, too.
   */
  close(): Promise<void>;
}

/**
 * Opens bridges beside a peer: programs that speak another wire become peers of the mesh, each with an id and a state of its
 * own. The one place where adapters meet bridges.
 *
 * @throws E3Error as openBridge; "state-unreadable" where the directory of a bridge cannot be used, and "state-in-use" where
 * another bridge uses it; nothing is left open then.
 */
export async function openBridges(
  requests: readonly BridgeRequest[],
  surroundings: BridgeSurroundings,
): Promise<RunningBridges> {
  checkRequests(requests);
  checkKinds(surroundings, surroundingsKinds, "openBridges");
  const open: OpenBridge[] = [];
  const close = (): Promise<void> => closeAll(open, surroundings.log ?? silentLog);
  try {
    for (const [at, request] of requests.entries()) {
      const alike = requests.slice(0, at).filter((other) => nameOf(other) === nameOf(request)).length;
      open.push(await openOne(request, surroundings, alike));
    }
  } catch (error) {
    // Why it could not be opened matters more than what went wrong afterwards, which is logged.
    await close().catch(() => {});
    throw error;
  }
  return { bridges: open.map(({ bridge }) => bridge), close, [Symbol.asyncDispose]: close };
}

const surroundingsKinds: Kinds = {
  host: { ...kinds.object, right: "a peer" },
  hidesHost: optional(kinds.truth),
  options: kinds.object,
  registry: optional(kinds.address),
};

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
  bridgesOptions: BridgesOptions = {},
): Promise<StartedBridges> {
  checkRequests(requests);
  checkKinds(bridgesOptions, { listen: optional(kinds.address), registry: optional(kinds.address) });
  const { listen = "127.0.0.1:0", registry, ...given } = bridgesOptions;
  const wires = requests.map((request) => nameOf(request));
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

interface OpenBridge {
  readonly bridge: Bridge;
  close(): Promise<void>;
}

async function closeAll(open: readonly OpenBridge[], log: Log): Promise<void> {
  const closed = await Promise.allSettled(
    open.map(async (each) => {
      try {
        await each.close();
      } catch (error) {
        const { wire, listen } = each.bridge;
        log.error("a bridge could not be closed in good order", { wire, at: listen, error });
        throw error;
      }
    }),
  );
  const failed = closed.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** @param alike how many bridges were opened before it that only the ports they got tell from this one. */
async function openOne(request: BridgeRequest, surroundings: BridgeSurroundings, alike: number) {
  const { log = silentLog, options } = surroundings;
  const { wire } = request;
  if (wire === "udp-chat" && surroundings.registry === undefined) throw noRegistry(wire);
  const path = directoryOf(request, options, alike);
  const directory = path === undefined ? undefined : await openBridgeDirectory(path);
  let notebook: Notebook | undefined;
  // Another bridge may have the directory only when nothing is written there any more.
  const release = async (): Promise<void> => {
    await notebook?.close();
    await directory?.close();
  };
  try {
    const { notesMax: entriesMax } = defaultBridgeLimits;
    notebook =
      directory === undefined
        ? memoryNotebook(entriesMax)
        : await openNotebook({ path: join(directory.path, "notes.json"), entriesMax, log });
    const { bridge, close } = await openWith(notebook, request, { ...surroundings, wire, directory: directory?.path });
    return { bridge, close: () => inTurn(close, release) };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openWith(notebook: Notebook, request: BridgeRequest, home: GuestHome) {
  const { host, hidesHost = false, log = silentLog } = home;
  const limits = defaultBridgeLimits;
  const clock = createClock();
  const deadlines = new Deadlines(clock);
  const start = (options: GuestOptions): Promise<StartedGuest> =>
    withFreshDirectory(stateOf(options, home), () => startGuest(options, home));
  const chronicle = new Chronicle({ host, hidesHost, nowMs: () => clock.nowMs() });
  const guests = new Guests({ start, notebook, chronicle, log, limits });
  const end = async (): Promise<void> => {
    deadlines.close();
    chronicle.close();
    await guests.closeAll();
  };
  try {
    const { insecure = false } = home.options;
    const sockets = insecure ? createSockets() : nearSockets(createSockets());
    const bridge = await openBridge(request, {
      ...{ host, hidesHost, guests, notebook, sockets, deadlines, log, limits },
    });
    return { bridge, close: () => inTurn(() => bridge.close(), end) };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Does both, the second whatever comes of the first. Rejects as they do. */
async function inTurn(first: () => Promise<void>, second: () => Promise<void>): Promise<void> {
  try {
    await first();
  } finally {
    await second();
  }
}

interface GuestHome extends BridgeSurroundings {
  readonly wire: string;
  readonly directory: string | undefined;
}

/** Where a guest keeps its state; undefined when that is in memory. */
function stateOf({ key, isBrief = false }: GuestOptions, { directory }: GuestHome): string | undefined {
  return directory === undefined || isBrief ? undefined : join(directory, "guests", fileName(key));
}

async function startGuest(options: GuestOptions, home: GuestHome): Promise<StartedGuest> {
  const { host, wire, registry, log } = home;
  const { name, at, desiredId, accepts, member } = options;
  const state = stateOf(options, home);
  const called = member === undefined ? guestName(wire, name) : undefined;
  const peer: PeerOptions = {
    ...{ listen: "127.0.0.1:0", peers: [near(host.listen)], leaf: true, via: `${wire} ${at}`.slice(0, 200) },
    ...(state === undefined ? { store: "memory" } : { state }),
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
  const { user, password, signUp } = member;
  const unknown = (): Promise<never> => Promise.reject(new E3Error("signed-out", `${user} is not signed in any more`));
  // Who has a password proves with it each time that it is the user's.
  const keepSession = password === undefined ? true : "for-next";
  let tellOver: (why: string) => void = () => {};
  const over = new Promise<string>((resolve) => (tellOver = resolve));
  const onNews: MemberOptions["onNews"] = (news) => (news.kind === "ended" ? tellOver(news.reason) : undefined);
  const entry = { registry, user, password: password ?? unknown, signUp, keepSession, onNews } as const;
  const started = await createMember({ ...peer, ...entry });
  const close: StartedGuest["close"] = (how) => (how?.staysSignedIn === true ? started.pause() : started.close());
  return { peer: started.peer, over, close };
}

/** Where a bridge keeps what is its own, with the state of its host; undefined when that is in memory. */
function directoryOf(request: BridgeRequest, options: BridgeSurroundings["options"], alike: number) {
  const { listen, state, store } = options;
  if (store === "memory") return undefined;
  const home = state ?? join(stateHome(), parseAddress(listen, { listen: true }));
  const name = alike === 0 ? nameOf(request) : `${nameOf(request)} ${alike + 1}`;
  return join(home, "bridges", fileName(name));
}

/** Two bridges of one wire differ in where they listen, unless any port is right for both. */
function nameOf({ wire, settings }: BridgeRequest): string {
  return `${wire} ${settings["listen"] ?? settings["api_address"] ?? ""}`;
}

function noRegistry(wire: string): E3Error {
  return new E3Error("bad-option", `users of ${wire} sign in at a registry; say which, with --registry HOST:PORT`);
}

/** How to dial an address that somebody listens on here: everywhere is also on this machine. */
function near(listen: string): string {
  return listen.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
}
