import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { setup } from "./build.ts";
import { TestPeer } from "./peer.ts";
import { freeAddress } from "./port.ts";
import { Proxy } from "./proxy.ts";

/** One peer of a mesh, as a test asks for it. */
export interface PeerPlan {
  /** Default: a free port on loopback. */
  readonly listen?: string;
  readonly id?: string;
  /** Peers, proxies or addresses it dials. */
  readonly dials?: readonly Dialled[];
  /** All words of the command line before the harness's own options, instead of those made from the above. */
  readonly words?: readonly string[];
  /** Further options. */
  readonly options?: readonly string[];
  readonly plain?: boolean;
  /** Where it keeps its state. Default: a directory of its own in the test's; "default" gives no --state at all. */
  readonly store?: "own" | "default" | "memory";
  readonly program?: readonly string[];
}

export type Dialled = string | { readonly address: string } | { readonly listen: string };

/** Peers by name, each with the names of those that it dials. */
export type Links<Name extends string> = Readonly<Record<Name, readonly NoInfer<Name>[]>>;

/** The peers, wires and directories of one test. */
export class Mesh {
  /** Directory that is removed when the test ends. */
  readonly root: string;
  readonly #peers: TestPeer[] = [];
  readonly #proxies: Proxy[] = [];

  private constructor(root: string) {
    this.root = root;
  }

  static async open(): Promise<Mesh> {
    return new Mesh(await mkdtemp(join(tmpdir(), "e3-e2e-")));
  }

  /** A peer that is not started yet, but has its address. */
  async peer(name: string, plan: PeerPlan = {}): Promise<TestPeer> {
    const { id, dials = [], words, options = [], plain, store = "own", program } = plan;
    const listen = plan.listen ?? (await freeAddress());
    const peer = new TestPeer({
      name,
      listen,
      desiredId: id,
      dials: dials.map(addressOf),
      words,
      options: [...storeOptions(store, this.stateOf(name)), ...options],
      plain,
      env: { XDG_STATE_HOME: join(this.root, "xdg") },
      program,
    });
    this.#peers.push(peer);
    return peer;
  }

  /** A peer that is started and ready. */
  async start(name: string, plan: PeerPlan = {}): Promise<TestPeer> {
    const peer = await this.peer(name, plan);
    return peer.start();
  }

  /**
   * Starts a whole graph at once and waits until every peer is ready and sees all others:
   * `link({ a: ["b"], b: ["c"], c: [] })` is a line that is dialled from the left.
   */
  async link<Name extends string>(links: Links<Name>, plan: PeerPlan = {}): Promise<Record<Name, TestPeer>> {
    const names = Object.keys(links) as Name[];
    const addresses = new Map<Name, string>();
    for (const name of names) addresses.set(name, await freeAddress());
    const addressFor = (name: Name): string => addresses.get(name) ?? "";
    const peers = await Promise.all(
      names.map(async (name) => {
        const peer = this.start(name, { ...plan, listen: addressFor(name), dials: links[name].map(addressFor) });
        return [name, await peer] as const;
      }),
    );
    await this.converged(peers.map(([, peer]) => peer));
    return Object.fromEntries(peers) as Record<Name, TestPeer>;
  }

  /** Waits until each of these peers has seen each other one come up since its own last start. */
  async converged(peers: readonly TestPeer[] = this.#peers): Promise<void> {
    for (const peer of peers)
      for (const other of peers)
        if (other !== peer)
          await peer.until({ event: "peer", id: other.id, state: "up" }, { since: peer.starts.at(-1) ?? 0 });
  }

  /** A wire to a peer that can be cut. */
  async proxy(to: TestPeer): Promise<Proxy> {
    const proxy = await Proxy.to(to.listen);
    this.#proxies.push(proxy);
    return proxy;
  }

  /** The state directory that a peer of this name gets. */
  stateOf(name: string): string {
    return join(this.root, name);
  }

  /** Ends everything, by pid, and removes the directories. Then complains about lines that --json does not allow. */
  async close(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.kill9()));
    await Promise.all(this.#proxies.map((proxy) => proxy.cut()));
    // What a terminal ran may be ending still.
    await rm(this.root, { recursive: true, force: true, maxRetries: 20 });
    expect(this.#peers.flatMap((peer) => peer.violations)).toEqual([]);
  }
}

/**
 * A mesh for the tests of this file: call it once at the top, and ask it for the mesh inside a test or hook. Every test
 * gets its own, or all share one.
 */
export function useMesh(lifetime: "each test" | "all tests" = "each test"): () => Promise<Mesh> {
  let mesh: Mesh | undefined;
  const close = async (): Promise<void> => {
    const closing = mesh;
    mesh = undefined;
    await closing?.close();
  };
  beforeAll(setup, 180_000);
  if (lifetime === "each test") afterEach(close, 30_000);
  else afterAll(close, 30_000);
  return async () => (mesh ??= await Mesh.open());
}

function addressOf(dialled: Dialled): string {
  if (typeof dialled === "string") return dialled;
  return "address" in dialled ? dialled.address : dialled.listen;
}

function storeOptions(store: "own" | "default" | "memory", directory: string): readonly string[] {
  if (store === "default") return [];
  return store === "memory" ? ["--store", "memory"] : ["--state", directory];
}
