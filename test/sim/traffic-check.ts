import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import { conversationsIn, envelopesIn, kindOf, leavingIn, messagesIn } from "./frame-reader.ts";
import { nameOf, type Ledger, type Sent } from "./ledger.ts";
import { repeatsWithin } from "./pace.ts";
import type { SimPeer } from "./sim-peer.ts";

/** One message on its way from one peer that has it to one destination, since something last happened to that way. */
interface Journey {
  life: number;
  sinceMs: number;
  times: number;
}

/** What a peer has seen that makes it send again at once; by its own clock. */
interface Occasions {
  /** Its links or the topology changed. */
  routeMs: number;
  /** Something came about a conversation, or something in it was settled. */
  readonly progressMs: Map<bigint, number>;
}

interface Passing {
  sinceMs: number;
  /** Occasions for new copies by then, anywhere. */
  occasions: number;
  times: number;
}

/** How long after a change roads are taken anew: presence settles, and bindings become durable. */
const graceMs = 1_000;
/** Times more than the pace has it: alarms are late on a machine that slept, and two shelves may hold one message. */
const spare = 3;

/**
 * TrafficCheck: messages are repeated at a measured pace, and storms die out. Invariant of the design: 13.
 *
 * 1. Pace. Who has a message, its sender or a custodian, sends it to a destination again when nothing came of it for
 *    resendMinMs, then after twice that, up to resendMaxMs; it begins anew when roads change, when its process does, or
 *    when a receipt or more mail of the conversation comes. Between two such occasions the count is held against the pace.
 * 2. Storms. Over one link in one direction a message goes in a second at most as often as all that have it may send it:
 *    each at most to three (target, two custodians), twice by the pace and once begun before, and once for each change of
 *    roads anywhere; each copy crosses a link once, as forwarders drop what they have seen. Four times that is a storm.
 */
export class TrafficCheck {
  readonly #ledger: Ledger;
  readonly #occasions = new Map<SimPeer, Occasions>();
  readonly #journeys = new WeakMap<Sent, Map<string, Journey>>();
  readonly #passing = new WeakMap<Sent, Map<string, Passing>>();
  #changes = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Something happened to the world that may change roads, or timers, anywhere. */
  disturbed(): void {
    this.#changes += 1;
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const occasions = this.#occasionsOf(peer);
    if (isRouteEvent(event) || effects.some(isRouteEffect)) {
      occasions.routeMs = peer.nowMs;
      this.#changes += 1;
    }
    if (event.kind === "frame")
      for (const envelope of envelopesIn(event.bytes))
        for (const conversation of conversationsIn(envelope)) occasions.progressMs.set(conversation, peer.nowMs);
    for (const effect of effects) {
      if (effect.kind === "status") occasions.progressMs.set(effect.conversation, peer.nowMs);
      else if (effect.kind === "persist") noteDropped(effect.ops, occasions, peer.nowMs);
      else if (effect.kind === "envelopes") this.#leave(peer, leavingIn(effect));
    }
  }

  /** A frame of envelopes sets out. */
  frame(from: SimPeer, to: string, bytes: Uint8Array): void {
    for (const envelope of envelopesIn(bytes))
      for (const message of messagesIn(envelope)) {
        const sent = this.#find(message);
        if (sent !== undefined) this.#pass(sent, from, to);
      }
  }

  #leave(peer: SimPeer, envelopes: readonly Envelope[]): void {
    const own = this.#ledger.epochOf(peer);
    for (const envelope of envelopes) {
      if (envelope.epoch !== own) continue;
      for (const message of messagesIn(envelope)) {
        const sent = this.#find(message);
        if (sent === undefined) continue;
        if (message.epoch === own) checkTtl(peer, message, sent);
        this.#checkPace(peer, { message, sent, to: targetOf(envelope, message) });
      }
    }
  }

  #checkPace(
    peer: SimPeer,
    { message, sent, to }: { readonly message: Envelope; readonly sent: Sent; readonly to: bigint },
  ): void {
    const { routeMs, progressMs } = this.#occasionsOf(peer);
    const { nowMs, lives: life } = peer;
    const occasionMs = Math.max(routeMs, progressMs.get(message.conversation) ?? -Infinity);
    const journeys = this.#journeys.get(sent) ?? new Map<string, Journey>();
    this.#journeys.set(sent, journeys);
    const key = `${peer.name} ${to}`;
    const journey = journeys.get(key);
    const isNew = journey?.life !== life || journey.sinceMs <= occasionMs || nowMs <= occasionMs + graceMs;
    if (journey === undefined || isNew) return void journeys.set(key, { life, sinceMs: nowMs, times: 1 });
    journey.times += 1;
    const max = repeatsWithin(nowMs - journey.sinceMs, peer.limits) + spare;
    if (journey.times <= max) return;
    const name = nameOf({ ...message, number: sent.number });
    const times = `${journey.times} times in ${nowMs - journey.sinceMs} ms, and nothing happened meanwhile`;
    fail("13: transmissions are bounded", `${peer.name} sends ${name} to ${to} ${times}`);
  }

  #pass(sent: Sent, from: SimPeer, to: string): void {
    const passings = this.#passing.get(sent) ?? new Map<string, Passing>();
    this.#passing.set(sent, passings);
    const key = `${from.name} ${to}`;
    const passing = passings.get(key);
    const nowMs = from.worldMs;
    if (passing === undefined || nowMs - passing.sinceMs > 1_000)
      return void passings.set(key, { sinceMs: nowMs, occasions: this.#changes, times: 1 });
    passing.times += 1;
    const sources = 1 + sent.keptBy.size + sent.copies.size;
    const max = 4 * 3 * sources * (3 + this.#changes - passing.occasions);
    if (passing.times > max)
      fail("13: a storm dies out", `${sent.text} went from ${from.name} to ${to} ${passing.times} times in a second`);
  }

  #find(message: Envelope): Sent | undefined {
    const { epoch, conversation } = message;
    return this.#ledger.find({ epoch, conversation, number: Number(message.number) });
  }

  #occasionsOf(peer: SimPeer): Occasions {
    const occasions = this.#occasions.get(peer) ?? { routeMs: -Infinity, progressMs: new Map<bigint, number>() };
    this.#occasions.set(peer, occasions);
    return occasions;
  }
}

function isRouteEvent(event: CoreEvent): boolean {
  if (event.kind === "frame") return routeFrames.has(kindOf(event.bytes));
  return event.kind === "link-opened" || event.kind === "link-closed" || event.kind === "start";
}

const routeFrames: ReadonlySet<string> = new Set(["hello", "welcome", "confirm", "adverts", "goodbye", "answer"]);

function isRouteEffect({ kind }: Effect): boolean {
  return kind === "peer" || kind === "hang-up" || kind === "id" || kind === "ready";
}

/** Whom the message is sent to with this envelope: a custodian, where that is not its target. */
function targetOf({ body, destinations }: Envelope, message: Envelope): bigint {
  return (body.case === "multicast" ? message.destinations[0] : destinations[0]) ?? 0n;
}

/**
 * What is dropped makes room for others of its conversation, and their wait begins anew: a copy in a mailbox, or what a sender
 * has settled, of which not all is told by a status.
 */
function noteDropped(ops: Extract<Effect, { kind: "persist" }>["ops"], { progressMs }: Occasions, nowMs: number): void {
  for (const { table, key, value } of ops) {
    if (table === "mailbox") progressMs.set(BigInt(`0x${key.slice(16, 32)}`), nowMs);
    else if (table === "outbox" && value === undefined) progressMs.set(BigInt(`0x${key.slice(0, 16)}`), nowMs);
  }
}

/** A message leaves its sender with the time that it has left. */
function checkTtl(peer: SimPeer, { ttlMs }: Envelope, { expiresAtMs, text, muddled }: Sent): void {
  const leftMs = Math.max(1, Math.min(peer.limits.ttlMs, expiresAtMs - peer.nowMs));
  if (!muddled && Math.abs(ttlMs - leftMs) > 2)
    fail("5: kept for its time", `${peer.name} sends ${text} with ${ttlMs} ms to live, and it has ${leftMs}`);
}
