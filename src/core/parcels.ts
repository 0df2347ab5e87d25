import { encodeCustody } from "./body.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Limits } from "./limits.ts";
import { Run } from "./run.ts";

/** What goes where: envelopes to one node. */
export interface Shipment {
  readonly node: bigint;
  /** The next that may leave, which thereby is in flight; undefined when there is none. */
  readonly next: () => Uint8Array | undefined;
}

/** Most envelopes in one parcel: small enough to be repeated cheaply, large enough to make the wrapping free. */
const parcelCountMax = 512;

/** A run of mail to a custodian, or from one. @param attempt the first, as a run's. */
export function parcelRun(limits: Limits, attempt?: number): Run {
  const { parcelWindowCountMax: windowCountMax, windowBytesMax, resendMinMs, resendMaxMs, roadBytesPerSecond } = limits;
  return new Run({ windowCountMax, windowBytesMax, resendMinMs, resendMaxMs, roadBytesPerSecond }, attempt);
}

/** Sends what may leave, wrapped in parcels of bounded size: the way of mail to custodians and from them. */
export function ship({ node, next }: Shipment, parts: { dispatcher: Dispatcher; limits: Limits }): void {
  const { dispatcher, limits } = parts;
  for (;;) {
    const envelopes: Uint8Array[] = [];
    let bytes = 0;
    while (envelopes.length < parcelCountMax && bytes < limits.batchBytesMax) {
      const envelope = next();
      if (envelope === undefined) break;
      envelopes.push(envelope);
      bytes += envelope.length;
    }
    // What does not leave now is repeated when the run's time is over, as if it had been lost.
    if (envelopes.length === 0 || !dispatcher.control(node, encodeCustody(envelopes), "parcel")) return;
  }
}
