import { E3Error } from "../core/error.ts";
import type { Notebook } from "../ports/notebook.ts";
import type { BridgeLimits } from "./limits.ts";

/** A socket behind which a program finds one peer of the mesh. */
export interface Window {
  /** host:port */
  readonly address: string;
  close(): Promise<void>;
}

interface Parts {
  readonly notebook: Notebook;
  /** Also addresses kept over restarts; by default 16 for each window that may be open at a time. */
  readonly limits: Pick<BridgeLimits, "windowsMax"> & { readonly notedMax?: number };
  /**
   * Opens the window of a peer at an address; port 0 asks for a free one.
   * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable".
   */
  readonly open: (address: string, id: bigint) => Promise<Window>;
}

/**
 * Windows: an address of its own for each peer of the mesh, where a wire knows its peers by their addresses.
 *
 * A peer has the same address again after a restart, if that is still free. When there are too many, the one that was not
 * asked for longest is closed.
 */
export class Windows {
  readonly #parts: Parts;
  /** By id; the one asked for last comes last. */
  readonly #open = new Map<bigint, Promise<Window>>();
  /** Whose address each is that is noted. */
  readonly #ids = new Map<string, bigint>();
  readonly #pinned = new Set<bigint>();
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    for (const [key, address] of parts.notebook.entries())
      if (key.startsWith(prefix)) this.#ids.set(address, BigInt(key.slice(prefix.length)));
  }

  /**
   * The address of a peer, opened when it is not.
   * @throws (as a rejection) E3Error "closed", or "address-unavailable" when no window can be opened.
   */
  async of(id: bigint): Promise<string> {
    if (this.#isClosed) throw new E3Error("closed", "the bridge is closed");
    const known = this.#open.get(id);
    const window = known ?? this.#start(id);
    this.#open.delete(id);
    this.#open.set(id, window);
    try {
      return (await window).address;
    } catch (error) {
      if (this.#open.get(id) === window) this.#open.delete(id);
      throw error;
    }
  }

  /** Opens the window of a peer at a certain address, and never closes it to make room. Rejects as of does, or with "port-in-use". */
  async pin(id: bigint, address: string): Promise<string> {
    await this.#note(id, address);
    this.#pinned.add(id);
    return this.of(id);
  }

  /** The peer whose window this address is, open or not. */
  idAt(address: string): bigint | undefined {
    return this.#ids.get(address);
  }

  /** Closes the window of a peer, and keeps its address for it no longer. */
  async forget(id: bigint): Promise<void> {
    const window = this.#open.get(id);
    this.#open.delete(id);
    this.#pinned.delete(id);
    await this.#unnote(id);
    if (window !== undefined) await (await window).close();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map(async (window) => (await window).close()));
  }

  async #start(id: bigint): Promise<Window> {
    await this.#makeRoom();
    const { notebook, open } = this.#parts;
    const before = notebook.get(keyOf(id));
    const window = before === undefined ? undefined : await this.#again(before, id);
    if (window !== undefined) return window;
    const fresh = await open("127.0.0.1:0", id);
    try {
      await this.#note(id, fresh.address);
    } catch (error) {
      await fresh.close();
      throw error;
    }
    return fresh;
  }

  /** Of more peers than have ever windows at a time, the addresses of the oldest ids are kept no longer. */
  async #note(id: bigint, address: string): Promise<void> {
    const { notebook, limits } = this.#parts;
    const noted = [...this.#ids.values()];
    const { windowsMax, notedMax = notedPerWindow * windowsMax } = limits;
    if (noted.length >= notedMax && notebook.get(keyOf(id)) === undefined) {
      const idle = noted.filter((known) => !this.#open.has(known) && known !== id);
      if (idle.length > 0) await this.#unnote(idle.reduce((oldest, known) => (known < oldest ? known : oldest)));
    }
    const before = notebook.get(keyOf(id));
    await notebook.set(keyOf(id), address);
    if (before !== undefined && this.#ids.get(before) === id) this.#ids.delete(before);
    this.#ids.set(address, id);
  }

  async #unnote(id: bigint): Promise<void> {
    const { notebook } = this.#parts;
    const address = notebook.get(keyOf(id));
    if (address !== undefined && this.#ids.get(address) === id) this.#ids.delete(address);
    await notebook.delete(keyOf(id));
  }

  async #again(address: string, id: bigint): Promise<Window | undefined> {
    try {
      return await this.#parts.open(address, id);
    } catch (error) {
      // Another program has taken it meanwhile: the peer moves.
      if (error instanceof E3Error && error.code === "port-in-use" && !this.#pinned.has(id)) return undefined;
      throw error;
    }
  }

  async #makeRoom(): Promise<void> {
    if (this.#open.size < this.#parts.limits.windowsMax) return;
    const oldest = [...this.#open].find(([id]) => !this.#pinned.has(id));
    if (oldest === undefined) return;
    const [id, window] = oldest;
    this.#open.delete(id);
    // One that could not be opened was told so to who asked for it.
    await window.then(
      (opened) => opened.close(),
      () => {},
    );
  }
}

/** Addresses kept over restarts, for each window that may be open at a time. */
const notedPerWindow = 16;

const prefix = "window ";

function keyOf(id: bigint): string {
  return prefix + id.toString();
}
