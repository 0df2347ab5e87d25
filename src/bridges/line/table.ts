import type { Notebook } from "../../ports/notebook.ts";
import type { Author } from "./read-line.ts";

/**
 * Table: the programs known, each once, by the address it states (never the one its connection comes from). Survives
 * restarts.
 */
export class Table {
  readonly #notebook: Notebook;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
  }

  /** Enters a program, or how it writes by now. */
  async enter({ address, team, bracketed }: Author): Promise<void> {
    await this.#notebook.set(prefix + address, `${bracketed ? "<" : "-"}${team}`);
  }

  async remove(address: string): Promise<void> {
    await this.#notebook.delete(prefix + address);
  }

  get(address: string): Author | undefined {
    const noted = this.#notebook.get(prefix + address);
    return noted === undefined ? undefined : { address, team: noted.slice(1), bracketed: noted.startsWith("<") };
  }

  /** All programs, ascending by address. */
  all(): readonly Author[] {
    const addresses = this.#notebook.entries().map(([key]) => key);
    return addresses
      .filter((key) => key.startsWith(prefix))
      .map((key) => this.get(key.slice(prefix.length)))
      .filter((author) => author !== undefined);
  }
}

const prefix = "program ";
