import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import { envelopesIn, isForAll, leavingIn } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import { identityOf, identityOn } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** What one life of a peer has had over its links. */
interface Memory {
  readonly life: number;
  /** Copies, and how many others had come before each. */
  readonly copies: Map<string, number>;
  /** Of what is for everyone: what was passed on. What there was no room for comes again, and is new then. */
  readonly passed: Set<string>;
  /** How many its core says that it dropped as seen. */
  suppressed: number;
}

/** What came over a link in one event. */
interface Arrived {
  readonly link: number;
  /** Copies that came for the first time, as far as a peer can remember; of what is for everyone, not passed on. */
  readonly fresh: ReadonlySet<string>;
  /** Copies that came before; of what is for everyone, that were passed on. */
  readonly again: ReadonlySet<string>;
}

/**
 * ForwardCheck: what a peer does with the envelopes of others, step by step.
 *
 * Invariant of the design: 13. A copy is passed on once, never back over the link it came by, with fewer hops than it set
 * out with; and what did not come before is not dropped as a repetition.
 */
export class ForwardCheck implements Observer {
  readonly #memories = new Map<SimPeer, Memory>();

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const envelopes = event.kind === "frame" ? envelopesIn(event.bytes) : [];
    if (event.kind === "frame" && envelopes.length > 0) {
      const arrived = this.#arrive(peer, event.link, envelopes);
      const leaving = effects.filter((effect) => effect.kind === "envelopes");
      for (const effect of leaving) checkPassed(peer, arrived, effect);
      const { passed } = this.#memoryOf(peer);
      for (const envelope of leaving.flatMap(leavingIn)) if (isForAll(envelope)) passed.add(nameOf(envelope));
    }
    this.#memoryOf(peer).suppressed = peer.core.counts.suppressed;
  }

  #arrive(peer: SimPeer, link: number, envelopes: readonly Envelope[]): Arrived {
    const memory = this.#memoryOf(peer);
    const own = epochOf(peer);
    const fresh = new Set<string>();
    const again = new Set<string>();
    let known = 0;
    for (const envelope of envelopes) {
      const name = nameOf(envelope);
      const before = memory.copies.get(name);
      // What is for everyone is remembered over restarts, and its sender may have had other epochs.
      if (before !== undefined || envelope.epoch === own || isForAll(envelope)) known += 1;
      // Beyond so many others it may be forgotten, and pass for new.
      if (before === undefined) memory.copies.set(name, memory.copies.size);
      const isKnown = before !== undefined && memory.copies.size - before < peer.limits.seenMax;
      const isAgain = isForAll(envelope) ? memory.passed.has(name) : isKnown;
      if (isAgain) again.add(name);
      else fresh.add(name);
    }
    const dropped = peer.core.counts.suppressed - memory.suppressed;
    if (dropped > known) fail("13: what is new is passed on", `${peer.name} drops ${dropped}, and has seen ${known}`);
    return { link, fresh, again };
  }

  #memoryOf(peer: SimPeer): Memory {
    const known = this.#memories.get(peer);
    if (known?.life === peer.lives) return known;
    const memory = { life: peer.lives, copies: new Map<string, number>(), passed: new Set<string>(), suppressed: 0 };
    this.#memories.set(peer, memory);
    return memory;
  }
}

function checkPassed(peer: SimPeer, arrived: Arrived, leaving: Extract<Effect, { kind: "envelopes" }>): void {
  const own = epochOf(peer);
  for (const envelope of leavingIn(leaving)) {
    if (envelope.epoch === own) continue;
    const name = nameOf(envelope);
    if (arrived.again.has(name)) fail("13: a copy is passed on once", `${peer.name} passes ${name} on again`);
    if (arrived.fresh.has(name) && leaving.link === arrived.link)
      fail("13: nothing goes back where it came from", `${peer.name} sends ${name} back`);
    if (envelope.hopsLeft >= peer.limits.hopsMax)
      fail("13: every hop counts", `${peer.name} passes ${name} on with ${envelope.hopsLeft} hops left`);
  }
}

function nameOf({ epoch, conversation, number, attempt, destinations }: Envelope): string {
  return `${epoch}/${conversation}/${number} (${attempt}) to ${destinations.join()}`;
}

function epochOf(peer: SimPeer): bigint {
  const identity = identityOn(peer.disk);
  return identity === undefined ? 0n : identityOf(identity).epoch;
}
