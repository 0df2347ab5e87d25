import type { Wire, WireHandler } from "../ports/transport.ts";
import type { Agenda } from "./agenda.ts";

/** How a wire behaves, asked anew for each frame. */
export interface WireNature {
  /** Milliseconds from one end to the other. */
  readonly delayMs: () => number;
  /** Told of each frame that sets out. */
  readonly sent: (from: string, to: string, frame: Uint8Array) => void;
  /** Both ends are over. */
  readonly over: () => void;
}

/** Milliseconds a write occupies the wire: 10 MB/s, and a little for the call. What comes meanwhile shares a batch. */
function writeMs(bytes: number): number {
  return 0.02 + bytes / 10_000;
}

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
  silent = false;

  constructor(agenda: Agenda, names: { readonly dialler: string; readonly acceptor: string }, nature: WireNature) {
    const ended = (): void => {
      if (this.dialler.over && this.acceptor.over) nature.over();
    };
    const parts = { agenda, nature, ended, isSilent: () => this.silent };
    this.dialler = new CableEnd({ ...parts, self: names.dialler, remote: names.acceptor });
    this.acceptor = new CableEnd({ ...parts, self: names.acceptor, remote: names.dialler });
  }

  /** The two processes now talk. */
  join(accepted: WireHandler): void {
    this.acceptor.attach(accepted);
    this.dialler.join(this.acceptor);
    this.acceptor.join(this.dialler);
  }

  /** What is under way is lost; both ends are told, each in its own time. */
  cut(reason: string): void {
    for (const end of [this.dialler, this.acceptor]) end.lose(reason);
  }

  /** Whether it stands and can carry frames. */
  get alive(): boolean {
    return this.dialler.joined && !this.dialler.over && !this.acceptor.over && !this.silent;
  }
}

interface EndParts {
  readonly agenda: Agenda;
  readonly nature: WireNature;
  readonly self: string;
  readonly remote: string;
  readonly isSilent: () => boolean;
  readonly ended: () => void;
}

/** One end of a cable. */
export class CableEnd implements Wire {
  readonly #parts: EndParts;
  #handler: WireHandler | undefined;
  #other: CableEnd | undefined;
  /** Written before the other end was there. */
  #early: Uint8Array | undefined;
  #closing = false;
  #over = false;
  #lost = false;
  #arrivesMs = 0;

  constructor(parts: EndParts) {
    this.#parts = parts;
  }

  get remote(): string {
    return this.#parts.remote;
  }

  get over(): boolean {
    return this.#over;
  }

  get joined(): boolean {
    return this.#other !== undefined;
  }

  attach(handler: WireHandler): void {
    this.#handler = handler;
  }

  join(other: CableEnd): void {
    this.#other = other;
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) this.#send(early);
    if (this.#closing) this.#close();
  }

  write(frame: Uint8Array): void {
    if (this.#over || this.#closing) return;
    if (this.#other === undefined) this.#early = frame;
    else this.#send(frame);
  }

  close(): void {
    if (this.#over || this.#closing) return;
    this.#closing = true;
    if (this.#early === undefined) this.#close();
  }

  /** Ends this end, and tells its owner. */
  finish(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#parts.ended();
    this.#handler?.closed(this.#closing ? "" : reason);
  }

  /** Its process is no more: nobody here is told anything any longer, and the other end what left before. */
  abandon(): void {
    this.#handler = undefined;
    if (!this.#over && !this.#lost && !this.#closing) this.#tellOther("connection reset");
    this.finish("");
  }

  /** The wire is broken: nothing arrives any more, and the owner hears of it soon. */
  lose(reason: string): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#parts.agenda.after(this.#parts.nature.delayMs(), () => this.finish(reason));
  }

  #send(frame: Uint8Array): void {
    const { agenda, nature, self, remote, isSilent } = this.#parts;
    nature.sent(self, remote, frame);
    const spentMs = writeMs(frame.length);
    const other = this.#other;
    const copy = frame.slice();
    if (!isSilent() && !this.#lost) {
      agenda.at(this.#arrival(spentMs), () => {
        if (!isSilent()) other?.receive(copy);
      });
    }
    agenda.after(spentMs, () => {
      if (!this.#over) this.#handler?.drained();
    });
  }

  /** Takes a frame that came over. */
  receive(frame: Uint8Array): void {
    if (!this.#over && !this.#lost && !this.#closing) this.#handler?.frame(frame);
  }

  #close(): void {
    this.#parts.agenda.after(writeMs(0), () => this.finish(""));
    this.#tellOther("");
  }

  /** The end travels behind the frames. */
  #tellOther(reason: string): void {
    const { agenda, isSilent } = this.#parts;
    const other = this.#other;
    if (other === undefined || isSilent()) return;
    agenda.at(this.#arrival(writeMs(0)), () => {
      if (!isSilent()) other.finish(reason);
    });
  }

  /** When what leaves now is there: never before what left earlier. */
  #arrival(spentMs: number): number {
    const { agenda, nature } = this.#parts;
    this.#arrivesMs = Math.max(this.#arrivesMs, agenda.nowMs + spentMs + nature.delayMs());
    return this.#arrivesMs;
  }
}
