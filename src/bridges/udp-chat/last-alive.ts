import type { Notebook } from "../../ports/notebook.ts";
import type { Deadlines } from "../deadlines.ts";

const key = "alive";

interface Parts {
  readonly notebook: Pick<Notebook, "get" | "set">;
  readonly deadlines: Pick<Deadlines, "nowMs" | "set" | "clear">;
  /** How exactly it is known, milliseconds. */
  readonly everyMs: number;
}

/** LastAlive: when the bridge was last there for its programs, over restarts. */
export class LastAlive {
  readonly #parts: Parts;
  /** For how long it was away when it started, milliseconds; one that is new was for ever. */
  readonly awayMs: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { notebook, deadlines } = parts;
    this.awayMs = Math.abs(deadlines.nowMs - Number(notebook.get(key) ?? 0));
  }

  /** It is there from now on, until close. */
  begin(): void {
    this.#note();
    this.#parts.deadlines.set(this, this.#parts.everyMs, () => this.begin());
  }

  close(): void {
    this.#parts.deadlines.clear(this);
    this.#note();
  }

  #note(): void {
    const { notebook, deadlines } = this.#parts;
    // What cannot be noted has programs sign in again after a restart.
    notebook.set(key, `${deadlines.nowMs}`).catch(() => {});
  }
}
