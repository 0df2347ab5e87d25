import type { Log } from "../../ports/log.ts";
import type { ByteStream } from "../../ports/sockets.ts";
import type { Deadlines } from "../deadlines.ts";
import type { BridgeLimits } from "../limits.ts";
import type { Telling } from "./gate.ts";
import type { GossipMessage } from "./message.ts";
import { Notices } from "./notices.ts";
import { readStream } from "./read-stream.ts";
import { writeMessage } from "./write-message.ts";

/** What a module says, or that it is gone. */
export type ModuleSaying = (module: number, message: GossipMessage | undefined) => Promise<void>;

interface Parts {
  readonly deadlines: Deadlines;
  readonly log: Log;
  readonly limits: Pick<BridgeLimits, "greetingMs" | "unsentBytesMax">;
  readonly pauseMs: number;
  readonly onSaid: ModuleSaying;
}

/** Modules: the programs connected to the API address, by numbers that are used once. */
export class Modules {
  readonly #parts: Parts;
  readonly #notices = new Map<number, Notices>();
  #lastNumber = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes a connection; resolves when it has ended. */
  async accept(stream: ByteStream): Promise<void> {
    const { deadlines, log, limits, pauseMs, onSaid } = this.#parts;
    const module = (this.#lastNumber += 1);
    const { greetingMs, unsentBytesMax } = limits;
    const notices = new Notices({ stream, deadlines, pauseMs, stallMs: greetingMs, unsentBytesMax });
    this.#notices.set(module, notices);
    log.debug("a module is here", { module, remote: stream.remote });
    const onMessage = async (message: GossipMessage): Promise<void> => {
      if (message.kind === "validation") notices.answered(message.id);
      await onSaid(module, message);
    };
    await readStream({ stream, deadlines, greetingMs, log, onMessage });
    this.#notices.delete(module);
    notices.close();
    log.debug("a module has left", { module, remote: stream.remote });
    await onSaid(module, undefined);
  }

  /** Notifies a module, unless it is gone. */
  tell({ module, id, announcement }: Telling): void {
    const { type, data } = announcement;
    this.#notices.get(module)?.push({ id, frame: writeMessage({ kind: "notification", id, type, data }) });
  }

  /** Resolves once fewer than so many notifications wait for the module, or it is gone. */
  async fewerThan(count: number, module: number): Promise<void> {
    await this.#notices.get(module)?.fewerThan(count);
  }
}
