import { showName } from "../core/name.ts";
import type { PeerInfo } from "../peer/types.ts";
import { labelOf } from "./whereabouts.ts";

/**
 * Renames: by which names peers were shown, so that the next line of one that has another is not taken for a stranger's.
 *
 * Invariant: no more than shownMax are remembered, those shown last.
 */
export class Renames {
  readonly #shown = new Map<bigint, string>();

  /** A peer is about to be shown. @returns what is to be said before; undefined where its name is the one it had, or its first. */
  notice({ id, name }: Pick<PeerInfo, "id" | "name">): string | undefined {
    const former = this.#shown.get(id);
    this.#shown.delete(id);
    this.#shown.set(id, name);
    this.#forget();
    if (former === undefined || former === "" || former === name) return undefined;
    return `${labelOf({ id, name: former })} ${name === "" ? "has no name any more" : `is now called ${showName(name)}`}`;
  }

  #forget(): void {
    if (this.#shown.size <= shownMax) return;
    for (const longest of this.#shown.keys()) return void this.#shown.delete(longest);
  }
}

/** As many as a peer remembers of those that left. */
const shownMax = 1_024;
