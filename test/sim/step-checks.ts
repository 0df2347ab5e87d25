import { ClaimCheck } from "./claim-check.ts";
import { ForwardCheck } from "./forward-check.ts";
import type { Observer } from "./observer.ts";
import { PresenceCheck } from "./presence-check.ts";
import { WindowCheck } from "./window-check.ts";

/**
 * Checks beside the checker's, which need not know who sent what: each looks at what one process takes in and wants done.
 *
 *     claim-check 6, 7, leases    forward-check 13    presence-check 16    window-check 12
 */
export function stepChecks(): readonly Observer[] {
  return [new ClaimCheck(), new ForwardCheck(), new PresenceCheck(), new WindowCheck()];
}
