import { MenuTable, type MenuEntry } from "./menu-table.ts";

/**
 * Whom the user of a menu has to do with.
 *
 *     heard from, or connected to ──► in the table ── it says "exit" ──► not in the table
 *     written to ──► may be connected to ── one says "exit" to it, or it says so ──► no longer
 *
 * Invariant: what one says changes nothing in one's own table. The other's changes, once it hears it.
 */
export class MenuBook {
  readonly #table = new MenuTable();
  readonly #written = new MenuTable();

  /** Those one has heard from or connected to, the newest entry first. */
  get table(): readonly MenuEntry[] {
    return this.#table.entries;
  }

  /** Those one may connect to: all in the table, and those one has written to. */
  get known(): readonly MenuEntry[] {
    const others = this.#written.entries.filter((entry) => !this.#table.has(entry));
    return [...this.#table.entries, ...others];
  }

  /** @param text undefined for what is no text. @returns whether the peer says that it goes. */
  heard(from: MenuEntry, text: string | undefined): "goes" | "is gone" | "is here" {
    if (text === undefined || !isExit(text)) {
      this.#table.add(from);
      return "is here";
    }
    // Who says it twice is gone already.
    if (!this.#table.has(from) && !this.#written.has(from)) return "is gone";
    this.#table.remove(from);
    this.#written.remove(from);
    return "goes";
  }

  connected(to: MenuEntry): void {
    this.#table.add(to);
  }

  wrote(to: MenuEntry, text: string): void {
    if (isExit(text)) this.#written.remove(to);
    else this.#written.add(to);
  }
}

/** Whether a text, all of it, says that its sender goes; not one that has the word in it. */
function isExit(text: string): boolean {
  return /^\s*exit\s*$/i.test(text);
}
