import type { Entropy } from "./world.ts";

/** One of the list, each as likely as any other; undefined when there is none. */
export function pickOne<T>(list: readonly T[], entropy: Entropy): T | undefined {
  return list.length === 0 ? undefined : list[below(list.length, entropy)];
}

/** So many of the list, or all if there are fewer, in any order: each choice as likely as any other. */
export function pickSome<T extends object | string>(list: readonly T[], count: number, entropy: Entropy): readonly T[] {
  const rest = [...list];
  const picked: T[] = [];
  while (picked.length < count && rest.length > 0) {
    const at = below(rest.length, entropy);
    const last = rest.pop();
    const chosen = rest[at] ?? last;
    if (chosen !== undefined) picked.push(chosen);
    if (at < rest.length && last !== undefined) rest[at] = last;
  }
  return picked;
}

/** A whole number from 0 to one less than the bound, which is at most 2^32. */
function below(bound: number, entropy: Entropy): number {
  const [a = 0, b = 0, c = 0, d = 0] = entropy.bytes(4);
  return Math.floor(((a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) / 2 ** 32) * bound);
}
