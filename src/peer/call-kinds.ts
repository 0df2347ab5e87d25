import { kinds, oneOf, optional, type Kind, type Kinds } from "../core/kinds.ts";

const { bigint, number, signal, text, truth } = kinds;

const date: Kind = { fits: (value) => value instanceof Date, right: "a Date" };

/** What the options of a peer's calls must be, by the names of the calls. */
export const callKinds = {
  sendWhenRoom: { signal: optional(signal) },
  messages: {
    after: optional({
      fits: (value) => bigint.fits(value) || value === "new" || value === "unshown",
      right: 'a cursor as a bigint, "new" or "unshown"',
    }),
    acknowledge: optional(oneOf(["auto", "manual"])),
    signal: optional(signal),
  },
  events: { signal: optional(signal) },
  peers: { lately: optional(truth) },
  connect: { withinMs: optional(number), signal: optional(signal) },
  markRead: { before: optional(truth) },
  history: {
    after: optional(text),
    from: optional(date),
    until: optional(date),
    contains: optional(text),
    newestFirst: optional(truth),
  },
} as const satisfies Readonly<Record<string, Kinds>>;
