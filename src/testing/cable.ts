import type { Wire, WireHandler } from "../ports/transport.ts";
import type { Agenda } from "./agenda.ts";
import { Lane } from "./lane.ts";
import type { Random } from "./random.ts";
import type { Accept, Station, StationEnd } from "./station.ts";
import type { Sky } from "./weather.ts";

/** What all cables of a network share. */
export interface CableNature {
  readonly agenda: Agenda;
  readonly sky: Sky;
  /** Largest frame, bytes. */
  readonly frameBytesMax: number;
  /** Told of each frame that sets out, and of each that is handed to its reader. */
  readonly sent?: (from: string, to: string, frame: Uint8Array) => void;
  readonly arrived?: (from: string, to: string, frame: Uint8Array) => void;
}

/** How long a closed end waits for its last frame to leave, milliseconds: what src/ports/transport.ts allows. */
const closeMsMax = 1_000;

/**
 * Cable: a wire between two processes, with both of its ends.
 *
 *     dialling ── accepted ──► joined ── closed, cut or reset ──► over
 *         └────── refused ───────────────────────────────────────► over
 *
 * In each direction frames arrive in order. A silent cable carries nothing, and tells nobody.
 */
export class Cable {
  readonly dialler: CableEnd;
  readonly acceptor: CableEnd;
  readonly #nature: CableNature;
  #joined = false;
  #lost = false;

  /** @param over told when both ends are over. */
  constructor(nature: CableNature, dialler: Station, acceptor: Station, over: (cable: Cable) => void) {
    this.#nature = nature;
    const ended = (): void => {
      if (!this.dialler.over) return;
      if (this.acceptor.over) over(this);
      else if (!this.#joined) this.acceptor.abandon(false);
    };
    const isJoined = (): boolean => this.#joined;
    this.dialler = new CableEnd({ nature, self: dialler, remote: acceptor, ended, isJoined });
    this.acceptor = new CableEnd({ nature, self: acceptor, remote: dialler, ended, isJoined });
    this.dialler.pair(this.acceptor);
    this.acceptor.pair(this.dialler);
  }

  /** Nobody waits for an answer to the dial any more, or nobody will get one. */
  get hopeless(): boolean {
    return this.dialler.over || this.#lost || this.silent;
  }

  /** Whether it stands and can carry frames. */
  get alive(): boolean {
    return this.#joined && !this.hopeless && !this.acceptor.over;
  }

  /** Whether it lost a direction. */
  get silent(): boolean {
    return this.dialler.out.muted || this.acceptor.out.muted;
  }

  /** The two processes now talk. */
  join(accept: Accept): void {
    this.#joined = true;
    this.acceptor.attach(accept(this.acceptor));
    this.dialler.joined();
  }

  refuse(): void {
    this.acceptor.abandon(false);
    this.dialler.finish("connection refused");
  }

  /** What is under way is lost; both ends are told, each in its own time. */
  cut(reason: string): void {
    const { agenda, sky } = this.#nature;
    this.#lost = true;
    for (const end of [this.dialler, this.acceptor]) {
      end.out.mute();
      agenda.after(sky.delayMs(), () => end.finish(reason));
    }
  }

  /** Some of what is under way arrives, and then the end, in each direction for itself. */
  reset(random: Random): void {
    if (!this.#joined) return this.cut("connection reset");
    for (const end of [this.dialler, this.acceptor]) end.out.break(random, "connection reset");
  }

  /** Nothing arrives any more. */
  silence(): void {
    this.dialler.out.mute();
    this.acceptor.out.mute();
  }

  /** Nothing from there arrives any more; if the ends do not talk yet, they never will. */
  mute(from: string): void {
    for (const lane of this.lanesFrom(from)) lane.mute();
  }

  /** The direction, or both when a process talks to itself. */
  lanesFrom(name: string): readonly Lane[] {
    return [this.dialler.out, this.acceptor.out].filter(({ from }) => from === name);
  }
}

interface EndParts {
  readonly nature: CableNature;
  readonly self: Station;
  readonly remote: Station;
  readonly ended: () => void;
  readonly isJoined: () => boolean;
}

/** One end of a cable. */
export class CableEnd implements Wire, StationEnd {
  readonly remote: string;
  /** What it writes. */
  readonly out: Lane;
  readonly #parts: EndParts;
  #state: "open" | "closing" | "over" = "open";
  #other: CableEnd | undefined;
  #handler: WireHandler | undefined;
  /** A write is outstanding. */
  #writing = false;
  /** Written before the other end was there. */
  #early: Uint8Array | undefined;

  constructor(parts: EndParts) {
    const { self, remote, nature } = parts;
    this.#parts = parts;
    this.remote = remote.name;
    this.out = new Lane({
      agenda: nature.agenda,
      sky: nature.sky,
      from: self,
      to: remote,
      drained: () => this.#drained(),
      frame: (bytes) => this.#other?.receive(bytes),
      ended: (reason) => this.#other?.finish(reason),
    });
    self.ends.add(this);
  }

  /** Whose end the other one is. */
  pair(other: CableEnd): void {
    this.#other = other;
  }

  get over(): boolean {
    return this.#state === "over";
  }

  attach(handler: WireHandler): void {
    this.#handler = handler;
  }

  /** What waited for the other end to be there leaves. */
  joined(): void {
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) this.#send(early);
    if (this.#state === "closing") this.#leave();
  }

  /** @throws Error when the write before has not drained: a mistake of the writer's. */
  write(frame: Uint8Array): void {
    const { isJoined, nature } = this.#parts;
    if (this.#state !== "open") return;
    if (this.#writing) throw new Error("a write is still outstanding");
    this.#writing = true;
    if (frame.length > nature.frameBytesMax) this.#refuse(frame);
    else if (isJoined()) this.#send(frame);
    else this.#early = frame;
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    const { agenda } = this.#parts.nature;
    if (this.#early === undefined) this.#leave();
    else agenda.after(closeMsMax, () => this.finish(""));
  }

  /** Ends this end, and tells its owner. */
  finish(reason: string): void {
    const { self, ended } = this.#parts;
    if (this.#state === "over") return;
    if (self.paused) return self.hold(() => this.finish(reason));
    const told = this.#state === "closing" ? "" : reason;
    this.#state = "over";
    self.ends.delete(this);
    ended();
    this.#handler?.closed(told);
  }

  /** Its process is no more: nobody here is told anything, and the other end, if at all, what left before. */
  abandon(told: boolean): void {
    const { self, ended } = this.#parts;
    if (this.#state === "over") return;
    if (told) this.out.end("connection reset");
    else {
      this.out.mute();
      this.#other?.out.mute();
    }
    this.#state = "over";
    this.#handler = undefined;
    self.ends.delete(this);
    ended();
  }

  /** Takes a frame that came over. */
  receive(frame: Uint8Array): void {
    const { nature, self } = this.#parts;
    if (this.#state !== "open") return;
    nature.arrived?.(this.remote, self.name, frame);
    this.#handler?.frame(frame);
  }

  #send(frame: Uint8Array): void {
    const { nature, self } = this.#parts;
    nature.sent?.(self.name, this.remote, frame);
    this.out.write(frame);
  }

  #drained(): void {
    this.#writing = false;
    if (this.#state === "open") this.#handler?.drained();
  }

  /** The end goes out behind the frames. */
  #leave(): void {
    const { agenda } = this.#parts.nature;
    agenda.at(Math.min(this.out.leftMs, agenda.nowMs + closeMsMax), () => this.finish(""));
    this.out.end("");
  }

  #refuse(frame: Uint8Array): void {
    const { agenda, frameBytesMax } = this.#parts.nature;
    const reason = `a frame of ${frame.length} bytes is above the limit of ${frameBytesMax} bytes`;
    this.out.end(reason);
    agenda.soon(() => this.finish(reason));
  }
}
