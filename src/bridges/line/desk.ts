import { E3Error } from "../../core/error.ts";
import type { Peer, Sent } from "../../peer/types.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import { guestName } from "../guest-name.ts";
import { sendInTime } from "../send-in-time.ts";
import { Turns } from "../turns.ts";
import type { BridgeWorld } from "../types.ts";
import type { Windows } from "../windows.ts";
import { leadsTo } from "./leads-to.ts";
import { LineParser } from "./line-parser.ts";
import { MailRound, retryMaxMs, writeLine } from "./mail-round.ts";
import { RawLines } from "./raw-lines.ts";
import type { Author, Line } from "./read-line.ts";
import type { Table } from "./table.ts";
import { listedAt, namedBy, namingTeam, Twins } from "./twin.ts";
import { encodeLine, isCarried, teamOf } from "./write-line.ts";

/** What the desk is made of. */
export interface DeskParts {
  readonly world: BridgeWorld;
  readonly table: Table;
  readonly windows: Windows;
  /** What the bridge calls itself. */
  readonly team: string;
  /** Where it listens. */
  readonly address: () => string;
  /** Addresses of the programs on its list. */
  readonly listed: readonly string[];
}

/**
 * Desk: hears what programs say, at the bridge's own address or at the window of a peer, and has each said in the mesh by its
 * guest.
 *
 *     stranger ── says anything in the wire's form ──► in the table, its guest here ── exit, at the bridge ──► stranger
 *
 * Invariants
 * 1. Lines of one connection, and lines of one program, are taken one after the other, each accepted by the mesh before the
 *    next: what was said before an exit is said.
 * 2. A round brings the mail of the peer that its program's guest is now.
 * 3. No program is at an address of this bridge: what it wrote there would come back as something said, and so on for ever.
 * 4. A round that ends by itself, as its guest may, begins again while the program is in the table.
 * 5. The guest of a program without a connection rests, and none else does; it leaves the house once its round is over, so that
 *    nothing is written and not noted.
 */
export class Desk {
  readonly #parts: DeskParts;
  readonly #raw: RawLines;
  readonly #rounds = new Map<string, { readonly peer: Peer; readonly round: MailRound }>();
  readonly #open = new Set<Promise<void>>();
  readonly #turns = new Turns();
  readonly #twins: Twins;
  /** Connections of each program; a connection is of the program that spoke on it last. */
  readonly #connected = new Map<string, number>();
  readonly #over = new AbortController();

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#raw = new RawLines(parts.world);
    this.#twins = new Twins({ world: parts.world, ours: parts.address, listed: parts.listed });
  }

  /** A program has connected. @param to the peer whose window it was; undefined at the bridge's own address. */
  serve(stream: ByteStream, to: bigint | undefined): void {
    const served = this.#serve(stream, to).finally(() => this.#open.delete(served));
    this.#open.add(served);
  }

  /**
   * Has a program's guest here, and its mail brought to it. Rejects as opening a guest does, with "closed" once the desk is,
   * and with "bad-address" for an address of this bridge.
   */
  async admit(author: Author): Promise<void> {
    const { address } = author;
    await this.#turns.take(address, () => this.#admit(author));
    if (!this.#connected.has(address)) this.#rest(address);
  }

  /** Stops bringing mail, once the connections are closed. */
  async close(): Promise<void> {
    this.#over.abort(new E3Error("closed", "the bridge is closed"));
    await Promise.all(this.#open);
    await Promise.all([...this.#rounds.values()].map(({ round }) => round.end()));
    this.#rounds.clear();
  }

  async #admit(author: Author): Promise<Peer> {
    const { world, table } = this.#parts;
    const { address, team } = author;
    if (this.#isOurs(address)) {
      await this.#remove(address);
      throw new E3Error("bad-address", `${address} is an address of this bridge; state your own`); // invariant 3
    }
    this.#over.signal.throwIfAborted();
    const at = this.#parts.listed.includes(address) ? listedAt(address, this.#parts.address()) : address;
    const peer = await world.guests.open({ key: address, name: team, at, accepts: isCarried });
    // One that is open has the name it was opened with: a program on the list tells its team later, and any may take another.
    const name = guestName("line", team) ?? "";
    if (peer.status().name !== name) peer.rename(name);
    await table.enter(author);
    this.#over.signal.throwIfAborted();
    const before = this.#rounds.get(address);
    if (before?.peer === peer) before.round.heard();
    else {
      await before?.round.end();
      this.#begin(address, peer, author); // invariant 2
    }
    return peer;
  }

  #isOurs(address: string): boolean {
    const { windows } = this.#parts;
    return (
      leadsTo(address, this.#parts.address()) ||
      windows.idAt(address.replace(/^localhost:/, "127.0.0.1:")) !== undefined
    );
  }

  async #serve(stream: ByteStream, to: bigint | undefined): Promise<void> {
    const { log } = this.#parts.world;
    const parser = new LineParser();
    let speaker: string | undefined;
    const take = async (line: Line): Promise<void> => {
      if (line.kind !== "raw") speaker = this.#speaks(line.author.address, speaker);
      await this.#take(line, stream, to);
    };
    try {
      for await (const chunk of stream.chunks()) {
        const { items, fault } = parser.push(chunk);
        for (const item of items) await take(item);
        if (fault !== undefined) return this.#raw.show(stream.remote, "(the connection is closed)", fault.reason);
      }
      const { fault } = parser.end();
      if (fault !== undefined) this.#raw.show(stream.remote, "(the connection has ended)", fault.reason);
    } catch (error) {
      const why = error instanceof E3Error ? error.message : String(error);
      log.info("a program was cut off", { wire: "line", at: stream.remote, why });
    } finally {
      stream.end();
      this.#speaks(undefined, speaker);
    }
  }

  /** Another program speaks on a connection from now on, or none. @returns which. */
  #speaks(address: string | undefined, before: string | undefined): string | undefined {
    if (address === before) return address;
    if (address !== undefined) this.#connected.set(address, (this.#connected.get(address) ?? 0) + 1);
    if (before === undefined) return address;
    const others = (this.#connected.get(before) ?? 1) - 1;
    if (others > 0) this.#connected.set(before, others);
    else {
      this.#connected.delete(before);
      this.#rest(before);
    }
    return address;
  }

  #rest(address: string): void {
    const leave = async (): Promise<void> => {
      if (!this.#connected.has(address)) await this.#close(address); // invariant 5
    };
    this.#parts.world.guests.rest(address, () => this.#turns.take(address, leave));
  }

  async #take(line: Line, stream: ByteStream, to: bigint | undefined): Promise<void> {
    // Shown, and from nobody: it enters no table.
    if (line.kind === "raw") return this.#raw.show(stream.remote, line.text, "not ADDRESS TEAM TEXT");
    // Out of turn: the other bridge waits for the answer with what it has to write.
    if (to === undefined && line.kind === "connect" && namedBy(line.author.team) !== undefined)
      return this.#answerTwin(stream, line.author);
    await this.#turns.take(line.author.address, () => this.#takeNext(line, stream, to)); // invariant 1
  }

  async #takeNext(line: Exclude<Line, { kind: "raw" }>, stream: ByteStream, to: bigint | undefined): Promise<void> {
    const { author } = line;
    if (line.kind === "exit") return this.#leave(author.address, to);
    try {
      const peer = await this.#admit(author);
      if (line.kind === "connect") await this.#answer(stream, author, to, "connected");
      if (line.kind === "text") await this.#say(peer, { author, text: line.text, to });
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
      // The program may listen for an answer, or have gone.
      await this.#answer(stream, author, to, `not sent: ${error.message}`).catch(() => {});
    }
  }

  /** A program that leaves is gone from the receiver's table, and only there: a peer of the mesh has none for it. */
  async #leave(address: string, to: bigint | undefined): Promise<void> {
    const { log } = this.#parts.world;
    if (to !== undefined) return log.info("a program says that it leaves a peer", { at: address, peer: `${to}` });
    await this.#remove(address);
  }

  async #remove(address: string): Promise<void> {
    await this.#close(address);
    await this.#parts.table.remove(address);
  }

  /** The program stays in the table, and its guest is the same when it says something again. */
  async #close(address: string): Promise<void> {
    const before = this.#rounds.get(address);
    this.#rounds.delete(address);
    await before?.round.end();
    await this.#parts.world.guests.close(address);
  }

  async #say(peer: Peer, said: { readonly author: Author; readonly text: string; readonly to: bigint | undefined }) {
    const { author, text, to } = said;
    const { deadlines } = this.#parts.world;
    const sent = await sendInTime({ peer, to: to ?? "everyone", text, deadlines, signal: this.#over.signal });
    await sent.accepted;
    void this.#follow(sent, author, to);
  }

  /** What came of it is told where it is not what one expects; what is for everyone is spread sooner or later. */
  async #follow({ settled }: Sent, { address, bracketed }: Author, to: bigint | undefined): Promise<void> {
    const { world } = this.#parts;
    try {
      const { status, reason } = await settled;
      if (status !== "refused" && status !== "expired") return;
      const from = await this.#whoAt(to);
      await writeLine(world, address, encodeLine({ ...from, bracketed }, `your message is ${status}: ${reason}`));
    } catch {
      // The guest has left, or its program does not listen: there is nobody to tell.
    }
  }

  async #answer(stream: ByteStream, { bracketed }: Author, to: bigint | undefined, text: string): Promise<void> {
    await stream.write(encodeLine({ ...(await this.#whoAt(to)), bracketed }, text));
  }

  /** Another bridge asks whether it is on the list: it is told as whom. */
  async #answerTwin(stream: ByteStream, { address, bracketed }: Author): Promise<void> {
    const { world, team, listed } = this.#parts;
    const program = listed.find((dialled) => leadsTo(dialled, address));
    const peer = program === undefined ? undefined : world.guests.get(program);
    const stated = { address: this.#parts.address(), team: peer === undefined ? team : namingTeam(peer.id), bracketed };
    await stream.write(encodeLine(stated, "connected"));
  }

  #begin(address: string, peer: Peer, author: Author): void {
    const { world, table } = this.#parts;
    const program = (): Author => table.get(address) ?? author;
    const isEcho = (id: bigint): boolean => this.#isEcho(id);
    const isTwin = (signal: AbortSignal): Promise<boolean> => this.#twins.has(address, signal);
    const round = new MailRound({ world, program, isEcho, isTwin, authorOf: (id) => this.#whoIs(id) });
    this.#rounds.set(address, { peer, round });
    const forget = (): void => {
      if (this.#rounds.get(address)?.round !== round) return;
      this.#rounds.delete(address);
      this.#beginLater(address); // invariant 4
    };
    void round.begin(peer).then(forget);
  }

  /** Another round begins with the program's next word, or after some time without one. */
  #beginLater(address: string): void {
    const { deadlines, log } = this.#parts.world;
    if (this.#over.signal.aborted) return;
    deadlines.set(`round ${address}`, retryMaxMs, () => {
      const author = this.#parts.table.get(address);
      if (author === undefined || this.#rounds.has(address)) return;
      this.admit(author).catch((error: unknown) => {
        log.info("what comes for a program waits on", { wire: "line", at: address, why: String(error) });
        this.#beginLater(address);
      });
    });
  }

  /** Whether a peer is what another bridge of this wire takes an address of this one for. */
  #isEcho(id: bigint): boolean {
    const via = this.#parts.world.host.peers().find((peer) => peer.id === id)?.via ?? "";
    return via.startsWith("line ") && this.#isOurs(via.split(" ")[1] ?? "");
  }

  async #whoAt(to: bigint | undefined): Promise<Omit<Author, "bracketed">> {
    const { team, address } = this.#parts;
    return to === undefined ? { address: address(), team } : this.#whoIs(to);
  }

  /** Another program of this bridge has an address of its own; whoever else is in the mesh, a window. */
  async #whoIs(id: bigint): Promise<Omit<Author, "bracketed">> {
    const { world, table, windows } = this.#parts;
    const key = world.guests.keyOf(id);
    const program = key === undefined ? undefined : table.get(key);
    if (program !== undefined) return { address: program.address, team: program.team };
    const found =
      world.host.id === id ? world.host.status() : world.host.peers({ lately: true }).find((peer) => peer.id === id);
    return { address: await windows.of(id), team: teamOf(found?.name ?? "", id) };
  }
}
