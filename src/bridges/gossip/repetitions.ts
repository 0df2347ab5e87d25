/** By which way an announcement came: from a module here, from original peers (straight, or through another bridge), or from a module at another bridge. */
export type Way = "module" | "peers" | "mesh";

/**
 * Repetitions: which announcements are the same as one heard a while ago.
 *
 * Original peers give an announcement no id, and pass it on to each other in circles, so that there it is its type and data
 * that make it the same one. A module that announces the same again means it, and the mesh brings each of its announcements
 * once; but one of another bridge's may have come by original peers before.
 *
 * Invariants
 * 1. What comes by original peers is new once within the window.
 * 2. What a module announces is new each time, unless it has come by original peers already: then that is it.
 */
export class Repetitions {
  readonly #windowMs: number;
  readonly #bytesMax: number;
  /** By content; the one heard first comes first. */
  readonly #heard = new Map<string, Heard>();
  #bytes = 0;

  /** @param limits.bytesMax what all contents remembered may take, bytes; beyond, the oldest are forgotten before their time. */
  constructor(limits: { readonly windowMs: number; readonly bytesMax: number }) {
    this.#windowMs = limits.windowMs;
    this.#bytesMax = limits.bytesMax;
  }

  /** Whether this is one heard before. Remembers it. */
  repeats(content: string, way: Way, nowMs: number): boolean {
    this.#forget(nowMs);
    const heard = this.#heard.get(content);
    if (heard !== undefined && way !== "module" && (way === "peers" || heard.isOrphan)) {
      // The module that announced it is found.
      if (way === "mesh") heard.isOrphan = false;
      return true;
    }
    this.#note(content, { atMs: nowMs, isOrphan: way === "peers" });
    return false;
  }

  #note(content: string, heard: Heard): void {
    this.#drop(content);
    this.#heard.set(content, heard);
    this.#bytes += costOf(content);
    for (const oldest of this.#heard.keys()) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#drop(oldest);
    }
  }

  #forget(nowMs: number): void {
    for (const [content, { atMs }] of this.#heard) {
      if (nowMs - atMs < this.#windowMs) return;
      this.#drop(content);
    }
  }

  #drop(content: string): void {
    if (this.#heard.delete(content)) this.#bytes -= costOf(content);
  }
}

interface Heard {
  readonly atMs: number;
  /** It came by original peers, and its announcing module, if that is one of the mesh, is not known yet. */
  isOrphan: boolean;
}

/** Two bytes a character at most, and what a place in a map costs. */
function costOf(content: string): number {
  return 2 * content.length + 100;
}
