import { E3Error } from "../../core/error.ts";
import type { ShownCursor } from "../../ports/shown-cursor.ts";

/** A shown cursor that ends with its process, beside the memory store. */
export function memoryShownCursor(): ShownCursor {
  let shown = 0n;
  let closed = false;
  return {
    get: () => shown,
    set(cursor) {
      if (closed) throw new E3Error("closed", "the shown cursor is closed");
      if (cursor !== BigInt.asUintN(64, cursor)) throw new RangeError(`not a cursor: ${cursor}`);
      shown = cursor;
    },
    close() {
      closed = true;
    },
  };
}
