import type { Log } from "../ports/log.ts";
import type { SessionStore, StoredNeighbour, StoredSession } from "../ports/session-store.ts";
import { claimOf } from "./credential-claim.ts";
import { OneByOne } from "./one-by-one.ts";

/**
 * KeptSession: the session as it stands, and its copy in the store, which follows. A store that fails is logged and is no
 * reason to stop: what is lost with it is that the next start needs no password.
 */
export class KeptSession {
  readonly #store: SessionStore;
  readonly #log: Log;
  readonly #saves = new OneByOne();
  #now: StoredSession;

  constructor(session: StoredSession, store: SessionStore, log: Log) {
    this.#now = session;
    this.#store = store;
    this.#log = log;
  }

  get now(): StoredSession {
    return this.#now;
  }

  /**
   * Another session of the user, which is stored already. Neighbours stay.
   * @returns the claim on the user's id that goes with it, above that of the session before; undefined where the id is another.
   */
  replace(session: StoredSession): number | undefined {
    const { id, neighbours } = this.#now;
    this.#now = { ...session, neighbours };
    return session.id === id ? claimOf(session.credential) : undefined;
  }

  /** The registry states the user anew. */
  renew(credential: Uint8Array): void {
    this.#keep({ ...this.#now, credential });
  }

  /** The session has ended: its token is of no use any more. */
  end(): void {
    this.#keep({ ...this.#now, token: "" });
  }

  /** Neighbours, by whom a later start finds the mesh, with or without the registry. Without any the last ones stand. */
  remember(linked: readonly StoredNeighbour[]): void {
    const neighbours = linked.slice(0, neighboursMax);
    if (neighbours.length > 0 && textOf(neighbours) !== textOf(this.#now.neighbours))
      this.#keep({ ...this.#now, neighbours });
  }

  /** Resolves when all that changed is stored, or failed to be. */
  idle(): Promise<void> {
    return this.#saves.idle();
  }

  #keep(session: StoredSession): void {
    this.#now = session;
    const failed = (error: unknown): void => {
      this.#log.error("the session with the registry could not be kept", { reason: String(error) });
    };
    void this.#saves.run(() => this.#store.save(session).catch(failed));
  }
}

function textOf(neighbours: readonly StoredNeighbour[]): string {
  return neighbours.map(({ id, address }) => `${id} ${address}`).join("\n");
}

/** Neighbours kept. */
const neighboursMax = 8;
