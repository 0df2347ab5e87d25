import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const pieces = [65_536, 4_096] as const;

/** A file that takes all the room there is on a disk. */
export class Filler {
  readonly #path: string;

  constructor(disk: string) {
    this.#path = join(disk, "filler");
  }

  /** Takes what is left. */
  fill(): void {
    const file = openSync(this.#path, "a");
    try {
      for (const piece of pieces) while (isWritten(file, piece));
    } finally {
      closeSync(file);
    }
  }

  /** Gives it back. */
  free(): void {
    rmSync(this.#path, { force: true });
  }
}

function isWritten(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) === bytes;
  } catch {
    return false; // No room for so much.
  }
}
