import type { Notebook } from "../../ports/notebook.ts";
import { noteLimits } from "../limits.ts";

/**
 * Users of which it is noted, as many as may be here at a time. For one more, who left longest ago is forgotten; where nobody
 * left, who signed in longest ago and is not here. Were all here, the newest would not be noted.
 */
const usersMax = noteLimits.users;

const prefix = "at ";

interface Place {
  readonly address: string;
  /** Its name while it is signed in there; undefined afterwards. */
  readonly user: string | undefined;
}

/**
 * Whereabouts: where each user signed in last, and whether it still is, over restarts. Nodes that know it look for it there;
 * and a program there takes itself to be signed in, for nothing tells it when it is not.
 */
export class Whereabouts {
  readonly #notebook: Notebook;
  readonly #isHere: (id: string) => boolean;
  /** By the user's id on this wire; the one that signed in last comes last. */
  readonly #places = new Map<string, Place>();

  /** @param isHere whether the program of a user with this id is a node now. */
  constructor(notebook: Notebook, isHere: (id: string) => boolean = () => false) {
    this.#notebook = notebook;
    this.#isHere = isHere;
    for (const [key, value] of notebook.entries())
      if (key.startsWith(prefix)) this.#places.set(key.slice(prefix.length), read(value));
  }

  /** A user has signed in. A note that cannot be kept is no reason not to let it in. */
  note(id: string, address: string, user: string): void {
    const before = this.#places.get(id);
    if (before?.address === address && before.user === user) return;
    this.#places.delete(id);
    const other = this.idAt(address);
    if (other !== undefined) this.#forget(other);
    if (this.#places.size >= usersMax && !this.#makeRoom()) return;
    this.#keep(id, { address, user });
  }

  /** The user is not signed in any more. */
  leave(id: string): void {
    const place = this.#places.get(id);
    if (place?.user !== undefined) this.#keep(id, { address: place.address, user: undefined });
  }

  of(id: string): string | undefined {
    return this.#places.get(id)?.address;
  }

  /** The user that signed in there last. */
  idAt(address: string): string | undefined {
    for (const [id, place] of this.#places) if (place.address === address) return id;
    return undefined;
  }

  /** The name of the user that is signed in there. */
  userAt(address: string): string | undefined {
    const id = this.idAt(address);
    return id === undefined ? undefined : this.#places.get(id)?.user;
  }

  /** The ids of all that are signed in. */
  signedIn(): readonly string[] {
    return [...this.#places].filter(([, { user }]) => user !== undefined).map(([id]) => id);
  }

  /** @returns whether there is room now. */
  #makeRoom(): boolean {
    const ids = [...this.#places.keys()];
    const next = ids.find((id) => this.#places.get(id)?.user === undefined) ?? ids.find((id) => !this.#isHere(id));
    if (next !== undefined) this.#forget(next);
    return next !== undefined;
  }

  #keep(id: string, place: Place): void {
    this.#places.set(id, place);
    this.#notebook.set(prefix + id, write(place)).catch(() => {});
  }

  #forget(id: string): void {
    this.#places.delete(id);
    this.#notebook.delete(prefix + id).catch(() => {});
  }
}

/** `ADDRESS`, or `ADDRESS USER` while the user is signed in. */
function write({ address, user }: Place): string {
  return user === undefined ? address : `${address} ${user}`;
}

function read(value: string): Place {
  const space = value.indexOf(" ");
  return space < 0
    ? { address: value, user: undefined }
    : { address: value.slice(0, space), user: value.slice(space + 1) };
}
