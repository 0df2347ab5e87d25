import { E3Error } from "../../core/error.ts";
import type { Peer, SearchAnswer } from "../../peer/types.ts";
import type { Client } from "./client.ts";
import { isTypable } from "./client-name.ts";

/** Whom a typed word means. */
export type Whom =
  /** Somebody who is here. The client when it is one of this bridge. */
  | {
      readonly kind: "here";
      readonly id: bigint;
      readonly client: Client | undefined;
      readonly address: string | undefined;
      /** For which program it speaks, as PeerInfo says it; empty for none, and where the client is known. */
      readonly via: string;
    }
  | { readonly kind: "absent"; readonly id: bigint }
  /** Namesakes, by what each of them can be called instead. */
  | { readonly kind: "several"; readonly labels: readonly string[] }
  | { readonly kind: "nobody" };

/**
 * Roster: the users of this bridge, and what everybody is called by its programs.
 *
 * Users of the bridge have the names they registered with. All others of the mesh have their own, where those can be typed
 * and mean nobody else; else their ids.
 */
export class Roster {
  readonly #host: Pick<Peer, "search">;
  readonly #clients = new Map<string, Client>();
  /** Names that are about to be registered. */
  readonly #reserved = new Set<string>();

  constructor(host: Pick<Peer, "search">) {
    this.#host = host;
  }

  get clients(): Iterable<Client> {
    return this.#clients.values();
  }

  /** Keeps a name for somebody who registers. @returns whether it was free. */
  reserve(name: string): boolean {
    if (this.#clients.has(name) || this.#reserved.has(name)) return false;
    this.#reserved.add(name);
    return true;
  }

  /** The name is free again. */
  release(name: string): void {
    this.#reserved.delete(name);
  }

  /** Puts a user on the roster, under a name that was reserved. */
  add(client: Client): void {
    this.#reserved.delete(client.name);
    this.#clients.set(client.name, client);
  }

  remove(client: Client): void {
    if (this.#clients.get(client.name) === client) this.#clients.delete(client.name);
  }

  named(name: string): Client | undefined {
    return this.#clients.get(name);
  }

  /** The user that has this id. */
  holding(id: bigint): Client | undefined {
    for (const client of this.#clients.values()) if (client.guest.id === id) return client;
    return undefined;
  }

  find(word: string): Whom {
    const client = this.named(word);
    if (client !== undefined) return { kind: "here", id: client.guest.id, client, address: client.address, via: "" };
    const answer = this.#search(word);
    switch (answer.kind) {
      case "unknown":
        return { kind: "nobody" };
      case "several":
        return { kind: "several", labels: answer.peers.map(({ id }) => this.label(id)) };
      case "absent":
        return { kind: "absent", id: answer.peer.id };
      case "online":
      case "self": {
        const { id, addresses, via } = answer.peer;
        const holder = this.holding(id);
        return {
          kind: "here",
          id,
          client: holder,
          address: holder?.address ?? addresses[0],
          via: holder === undefined ? via : "",
        };
      }
    }
  }

  /** What programs call a peer. */
  label(id: bigint): string {
    const client = this.holding(id);
    if (client !== undefined) return client.name;
    const answer = this.#search(`${id}`);
    const name = "peer" in answer ? answer.peer.name : "";
    if (!isTypable(name) || this.named(name) !== undefined) return `${id}`;
    const back = this.#search(name);
    return "peer" in back && back.peer.id === id ? name : `${id}`;
  }

  #search(word: string): SearchAnswer {
    try {
      return this.#host.search(word);
    } catch (error) {
      // A number that is no id is nobody's.
      if (error instanceof E3Error && error.code === "bad-id") return { kind: "unknown", near: [] };
      throw error;
    }
  }
}
