import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import { attend, dismiss, keyOf } from "./attendance.ts";
import { Client } from "./client.ts";
import { clientNameFault } from "./client-name.ts";
import { parseCommand, type Command } from "./command.ts";
import { perform } from "./desk.ts";
import { FrameParser } from "./frame-parser.ts";
import type { Office } from "./office.ts";
import { encodeReply } from "./reply.ts";
import { textFault } from "./text-fault.ts";

type Registration = Extract<Command, { readonly kind: "register" }>;

/**
 * Connection: one program's connection with the registry.
 *
 *     new ── REGISTER ──► registered ── LOGOUT, the end, silence for presenceMs ──► over
 *      └── anything else, a name that cannot be had, greetingMs ──► over
 *
 * One command after the other: a program that says more than can be done is not read until it is.
 */
export class Connection {
  readonly #stream: ByteStream;
  readonly #office: Office;
  readonly #presenceMs: number;
  #client: Client | undefined;

  constructor(stream: ByteStream, office: Office, presenceMs: number) {
    this.#stream = stream;
    this.#office = office;
    this.#presenceMs = presenceMs;
  }

  /** The user whose program this is, once it is registered. */
  get client(): Client | undefined {
    return this.#client;
  }

  /** The program says that it is still there. */
  stir(): void {
    this.#office.world.deadlines.set(this, this.#presenceMs, () => this.drop());
  }

  /** Ends it, whatever is being done. */
  drop(): void {
    this.#client?.leave();
    this.#stream.destroy();
  }

  /** Listens to the program until it is over. Never rejects. */
  async run(): Promise<void> {
    const { deadlines, limits, log } = this.#office.world;
    deadlines.set(this, limits.greetingMs, () => this.drop());
    try {
      await this.#listen();
      this.#stream.end();
    } catch (error) {
      log.warn("a connection broke", { from: this.#stream.remote, error });
      this.#stream.destroy();
    } finally {
      deadlines.clear(this);
      if (this.#client !== undefined) await dismiss(this.#client, this.#office);
    }
  }

  async #listen(): Promise<void> {
    const parser = new FrameParser();
    for await (const chunk of this.#stream.chunks()) {
      const { items, fault } = parser.push(chunk);
      for (const payload of items) if (!(await this.#take(payload))) return;
      if (fault !== undefined) return this.#tell(`what your program says cannot be read, ${fault.reason}`);
    }
  }

  /** @returns whether there is more to listen to. */
  async #take(payload: string): Promise<boolean> {
    const command = parseCommand(payload);
    const client = this.#client;
    if (client === undefined) return this.#register(command);
    this.stir();
    if (!("code" in command)) return perform(command, client, this.#office);
    await this.#tell(`that is not understood, ${command.reason}`);
    return true;
  }

  async #register(command: ReturnType<typeof parseCommand>): Promise<boolean> {
    if ("code" in command || command.kind !== "register") {
      await this.#tell("a program says first who it is, with &&REGISTER&&");
      return false;
    }
    const { name } = command;
    const fault = clientNameFault(name);
    if (fault !== undefined) {
      await this.#tell(`the name ${quoteText(name)} ${fault}`);
      return false;
    }
    if (!this.#office.roster.reserve(name)) {
      await this.#tell(`somebody is called ${name} already, take another name`);
      return false;
    }
    return this.#open(command);
  }

  async #open({ name, port }: Registration): Promise<boolean> {
    const { world, roster } = this.#office;
    const { guests, sockets, limits } = world;
    const at = `127.0.0.1:${port}`;
    try {
      const guest = await guests.open({
        ...{ key: keyOf(name), name, at },
        accepts: (content) => typeof content === "string" && textFault(content) === undefined,
      });
      this.#client = new Client({ name, port, guest, stream: this.#stream, sockets, limits });
      roster.add(this.#client);
      this.stir();
      attend(this.#client, this.#office);
      return true;
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
      await this.#tell(`you cannot be registered, ${error.message}`);
      return false;
    } finally {
      roster.release(name);
    }
  }

  /** Tells whoever is at the other end something; who has gone is told nothing. */
  async #tell(text: string): Promise<void> {
    const by = this.#client?.name ?? "server";
    await this.#stream.write(encodeReply(by, { kind: "text", text })).catch(() => {});
  }
}
