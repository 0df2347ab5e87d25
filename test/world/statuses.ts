import type { Effect } from "../../src/core/effect.ts";

type Status = Extract<Effect, { kind: "status" }>;

/** What became of one send. */
export type SendNews = Pick<Status, "to" | "conversation" | "status" | "reason"> & { readonly number: number };

/** What an effect tells, send by send. */
export function newsIn({ to, conversation, first, last, status, reason }: Status): readonly SendNews[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    return { to, conversation, number: first + index, status, reason };
  });
}
