import { encodeCustody } from "./body.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Limits } from "./limits.ts";
import { Run, type RunLimits } from "./run.ts";

/** What goes where: envelopes to one node. */
export interface Shipment {
  readonly node: bigint;
  /** The next that may leave, which thereby is in flight; undefined when there is none. */
  readonly next: () => Uint8Array | undefined;
}

/** Most envelopes in one parcel: small enough to be repeated cheaply, large enough to make the wrapping free. */
const parcelCountMax = 512;

/** A run of mail to a custodian. */
export function parcelRun(limits: Limits): Run {
  return new Run(boundsOf(limits));
}

/**
 * A run of mail from a custodian to its target, which takes it in order. What is missing that one waits for, while the
 * origin is away, for gapWaitMs alone, and then shows what came behind it: what was lost is sent again before.
 */
export function handOverRun(limits: Limits): Run {
  // Attempts start high, so that forwarders tell a custodian's copies from the origin's own.
  return new Run({ ...boundsOf(limits), crossingMaxMs: limits.gapWaitMs * crossingShare }, 0x8000_0000);
}

/** How much of that time the crossing of a slow road is given: the rest is for the wait itself, and for the way. */
const crossingShare = 0.75;

function boundsOf(limits: Limits): RunLimits {
  const { parcelWindowCountMax: windowCountMax, windowBytesMax, resendMinMs, resendMaxMs, roadBytesPerSecond } = limits;
  return { windowCountMax, windowBytesMax, resendMinMs, resendMaxMs, roadBytesPerSecond };
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
