import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import { isForAll, leavingIn, messagesIn } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

/**
 * BindingCheck: mail that leaves for its target is bound to one key, so that whoever holds the id next gets none of it.
 *
 * Invariant of the design: 8. Only copies on their way to a custodian may be bound to nobody yet.
 */
export class BindingCheck implements Observer {
  stepped(peer: SimPeer, _event: CoreEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== "envelopes") continue;
      // Others' envelopes pass through; this peer's own have its id.
      for (const envelope of leavingIn(effect))
        if (envelope.origin === peer.core.id && !isForAll(envelope)) checkBound(peer, envelope);
    }
  }
}

function checkBound({ name }: SimPeer, envelope: Envelope): void {
  const [to] = envelope.destinations;
  for (const message of messagesIn(envelope)) {
    const [key = 0n] = message.destinationKeys;
    if (message.destinations[0] === to && key === 0n)
      fail("8: mail is bound before it leaves", `${name} sends ${message.conversation}/${message.number} to any ${to}`);
  }
}
