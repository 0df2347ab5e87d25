import { E3Error } from "../../core/error.ts";
import { idMax } from "../../core/ids.ts";
import type { Content, Message, Peer } from "../../peer/types.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import { carry } from "../courier.ts";
import { LastWords } from "../last-words.ts";
import { sendInTime } from "../send-in-time.ts";
import type { BridgeWorld } from "../types.ts";
import { clientFrames } from "./client-frames.ts";
import { encodeHandshake, encodeMessage, type ClientFrame } from "./message.ts";
import type { Cs2Options } from "./options.ts";
import { Shown } from "./shown.ts";

/** How long a program may take to speak first, as one dialect does, milliseconds. */
export const speakFirstMs = 100;

/** How long what a program said last may take to leave when the bridge closes, milliseconds. */
export const lastWordsMs = 2_000;

interface ClientParts {
  readonly world: BridgeWorld;
  readonly options: Pick<Cs2Options, "frameMs" | "silenceMs">;
  readonly stream: ByteStream;
  /** Tells connections apart. */
  readonly number: number;
  /** Who has a key, or is being given it. */
  readonly claims: Map<string, Client>;
}

/** Who a program is in the mesh. */
interface Guest {
  readonly key: string;
  readonly peer: Peer;
}

/**
 * Client: one connection of a program.
 *
 *     accepted ── silent for speakFirstMs ──► told an id ── asks for another ──► told that, or that it is taken
 *        └── asks for an id at once ────────► told that, or another and that it is taken
 *
 * Invariants
 * 1. It is told one id before anything else, and at most one more: in answer to the first frame, if that asks for one.
 * 2. What it asks for by a frame, text never does, but for one: `end`, to nobody or to itself, is its goodbye.
 * 3. What it said is said, also when it was gone before it could be answered.
 * 4. A guest of which nothing is kept stays until all that it said is with other peers.
 */
export class Client {
  readonly #parts: ClientParts;
  readonly #world: BridgeWorld;
  readonly #stream: ByteStream;
  readonly #claims: Map<string, Client>;
  readonly #over = new AbortController();
  #guest: Guest | undefined;
  #lastWords: LastWords | undefined;
  /** Ends the wait for what it said last. */
  readonly #late = new AbortController();
  #isGone = false;
  /** Resolves once its guest has left. */
  #left: Promise<void> = Promise.resolve();
  /** What for everyone it was shown, as long as it may ask for another id. */
  #shown: Shown | undefined = new Shown();
  /** When it connected: what is said to everyone from then on is for it, under whatever id. */
  readonly #since: Promise<string>;
  #courier: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#world = parts.world;
    this.#stream = parts.stream;
    this.#claims = parts.claims;
    this.#since = parts.world.guests.moment();
  }

  /** Resolves once the program has gone and its guest has left. Never rejects. */
  serve(): Promise<void> {
    this.#left = this.#serve();
    return this.#left;
  }

  async #serve(): Promise<void> {
    const { deadlines } = this.#world;
    const onLate = (why: string): void => this.#cutOff(why);
    const frames = clientFrames({ stream: this.#stream, deadlines, options: this.#parts.options, onLate });
    try {
      await this.#talk(frames);
    } catch (error) {
      const why = error instanceof E3Error ? error.message : String(error);
      this.#world.log.info("a program is gone", { wire: "cs2", at: this.#stream.remote, why });
    } finally {
      this.#isGone = true;
      this.#over.abort();
      this.#stream.end();
      // Not waited for: it may be waiting for bytes itself, until the connection is closed.
      frames.return(undefined).catch(() => {});
      await this.#rest();
      if (this.#guest !== undefined) await this.#letGo(this.#guest.key);
    }
  }

  /** The guest leaves, once what it said is away, if nothing of it is kept (invariant 4). */
  async #letGo(key: string): Promise<void> {
    const { guests, log } = this.#world;
    if (this.#lastWords !== undefined) {
      guests.rest(key);
      const count = await this.#lastWords.away(this.#late.signal);
      // It made room for another, or the bridge closes, while the mesh is out of its reach.
      if (count > 0) log.warn("what a program said last did not leave in time, and is lost", { guest: key, count });
    }
    this.#world.deadlines.clear(this.#late);
    await this.#leave(key);
  }

  /** The bridge closes: what the program said last has so much time left to leave. */
  hurry(): void {
    this.#world.deadlines.set(this.#late, lastWordsMs, () => this.#late.abort());
  }

  #cutOff(why: string): void {
    this.#world.log.info("a program is cut off", { wire: "cs2", at: this.#stream.remote, why });
    this.#hangUp(why);
  }

  #hangUp(why: string): void {
    void this.#say(`${why}: the connection is closed`);
    this.#stream.end();
  }

  async #talk(frames: AsyncGenerator<ClientFrame, undefined>): Promise<void> {
    const first = frames.next();
    // Looked at below; a program that is cut off meanwhile is one that has ended.
    first.catch(() => {});
    const spoken = await this.#within(first);
    if (spoken?.done === true) return;
    const early = spoken?.value;
    const isWish = early?.kind === "wish";
    if (isWish && early.id !== 0n) await this.#grant(early.id);
    else await this.#tell(await this.#anonymous(), false);
    if (isWish) this.#shown = undefined;
    let next = isWish ? await frames.next() : await first;
    let isFirst = !isWish;
    for (; next.done !== true; next = await frames.next()) {
      if (await this.#isOver(next.value, isFirst)) return;
      isFirst = false;
      this.#shown = undefined;
    }
  }

  /** @returns whether the frame was the program's last. */
  async #isOver(frame: ClientFrame, isFirst: boolean): Promise<boolean> {
    if (frame.kind === "message") {
      if (frame.text === "end" && (frame.to === 0n || frame.to === this.#guest?.peer.id)) return true;
      await this.#send(frame.to, frame.text);
    } else if (isFirst && frame.id !== 0n)
      await this.#grant(frame.id); // invariant 1
    else if (!isFirst) await this.#say("an id is asked for once, at the beginning; connect again for another");
    return false;
  }

  async #send(to: bigint, text: string): Promise<void> {
    const peer = this.#guest?.peer;
    if (peer === undefined) return;
    if (to < 1n || to > idMax) return this.#say(`${to} is no id; ids are 1 to ${idMax}`);
    try {
      const sent = await sendInTime({ peer, to, text, deadlines: this.#world.deadlines, signal: this.#over.signal });
      this.#lastWords?.said(to, sent);
      void this.#tellRefusal(to, sent.settled);
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
      await this.#say(error.message);
    }
  }

  /** What was not delivered is told; what was, is not: the wire has no receipts. */
  async #tellRefusal(to: bigint, settled: ReturnType<Peer["send"]>["settled"]): Promise<void> {
    try {
      const { status, reason } = await settled;
      if (status === "refused" || status === "expired") await this.#say(`a message to ${to} is ${status}: ${reason}`);
    } catch {
      // The guest has left, and its program with it.
    }
  }

  /** The id asked for, where it is to be had; else the one it has, or an assigned one. */
  async #grant(id: bigint): Promise<void> {
    const wished = await this.#wished(id);
    if (wished === undefined) return this.#tell(this.#guest ?? (await this.#anonymous()), true);
    const before = this.#guest;
    await this.#rest();
    try {
      await this.#tell(wished, false, this.#shown);
    } finally {
      // It said nothing yet: a wish is what comes first.
      this.#lastWords = undefined;
      if (before !== undefined) await this.#leave(before.key);
    }
  }

  async #wished(id: bigint): Promise<Guest | undefined> {
    const { guests, host, log } = this.#world;
    if (id < 1n || id > idMax) return undefined;
    const key = `id ${id}`;
    const holder = this.#claims.get(key);
    // A program that has gone gives it up in a moment; perhaps it is the same.
    if (holder !== undefined && holder.#isGone) await holder.#left;
    // A peer of the mesh has it. A guest that asked would be given another, and have that for good.
    if (host.id === id || host.peers().some((peer) => peer.id === id && peer.reachable)) return undefined;
    // Another connection has it: it keeps it.
    if (this.#claims.has(key)) return undefined;
    this.#claims.set(key, this);
    try {
      const since = await this.#since;
      const peer = await guests.open({ key, name: "", at: this.#stream.remote, desiredId: id, since });
      if (peer.id === id) return { key, peer };
    } catch (error) {
      this.#claims.delete(key);
      if (!(error instanceof E3Error)) throw error;
      log.info("an id cannot be given", { wire: "cs2", at: this.#stream.remote, id: `${id}`, why: error.message });
      return undefined;
    }
    await this.#leave(key);
    return undefined;
  }

  async #leave(key: string): Promise<void> {
    await this.#world.guests.close(key);
    this.#claims.delete(key);
  }

  /** Of a program without an id nothing can be found again. */
  async #anonymous(): Promise<Guest> {
    const key = `connection ${this.#parts.number}`;
    const accepts = (content: Content): boolean => !this.#isGone && typeof content === "string";
    const [at, since] = [this.#stream.remote, await this.#since];
    const peer = await this.#world.guests.open({ key, name: "", at, since, isBrief: true, accepts });
    this.#lastWords = new LastWords(peer);
    return { key, peer };
  }

  /** Says who it is from now on, and what has arrived for that one. @param shown what it was shown under the id before. */
  async #tell(guest: Guest, error: boolean, shown?: Shown): Promise<void> {
    this.#guest = guest;
    await this.#answer(encodeHandshake(guest.peer.id, error));
    if (this.#courier !== undefined) return;
    const stop = new AbortController();
    this.#courier = { stop, done: this.#carry(guest, stop.signal, shown) };
  }

  async #carry({ key, peer }: Guest, signal: AbortSignal, shown: Shown | undefined): Promise<void> {
    const { guests, log } = this.#world;
    const isOld = async (message: Message): Promise<boolean> =>
      (message.conversation === "everyone" && shown?.has(message) === true) || guests.isOld(key, message);
    const write = async (message: Message): Promise<void> => {
      await this.#show(message);
      if (message.conversation === "everyone") this.#shown?.note(message);
    };
    await carry({ peer, write, isOld, log, signal });
    // A program that is shown nothing any more is not left to wait for it.
    if (!signal.aborted) this.#hangUp("what comes for you cannot be handed over");
  }

  /** Nothing more is written of what arrives. */
  async #rest(): Promise<void> {
    this.#courier?.stop.abort();
    await this.#courier?.done;
    this.#courier = undefined;
  }

  async #show({ from, conversation, group, text, data }: Message): Promise<void> {
    // Only data for everyone gets here without being asked about: it is for those who understand it.
    if (data !== undefined) return;
    const to = conversation === "direct" ? (this.#guest?.peer.id ?? 0n) : (group ?? 0n);
    await this.#stream.write(encodeMessage({ fr: from, to, msg: text }));
  }

  /** A word of the bridge itself. */
  #say(text: string): Promise<void> {
    return this.#answer(encodeMessage({ fr: 0n, to: this.#guest?.peer.id ?? 0n, msg: text }));
  }

  /** Writes what nobody needs who is gone: then it is read on, to the end (invariant 3). */
  async #answer(frame: Uint8Array): Promise<void> {
    try {
      await this.#stream.write(frame);
    } catch (error) {
      if (!(error instanceof E3Error && error.code === "closed")) throw error;
    }
  }

  /** What the program says first, if it does so in time. */
  async #within(first: Promise<FrameResult>): Promise<FrameResult | undefined> {
    const { deadlines } = this.#world;
    const late = new Promise<undefined>((resolve) => deadlines.set(this, speakFirstMs, () => resolve(undefined)));
    const spoken = await Promise.race([first, late]);
    deadlines.clear(this);
    return spoken;
  }
}

type FrameResult = IteratorResult<ClientFrame, undefined>;
