import type { Notebook } from "../../ports/notebook.ts";
import type { ChatNode } from "./chat-node.ts";

const prefix = "shown ";

/**
 * ShownNotes: over restarts, up to where each node was sent what came for it, and was not heard since. Once it is heard again it
 * has that: else it would be shown it twice.
 */
export class ShownNotes {
  readonly #notebook: Pick<Notebook, "get" | "set" | "delete" | "entries">;

  constructor(notebook: Pick<Notebook, "get" | "set" | "delete" | "entries">) {
    this.#notebook = notebook;
  }

  /** A node rests. Never rejects: what cannot be noted is shown twice. */
  async note({ id, shown }: Pick<ChatNode, "id" | "shown">): Promise<void> {
    if (shown !== undefined) await this.#notebook.set(prefix + id, shown.toString()).catch(() => {});
  }

  /** What was noted of a node with this id; it is noted no longer. */
  take(id: string): bigint | undefined {
    const noted = this.#notebook.get(prefix + id);
    if (noted !== undefined) this.#drop(prefix + id);
    return noted !== undefined && /^[0-9]{1,19}$/.test(noted) ? BigInt(noted) : undefined;
  }

  /** Others than these will not go on: what is noted of them is of no use. */
  keepOnly(ids: readonly string[]): void {
    const kept = new Set(ids.map((id) => prefix + id));
    for (const [key] of this.#notebook.entries()) if (key.startsWith(prefix) && !kept.has(key)) this.#drop(key);
  }

  #drop(key: string): void {
    this.#notebook.delete(key).catch(() => {});
  }
}
