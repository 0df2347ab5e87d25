import type { Notebook } from "../../ports/notebook.ts";
import { noteLimits } from "../limits.ts";

/** Rooms that keep their numbers; the oldest give way. */
const roomsMax = noteLimits.rooms;
const prefix = "room ";

/** Rooms: the numbers by which programs know groups, 1, 2, 3... Each group keeps its number, over restarts too. */
export class Rooms {
  readonly #notebook: Notebook;
  /** By number; the oldest come first. */
  readonly #groups = new Map<number, bigint>();
  #last = 0;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    const noted = notebook.entries().filter(([key]) => key.startsWith(prefix));
    const rooms = noted.map(([key, value]) => [Number(key.slice(prefix.length)), BigInt(value)] as const);
    for (const [number, group] of rooms.toSorted(([a], [b]) => a - b)) {
      this.#groups.set(number, group);
      this.#last = number;
    }
  }

  /** A number that no room has had. */
  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** The number of a group, a new one when it has none. */
  numberOf(group: bigint): number {
    for (const [number, known] of this.#groups) if (known === group) return number;
    const number = this.next();
    this.note(number, group);
    return number;
  }

  /** A number from next becomes that of a group. */
  note(number: number, group: bigint): void {
    this.#groups.set(number, group);
    // A number that is not kept is another one after a restart: nothing else hangs on it.
    this.#notebook.set(prefix + number, group.toString()).catch(() => {});
    for (const oldest of this.#groups.keys()) {
      if (this.#groups.size <= roomsMax) break;
      this.#groups.delete(oldest);
      this.#notebook.delete(prefix + oldest).catch(() => {});
    }
  }

  /** The group that a typed number means. */
  groupOf(text: string): bigint | undefined {
    return /^[0-9]{1,9}$/.test(text) ? this.#groups.get(Number(text)) : undefined;
  }
}
