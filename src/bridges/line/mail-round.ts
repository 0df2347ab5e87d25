import { E3Error } from "../../core/error.ts";
import type { Message, Peer } from "../../peer/types.ts";
import { carry } from "../courier.ts";
import type { BridgeWorld } from "../types.ts";
import type { Author } from "./read-line.ts";
import { encodeLine, textFault } from "./write-line.ts";

/** Waits between attempts at a program that does not answer, milliseconds: doubled from the first to the last. */
export const [retryMinMs, retryMaxMs] = [1_000, 60_000];

interface Parts {
  readonly world: BridgeWorld;
  /** The program written to, as it is now. */
  readonly program: () => Author;
  /** Whether what a peer says was written by this bridge to another one, which would write it back, and so on for ever. */
  readonly isEcho: (id: bigint) => boolean;
  /** Whether the program is a bridge of this mesh, whose own programs are told by it what is for everyone. */
  readonly isTwin: (signal: AbortSignal) => Promise<boolean>;
  /** Where a peer of the mesh is found, and what it is called. */
  readonly authorOf: (id: bigint) => Promise<Omit<Author, "bracketed">>;
}

/**
 * MailRound: writes what comes for a guest to its program, in order, each line on a connection of its own; while the program
 * does not answer, the next line waits for it.
 */
export class MailRound {
  readonly #parts: Parts;
  readonly #over = new AbortController();
  #wake: () => void = () => {};
  #done: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves once nothing more is written. */
  begin(peer: Peer): Promise<void> {
    const { guests, log } = this.#parts.world;
    const { address } = this.#parts.program();
    const isOld = (message: Message): Promise<boolean> => guests.isOld(address, message);
    const write = (message: Message): Promise<void> => this.#write(message);
    this.#done = carry({ peer, write, isOld, log, signal: this.#over.signal });
    return this.#done;
  }

  /** The program has been heard of: what waits is tried again at once. */
  heard(): void {
    this.#wake();
  }

  /** Resolves once nothing more is written. */
  async end(): Promise<void> {
    this.#over.abort();
    this.#wake();
    await this.#done;
  }

  async #write({ from, text, data, conversation }: Message): Promise<void> {
    const { world, program, authorOf, isTwin } = this.#parts;
    // Only what is for everyone gets here without being asked about: data, and what would be taken for a word of the wire.
    const said = text.trimStart();
    // A bridge on another machine may name its programs by addresses that are this one's here: what one of them says to this
    // program alone is no echo.
    const isEcho = conversation === "everyone" && this.#parts.isEcho(from);
    if (data !== undefined || textFault(said) !== undefined || isEcho) {
      world.log.debug("what is for everyone cannot be said to a program", { wire: "line", at: program().address });
      return;
    }
    for (let waitMs = retryMinMs; ; waitMs = Math.min(2 * waitMs, retryMaxMs)) {
      const { address, bracketed } = program();
      try {
        // Looked at each time: two that start at the same time do not know of each other at once.
        if (conversation === "everyone" && (await isTwin(this.#over.signal))) return;
        await writeLine(world, address, encodeLine({ ...(await authorOf(from)), bracketed }, said));
        return;
      } catch (error) {
        const why = error instanceof E3Error ? error.message : String(error);
        world.log.info("a program does not take its line; it is kept", { wire: "line", at: address, why, waitMs });
      }
      await this.#wait(waitMs);
      if (this.#over.signal.aborted) throw new E3Error("closed", "the bridge is closed");
    }
  }

  async #wait(ms: number): Promise<void> {
    const { deadlines } = this.#parts.world;
    if (this.#over.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      deadlines.set(this, ms, resolve);
    });
    deadlines.clear(this);
  }
}

/** Writes one line to a program on a connection of its own. Rejects with E3Error "address-unavailable" or "closed". */
export async function writeLine({ sockets, limits }: BridgeWorld, address: string, line: Uint8Array): Promise<void> {
  const stream = await sockets.dial(address, { ...limits, silenceMs: limits.greetingMs });
  try {
    await stream.write(line);
  } finally {
    stream.end();
  }
}
