import type { Peer } from "../../peer/types.ts";
import type { ByteStream, Sockets } from "../../ports/sockets.ts";
import type { BridgeLimits } from "../limits.ts";
import { PrivateLine } from "./private-line.ts";
import { encodePrivate, encodeReply, type Reply } from "./reply.ts";

/** In what chat a user is: programs know one at a time. */
export type Chat =
  | { readonly kind: "none" }
  | { readonly kind: "private"; readonly peer: bigint }
  | { readonly kind: "group"; readonly group: bigint };

interface Parts {
  readonly name: string;
  /** Where its program takes private messages. */
  readonly port: number;
  readonly guest: Peer;
  /** Its connection with the registry. */
  readonly stream: ByteStream;
  readonly sockets: Sockets;
  readonly limits: BridgeLimits;
}

/** Client: a user that is registered, from then until the connection ends. */
export class Client {
  readonly name: string;
  /** The user as a peer of the mesh. */
  readonly guest: Peer;
  /** Where the program takes private messages, on this machine. */
  port: number;
  /** The group that the user chats in. */
  room: bigint | undefined;
  /** Somebody with whom the user is in a private chat that is no session: its program knows of none. */
  aside: bigint | undefined;
  /** Groups whose invitation the user was told of. */
  readonly invitations = new Set<bigint>();
  readonly #stream: ByteStream;
  readonly #line: PrivateLine;
  readonly #leaving = new AbortController();
  /** Connections of the program to peers of the mesh. */
  readonly #lines = new Set<ByteStream>();

  constructor({ name, port, guest, stream, sockets, limits }: Parts) {
    this.name = name;
    this.port = port;
    this.guest = guest;
    this.#stream = stream;
    this.#line = new PrivateLine(sockets, limits);
  }

  /** Where its connection comes from, host:port. */
  get address(): string {
    return this.#stream.remote;
  }

  /** Aborted when the user leaves. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  get chat(): Chat {
    const { current } = this.guest.sessions;
    if (current?.state === "open") return { kind: "private", peer: current.peer };
    if (this.aside !== undefined) return { kind: "private", peer: this.aside };
    return this.room === undefined ? { kind: "none" } : { kind: "group", group: this.room };
  }

  /** Tells the program something, by name of whose doing it is; its own user's unless said otherwise. */
  tell(reply: Reply, by: string = this.name): void {
    // A connection that is broken ends, and the user leaves.
    this.deliver(reply, by).catch(() => {});
  }

  /** The same; resolves once the machine has taken it. Rejects with E3Error "closed". */
  async deliver(reply: Reply, by: string): Promise<void> {
    await this.#stream.write(encodeReply(by, reply));
  }

  /** Gives the program what the other end of a private chat says. Rejects when it cannot be reached where it should be. */
  async deliverPrivate(from: string, text: string): Promise<void> {
    await this.#line.write(this.port, encodePrivate(from, text));
  }

  /** A connection of this program to a peer of the mesh, which ends with it. */
  keep(line: ByteStream): void {
    if (this.signal.aborted) line.destroy();
    else this.#lines.add(line);
  }

  /** One that has ended. */
  forget(line: ByteStream): void {
    this.#lines.delete(line);
  }

  /** Ends the connection, once what was written has left. */
  hangUp(): void {
    this.#stream.end();
  }

  /** The user leaves: all connections with the program end. */
  leave(): void {
    this.#leaving.abort();
    this.hangUp();
    this.#line.close();
    for (const line of this.#lines) line.destroy();
    this.#lines.clear();
  }
}
