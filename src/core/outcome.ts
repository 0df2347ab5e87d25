import type { SendStatus } from "./effect.ts";
import type { Entry, Lane } from "./lane.ts";

/** How a send ends. */
export interface Outcome {
  readonly status: "delivered" | "refused" | "expired";
  readonly reason: string;
  readonly nowMs: number;
}

/** What became of a message to a group, at one of its members. */
export interface GroupNews {
  readonly lane: Lane;
  readonly entry: Entry;
  readonly status: SendStatus;
  readonly reason: string;
}
