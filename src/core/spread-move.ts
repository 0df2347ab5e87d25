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

/** Whose store it is. */
interface Keeper {
  readonly id: bigint;
  /** Whether anything of the epoch came from others. */
  readonly isHeard: (epoch: bigint) => boolean;
}

/** Where the count is lost, with the epoch that it tells of, what was said in that is this peer's own still. */
export function rememberEpochs(own: SpreadOwn, log: SpreadLog, { id, isHeard }: Keeper): void {
  for (const { epoch, envelope } of log.all()) {
    const header = readHeader(envelope, 0);
    if (typeof header !== "string" && header.origin === id && !isHeard(epoch)) own.remember(epoch);
  }
}
