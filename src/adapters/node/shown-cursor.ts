import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { E3Error } from "../../core/error.ts";
import type { Log } from "../../ports/log.ts";
import type { ShownCursor } from "../../ports/shown-cursor.ts";
import { errnoOf } from "./durable-file.ts";

/** The file inside the state directory. */
export const shownFile = "shown";

/**
 * The shown cursor in a file of the directory.
 *
 * Setting it is one synchronous write of 20 bytes, about two microseconds, because it happens for every message shown. It
 * survives the death of the process, since the page cache does, but is not synced: after a crash of the whole machine the
 * last few messages may be shown again, and none is lost. The same goes for a cursor that lost more than a bit; damage is
 * logged.
 *
 * @throws E3Error "state-unreadable" when the file cannot be opened or read.
 */
export function openShownCursor(directory: string, log?: Log): ShownCursor {
  const path = join(directory, shownFile);
  const cursor = new FileShownCursor(path);
  if (cursor.isDamaged) log?.error("damage to the note of what was shown was found", { file: path });
  return cursor;
}

/**
 * The file has two slots, written in turn, so that a torn write leaves the one before:
 *
 *     0  turn, u64    8  cursor, u64    16  CRC-32 of both    (big endian; the second slot begins at 512)
 */
const slotBytes = 20;
const sumAt = 16;
/** A disk's sector, so that no write touches both. */
const slotDistance = 512;

class FileShownCursor implements ShownCursor {
  /** A slot held something else than a cursor. */
  isDamaged = false;
  readonly #path: string;
  readonly #slot = Buffer.alloc(slotBytes);
  #file: number | undefined;
  #turn = 0n;
  #cursor = 0n;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      // A new file gets its blocks now, lest a full disk be met when something is to be shown.
      if (fstatSync(this.#file).size === 0) writeSync(this.#file, new Uint8Array(slotDistance + slotBytes), 0);
      this.#load(this.#file);
    } catch (cause) {
      this.close();
      const why = errnoOf(cause) ?? String(cause);
      throw new E3Error("state-unreadable", `${path} must be a file that this user may read and write (${why})`, {
        cause,
      });
    }
  }

  get(): bigint {
    return this.#cursor;
  }

  set(cursor: bigint): void {
    if (this.#file === undefined) throw new E3Error("closed", "the shown cursor is closed");
    const turn = this.#turn + 1n;
    this.#slot.writeBigUInt64BE(turn, 0);
    this.#slot.writeBigUInt64BE(cursor, 8);
    this.#slot.writeUInt32BE(crc32(this.#slot.subarray(0, sumAt)), sumAt);
    try {
      const written = writeSync(this.#file, this.#slot, 0, slotBytes, positionOf(turn));
      if (written < slotBytes) throw new Error(`only ${written} of ${slotBytes} bytes were written`);
    } catch (cause) {
      throw new E3Error("store-failed", `writing ${this.#path} failed`, { cause });
    }
    this.#turn = turn;
    this.#cursor = cursor;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #load(file: number): void {
    for (const position of [0, slotDistance]) {
      const read = readSync(file, this.#slot, 0, slotBytes, position);
      if (this.#slot.subarray(0, read).every((byte) => byte === 0)) continue;
      if (read < slotBytes || !this.#isSound()) {
        this.isDamaged = true;
        if (read < slotBytes || !this.#mend()) continue;
      }
      const turn = this.#slot.readBigUInt64BE(0);
      if (turn <= this.#turn) continue;
      this.#turn = turn;
      this.#cursor = this.#slot.readBigUInt64BE(8);
    }
  }

  #isSound(): boolean {
    return crc32(this.#slot.subarray(0, sumAt)) === this.#slot.readUInt32BE(sumAt);
  }

  /** Turns back the one bit that was lost: for so few bytes the sum tells which. @returns false when more was lost. */
  #mend(): boolean {
    for (const [at, byte] of [...this.#slot].entries()) {
      for (let bit = 1; bit < 256; bit *= 2) {
        this.#slot[at] = byte ^ bit;
        if (this.#isSound()) return true;
      }
      this.#slot[at] = byte;
    }
    return false;
  }
}

function positionOf(turn: bigint): number {
  return turn % 2n === 0n ? 0 : slotDistance;
}
