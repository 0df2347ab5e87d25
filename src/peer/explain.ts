import type { Core } from "../core/core.ts";
import { E3Error } from "../core/error.ts";
import { idOf, targetOf, type Target } from "./target.ts";
import type { Explanation } from "./types.ts";

/**
 * Where sends with this number are; to one target, or to all.
 * @throws E3Error "unknown-number" when there is none.
 */
export function explain(core: Pick<Core, "view" | "reads">, number: bigint, to?: Target): readonly Explanation[] {
  const accounts = core.view.explain(Number(number), to === undefined ? undefined : idOf(to));
  if (accounts.length === 0) {
    const target = to === undefined ? "" : ` to ${to}`;
    throw new E3Error(
      "unknown-number",
      `no send${target} with number ${number} is known; it was never made, or was settled long ago`,
    );
  }
  return accounts.map(({ to: id, number: _, sentAtMs, expiresAtMs, ...account }) => {
    const readers = core.reads.by(id).filter(({ first = 1, number: last }) => first <= number && number <= last);
    const said = { ...account, to: targetOf(id), number, readBy: readers.map(({ by }) => by) };
    return { ...said, sentAt: new Date(sentAtMs), expiresAt: new Date(expiresAtMs) };
  });
}
