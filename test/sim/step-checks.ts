import { BacklogCheck } from "./backlog-check.ts";
import { BindingCheck } from "./binding-check.ts";
import { ClaimCheck } from "./claim-check.ts";
import { ForwardCheck } from "./forward-check.ts";
import { LoadCheck } from "./load-check.ts";
import type { Observer } from "./observer.ts";
import { OrderCheck } from "./order-check.ts";
import { PresenceCheck } from "./presence-check.ts";
import { ShelfCheck } from "./shelf-check.ts";
import { WindowCheck } from "./window-check.ts";

/**
 * Checks beside the checker's, which need not know who sent what: each looks at what one process takes in and wants done.
 *
 *     backlog-check 12    binding-check 8    claim-check 6, 7, leases    forward-check 13    load-check 13
 *     order-check law 1    presence-check 16    shelf-check 5, 8    window-check 12
 */
export function stepChecks(): readonly Observer[] {
  return [
    new BacklogCheck(),
    new BindingCheck(),
    new ClaimCheck(),
    new ForwardCheck(),
    new LoadCheck(),
    new OrderCheck(),
    new PresenceCheck(),
    new ShelfCheck(),
    new WindowCheck(),
  ];
}
