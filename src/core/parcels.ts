import { encodeCustody } from "./body.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Limits } from "./limits.ts";
import type { Run, Sized } from "./run.ts";
import type { Sequence } from "./sequence.ts";

/** What goes where: the numbers of a run, as envelopes, to one node. */
export interface Shipment {
  readonly run: Run;
  readonly todo: Sequence<Sized>;
  readonly node: bigint;
  /** The envelope of a number; undefined when it is gone. */
  readonly envelope: (number: number) => Uint8Array | undefined;
}

/** Most envelopes in one parcel: small enough to be repeated cheaply, large enough to make the wrapping free. */
const parcelCountMax = 512;

/** Sends what the run allows, wrapped in parcels of bounded size: the way of mail to custodians and from them. */
export function ship(shipment: Shipment, parts: { dispatcher: Dispatcher; limits: Limits; nowMs: number }): void {
  const { run, todo, node } = shipment;
  const { dispatcher, limits, nowMs } = parts;
  for (;;) {
    const envelopes: Uint8Array[] = [];
    let bytes = 0;
    while (envelopes.length < parcelCountMax && bytes < limits.batchBytesMax) {
      const number = run.next(todo, nowMs);
      if (number === undefined) break;
      const envelope = shipment.envelope(number);
      if (envelope === undefined) continue;
      envelopes.push(envelope);
      bytes += envelope.length;
    }
    // What does not leave now is repeated when the run's time is over, as if it had been lost.
    if (envelopes.length === 0 || !dispatcher.control(node, encodeCustody(envelopes), "parcel")) return;
  }
}
