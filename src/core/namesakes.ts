import { showName } from "./name.ts";
import type { Named } from "./whom.ts";

/**
 * For each of these, all that are called the same or may be, the shortest word that means it (whom.ts): its name, or with
 * namesakes name@digits; its id when it has no name. In the same order.
 */
export function wordsFor(peers: readonly Pick<Named, "id" | "name">[]): readonly string[] {
  const groups = new Map<string, Set<bigint>>();
  for (const { id, name } of peers) groups.set(name, (groups.get(name) ?? new Set()).add(id));
  const endings = new Map([...groups].map(([name, ids]) => [name, endingsOf(ids)]));
  return peers.map(({ id, name }) => {
    if (name === "") return `${id}`;
    const ending = endings.get(name)?.get(id);
    return ending === undefined ? showName(name) : `${showName(name)}@${ending}`;
  });
}

/** Digits that tell namesakes apart, at least: one or two look like a part of the name. */
const digitsMin = 3;

/** The last digits of each id that no other ends with; none for who is alone. */
function endingsOf(ids: ReadonlySet<bigint>): ReadonlyMap<bigint, string> {
  const found = new Map<bigint, string>();
  if (ids.size === 1) return found;
  for (let length = digitsMin; found.size < ids.size; length++) {
    const owners = new Map<string, bigint | undefined>();
    for (const id of ids) {
      const ending = `${id}`.slice(-length);
      owners.set(ending, owners.has(ending) ? undefined : id);
    }
    for (const [ending, id] of owners) if (id !== undefined && !found.has(id)) found.set(id, ending);
  }
  return found;
}
