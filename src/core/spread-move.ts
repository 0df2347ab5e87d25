import type { Effects } from "./effects.ts";
import { bodyOf, readHeader, writeEnvelope } from "./header.ts";
import type { SpreadLog } from "./spread-log.ts";
import type { SpreadOwn } from "./spread-own.ts";

/** Where messages were numbered, and where they are from now on. */
interface Move {
  readonly from: bigint;
  readonly to: bigint;
}

/** Moves this peer's own messages that nobody else has to another epoch: the same messages, numbered the same. */
export function moveUnsettled(own: SpreadOwn, log: SpreadLog, { from, to }: Move, effects: Effects): void {
  for (const kept of [...log.range(from, 1, Infinity)]) {
    if (own.isSettled(kept.number)) continue;
    const header = readHeader(kept.envelope, 0);
    log.drop(kept, effects);
    if (typeof header === "string") continue;
    const envelope = writeEnvelope({ ...header, epoch: to }, bodyOf(kept.envelope));
    log.put({ ...kept, epoch: to, envelope }, effects);
  }
}
