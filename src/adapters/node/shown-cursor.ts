import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { E3Error } from "../../core/error.ts";
import type { ShownCursor } from "../../ports/shown-cursor.ts";

/** The file inside the state directory. */
export const shownFile = "shown";

/**
 * The shown cursor in a file of the directory.
 *
 * Setting it is one synchronous write of 20 bytes, about two microseconds, because it happens for every message shown. It
 * survives the death of the process, since the page cache does, but is not synced: after a crash of the whole machine the
 * last few messages may be shown again, and none is lost.
 *
 * @throws E3Error "state-unreadable" when the file cannot be opened or read.
 */
export function openShownCursor(directory: string): ShownCursor {
  return new FileShownCursor(join(directory, shownFile));
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
  readonly #path: string;
  readonly #slot = Buffer.alloc(slotBytes);
  #file: number | undefined;
  #turn = 0n;
  #cursor = 0n;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
      this.#load(this.#file);
    } catch (cause) {
      this.close();
      throw new E3Error("state-unreadable", `${path} must be a file that this user may read and write`, { cause });
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
      if (read < slotBytes || crc32(this.#slot.subarray(0, sumAt)) !== this.#slot.readUInt32BE(sumAt)) continue;
      const turn = this.#slot.readBigUInt64BE(0);
      if (turn <= this.#turn) continue;
      this.#turn = turn;
      this.#cursor = this.#slot.readBigUInt64BE(8);
    }
  }
}

function positionOf(turn: bigint): number {
  return turn % 2n === 0n ? 0 : slotDistance;
}
