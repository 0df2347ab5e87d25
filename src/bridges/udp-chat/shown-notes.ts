import type { Notebook } from "../../ports/notebook.ts";
import { noteLimits } from "../limits.ts";
import type { ChatNode } from "./chat-node.ts";

const prefix = "shown ";

/**
 * ShownNotes: over restarts, up to where each node was sent what came for it, and was not heard since. Once it is heard again it
 * has that: else it would be shown it twice.
 */
export class ShownNotes {
  readonly #notebook: Pick<Notebook, "get" | "set" | "delete" | "entries">;
  readonly #signedIn: () => readonly string[];
  /** Ids of which there is a note. */
  readonly #noted: Set<string>;

  /** @param signedIn the ids of those who may go on, no more than noteLimits.users. */
  constructor(notebook: Pick<Notebook, "get" | "set" | "delete" | "entries">, signedIn: () => readonly string[]) {
    this.#notebook = notebook;
    this.#signedIn = signedIn;
    const keys = notebook.entries().map(([key]) => key);
    this.#noted = new Set(keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)));
  }

  /** A node rests. Never rejects: what cannot be noted is shown twice. */
  async note({ id, shown }: Pick<ChatNode, "id" | "shown">): Promise<void> {
    if (shown === undefined) return;
    if (this.#noted.size >= noteLimits.users) this.tidy();
    this.#noted.add(id);
    await this.#notebook.set(prefix + id, shown.toString()).catch(() => {});
  }

  /** What was noted of a node with this id; it is noted no longer. */
  take(id: string): bigint | undefined {
    const noted = this.#notebook.get(prefix + id);
    if (noted !== undefined) this.#drop(id);
    return noted !== undefined && /^[0-9]{1,19}$/.test(noted) ? BigInt(noted) : undefined;
  }

  /** Those who are not signed in will not go on: what is noted of them is of no use. */
  tidy(): void {
    const kept = new Set(this.#signedIn());
    for (const id of this.#noted) if (!kept.has(id)) this.#drop(id);
  }

  #drop(id: string): void {
    this.#noted.delete(id);
    this.#notebook.delete(prefix + id).catch(() => {});
  }
}
