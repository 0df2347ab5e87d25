import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import type { Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";
import { isForAll, leavingIn } from "./frame-reader.ts";
import { newsIn } from "../world/statuses.ts";

/** The messages of one conversation that are on their way. */
interface Flight {
  /** Beginning again at the front, a sender counts up. */
  attempt: number;
  readonly numbers: Set<bigint>;
}

/**
 * WindowCheck: a sender has at most a window of one conversation on its way. Invariant of the design: 12.
 *
 * What is kept at custodians has windows of its own, and is not looked at.
 */
export class WindowCheck implements Observer {
  readonly #flights = new Map<SimPeer, { readonly life: number; readonly byConversation: Map<bigint, Flight> }>();

  stepped(peer: SimPeer, _event: CoreEvent, effects: readonly Effect[]): void {
    const flights = this.#flightsOf(peer);
    for (const effect of effects)
      if (effect.kind === "envelopes") for (const envelope of leavingIn(effect)) leave(peer, flights, envelope);
    // What is settled makes room for what leaves in the same step, and may have left in it.
    for (const effect of effects)
      if (effect.kind === "status" && effect.status !== "accepted" && effect.status !== "stored")
        for (const { number } of newsIn(effect)) flights.get(effect.conversation)?.numbers.delete(BigInt(number));
    const { windowCountMax } = peer.limits;
    for (const { numbers } of flights.values())
      if (numbers.size > windowCountMax)
        fail("12: a window of messages is on its way", `${peer.name} has ${numbers.size} under way`);
  }

  #flightsOf(peer: SimPeer): Map<bigint, Flight> {
    const known = this.#flights.get(peer);
    if (known?.life === peer.lives) return known.byConversation;
    const byConversation = new Map<bigint, Flight>();
    this.#flights.set(peer, { life: peer.lives, byConversation });
    return byConversation;
  }
}

function leave(peer: SimPeer, flights: Map<bigint, Flight>, envelope: Envelope): void {
  const { origin, conversation, number, attempt, body } = envelope;
  // Of copies to members and of what is said of sessions no status tells that they are settled.
  if (body.case === "group" || body.case === "signal") return;
  // Others' envelopes pass through; this peer's own have its id.
  if (origin !== peer.core.id || conversation === 0n || isForAll({ conversation })) return;
  const known = flights.get(conversation);
  const flight = known?.attempt === attempt ? known : { attempt, numbers: new Set<bigint>() };
  flights.set(conversation, flight);
  flight.numbers.add(number);
}
