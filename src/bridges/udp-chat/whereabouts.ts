import type { Notebook } from "../../ports/notebook.ts";

/** Users of which it is noted; the one that signed in longest ago is forgotten. */
const usersMax = 1_000;

const prefix = "at ";

/**
 * Whereabouts: where each user signed in last, over restarts. Nodes that know it look for it there; and a program there may
 * think that it still is signed in, for nothing tells it when it is not.
 */
export class Whereabouts {
  readonly #notebook: Notebook;
  /** By the user's id on this wire; the one that signed in last comes last. */
  readonly #addresses = new Map<string, string>();

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    for (const [key, address] of notebook.entries())
      if (key.startsWith(prefix)) this.#addresses.set(key.slice(prefix.length), address);
  }

  /** A user has signed in. A note that cannot be kept is no reason not to let it in. */
  note(id: string, address: string): void {
    if (this.#addresses.get(id) === address) return;
    this.#addresses.delete(id);
    const other = this.idAt(address);
    if (other !== undefined) this.#forget(other);
    const [oldest] = this.#addresses.keys();
    if (this.#addresses.size >= usersMax && oldest !== undefined) this.#forget(oldest);
    this.#addresses.set(id, address);
    this.#notebook.set(prefix + id, address).catch(() => {});
  }

  of(id: string): string | undefined {
    return this.#addresses.get(id);
  }

  /** The user that signed in there last. */
  idAt(address: string): string | undefined {
    for (const [id, at] of this.#addresses) if (at === address) return id;
    return undefined;
  }

  #forget(id: string): void {
    this.#addresses.delete(id);
    this.#notebook.delete(prefix + id).catch(() => {});
  }
}
