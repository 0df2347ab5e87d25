import { E3Error } from "../core/error.ts";
import type { Notebook } from "../ports/notebook.ts";
import { noteLimits, type BridgeLimits } from "./limits.ts";

/** A socket behind which a program finds one peer of the mesh. */
export interface Window {
  /** host:port */
  readonly address: string;
  close(): Promise<void>;
}

interface Parts {
  readonly notebook: Notebook;
  /** Also addresses kept over restarts; by default so many for each window that may be open at a time as noteLimits has it. */
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
 * asked for longest is closed. An address that was a peer's is given to no other one as long as that is remembered: programs
 * forget nobody, and what they send there is for that peer.
 */
export class Windows {
  readonly #parts: Parts;
  /** By id; the one asked for last comes last. */
  readonly #open = new Map<bigint, Promise<Window>>();
  /** Whose address each is that is noted. */
  readonly #ids = new Map<string, bigint>();
  /** Addresses that were given up in this life; the one given up last comes last. */
  readonly #former = new Set<string>();
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
    const { notebook } = this.#parts;
    const before = notebook.get(keyOf(id));
    const window = before === undefined ? undefined : await this.#again(before, id);
    if (window !== undefined) return window;
    const fresh = await this.#fresh(id);
    try {
      await this.#note(id, fresh.address);
    } catch (error) {
      await fresh.close();
      throw error;
    }
    return fresh;
  }

  /** At an address that was nobody else's, if one is found within some tries. */
  async #fresh(id: bigint): Promise<Window> {
    // Kept open meanwhile, lest the same one be given again.
    const others: Window[] = [];
    try {
      for (;;) {
        const window = await this.#parts.open("127.0.0.1:0", id);
        const { address } = window;
        const isOthers = this.#former.has(address) || (this.#ids.get(address) ?? id) !== id;
        if (!isOthers || others.length >= othersMax) return window;
        others.push(window);
      }
    } finally {
      await Promise.allSettled(others.map((window) => window.close()));
    }
  }

  /** Of more peers than have ever windows at a time, the addresses of the oldest ids are kept no longer. */
  async #note(id: bigint, address: string): Promise<void> {
    const { notebook } = this.#parts;
    const noted = [...this.#ids.values()];
    if (noted.length >= this.#notedMax && notebook.get(keyOf(id)) === undefined) {
      const idle = noted.filter((known) => !this.#open.has(known) && known !== id);
      if (idle.length > 0) await this.#unnote(idle.reduce((oldest, known) => (known < oldest ? known : oldest)));
    }
    const before = notebook.get(keyOf(id));
    await notebook.set(keyOf(id), address);
    if (before !== undefined && before !== address) this.#giveUp(before, id);
    this.#former.delete(address);
    this.#ids.set(address, id);
  }

  async #unnote(id: bigint): Promise<void> {
    const { notebook } = this.#parts;
    const address = notebook.get(keyOf(id));
    if (address !== undefined) this.#giveUp(address, id);
    await notebook.delete(keyOf(id));
  }

  #giveUp(address: string, id: bigint): void {
    if (this.#ids.get(address) === id) this.#ids.delete(address);
    this.#former.add(address);
    const [oldest] = this.#former;
    if (this.#former.size > this.#notedMax && oldest !== undefined) this.#former.delete(oldest);
  }

  get #notedMax(): number {
    const { windowsMax, notedMax = noteLimits.perWindow * windowsMax } = this.#parts.limits;
    return notedMax;
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

/** Addresses of others that are passed over before one is taken all the same. */
const othersMax = 8;

const prefix = "window ";

function keyOf(id: bigint): string {
  return prefix + id.toString();
}
