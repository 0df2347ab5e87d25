import type { Core } from "../core/core.ts";
import { E3Error } from "../core/error.ts";
import { everyone } from "../core/everyone.ts";
import { checkId } from "../core/ids.ts";
import { checkKind, checkKinds, kinds } from "../core/kinds.ts";
import { key64 } from "../core/store-op.ts";
import type { ReadPlace } from "../core/read-marks.ts";
import type { Store } from "../ports/store.ts";
import type { Driver } from "./driver.ts";
import { callKinds } from "./call-kinds.ts";
import { placeAt } from "./history-scan.ts";
import type { MarkReadOptions, ReadBy, Readings } from "./read-types.ts";

interface Parts {
  readonly core: Pick<Core, "reads">;
  readonly driver: Pick<Driver, "kick">;
  readonly store: Pick<Store, "read">;
  /** @throws E3Error "closed". */
  readonly checkOpen: () => void;
}

/** PeerReads: the public face of what a core knows of reading. */
export class PeerReads implements Readings {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async markRead(cursor: bigint, options: MarkReadOptions = {}): Promise<void> {
    checkKind(cursor, kinds.bigint, "the cursor");
    checkKinds(options, callKinds.markRead, "markRead");
    const { before = false } = options;
    const { core, driver, checkOpen } = this.#parts;
    checkOpen();
    const place = await this.#placeAt(cursor);
    checkOpen();
    if (place.conversation === everyone) return;
    const { epoch, conversation, group } = place;
    if (before && core.reads.upTo(epoch, group === 0n ? conversation : group) !== undefined) return;
    core.reads.note(before ? { ...place, number: place.number - 1 } : place);
    driver.kick();
  }

  readBy(to: bigint): readonly ReadBy[] {
    checkId(to);
    return this.#parts.core.reads.by(to).map(({ by, number, first }) => ({
      ...{ by, number: BigInt(number) },
      ...(first === undefined ? {} : { first: BigInt(first) }),
    }));
  }

  async #placeAt(cursor: bigint): Promise<ReadPlace> {
    const isCursor = cursor > 0n && cursor < cursorEnd;
    // Records are kept under the cursor of their last message.
    const [entry] = isCursor ? await this.#parts.store.read("inbox", key64(cursor - 1n), 1) : [];
    const place = entry && placeAt(entry.value, Number(cursor));
    if (place !== undefined) return place;
    throw new E3Error("unknown-number", `nothing is kept at cursor ${cursor}: nothing came there, or it was long ago`);
  }
}

/** No cursor is as high: they count in doubles. */
const cursorEnd = 2n ** 53n;
