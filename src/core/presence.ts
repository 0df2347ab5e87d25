import type { AdvertRecord } from "./advert.ts";

/** Who came and who went. */
export interface PresenceChanges {
  /** Present now, and not before under this id. */
  readonly up: readonly AdvertRecord[];
  /** Present before, and no longer under this id: the last advert that was known of each while present. */
  readonly down: readonly AdvertRecord[];
}

/** Presence: who was last told to be there, to tell only what is different. Costs what changed, not who is there. */
export class Presence {
  readonly #told = new Map<bigint, AdvertRecord>();
  readonly #touched = new Set<bigint>();

  /** How many were there when last asked. */
  get size(): number {
    return this.#told.size;
  }

  /** Something about the node changed: look at it when next asked. */
  touch(node: bigint): void {
    this.#touched.add(node);
  }

  /**
   * What changed since the last call, given who is there now. A change of id is a down of the old and an up of the new.
   * @param restated told who is there under the same id, and called or to be found otherwise, with what it was before.
   */
  take(
    present: (node: bigint) => AdvertRecord | undefined,
    restated = (_: AdvertRecord, _before: AdvertRecord): void => {},
  ): PresenceChanges {
    const up: AdvertRecord[] = [];
    const down: AdvertRecord[] = [];
    for (const node of this.#touched) {
      const before = this.#told.get(node);
      const after = present(node);
      if (before !== undefined && before.id !== after?.id) down.push(before);
      if (after !== undefined && before?.id !== after.id) up.push(after);
      if (before !== undefined && after?.id === before.id && isRestated(before, after)) restated(after, before);
      if (after === undefined) this.#told.delete(node);
      else this.#told.set(node, after);
    }
    this.#touched.clear();
    return { up, down };
  }
}

function isRestated(before: AdvertRecord, after: AdvertRecord): boolean {
  return before.name !== after.name || before.addresses[0] !== after.addresses[0];
}
