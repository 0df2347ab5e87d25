import { E3Error } from "../core/error.ts";
import type { ShownCursor } from "../ports/shown-cursor.ts";
import type { MessagesOptions } from "./types.ts";

/**
 * The cursor behind which a reading begins. One that no message of this inbox has had yet would be waited for in silence.
 *
 * @param newest cursor of the newest message that can be read.
 * @throws E3Error "bad-option" for a cursor below 0n or beyond the newest: it is from elsewhere, or from a newer state of a
 * store that was put back to an older one.
 */
export function startOf(
  after: NonNullable<MessagesOptions["after"]>,
  shown: Pick<ShownCursor, "get">,
  newest: bigint,
): bigint {
  if (after === "unshown") return shown.get();
  if (after === "new") return newest;
  if (after >= 0n && after <= newest) return after;
  const cause =
    after < 0n ? "" : ": that cursor is from another peer, or this peer's store was put back to an older state";
  throw new E3Error(
    "bad-option",
    `no message of this peer has the cursor ${after}${cause}; read after 0, for all that is kept, up to ${newest}, the newest`,
  );
}
