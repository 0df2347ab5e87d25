import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import { envelopesIn, isForAll, messagesIn } from "./frame-reader.ts";
import type { IdCheck } from "./id-check.ts";
import { isOver, nameOf, wasDurable, type Conversation, type Ledger, type Sent } from "./ledger.ts";
import type { SimPeer } from "./sim-peer.ts";
import { textOf } from "./records.ts";

/**
 * MessageCheck: what travels is what was sent, by its sender, to whom it was sent.
 *
 * Invariants of the design: law 3 (nothing leaves before it is durable), 8 (mail bound to a key goes to no other), 10 (a
 * floor passes what is settled only), 11 and 15 (byte for byte, at every hop), 12 (frames and hops).
 */
export class MessageCheck {
  readonly #ledger: Ledger;
  readonly #ids: IdCheck;

  constructor(ledger: Ledger, ids: IdCheck) {
    this.#ledger = ledger;
    this.#ids = ids;
  }

  /** A frame of envelopes sets out. */
  frame(from: SimPeer, bytes: Uint8Array): void {
    const { frameBytesMax, batchCountMax } = from.limits;
    const envelopes = envelopesIn(bytes);
    if (bytes.length > frameBytesMax || envelopes.length > batchCountMax)
      fail("12: bounds", `${from.name} sends ${envelopes.length} envelopes, ${bytes.length} bytes, in one frame`);
    for (const envelope of envelopes) {
      // What is for everyone has no destination, and checks of its own.
      if (isForAll(envelope)) continue;
      this.#checkHeader(from, envelope);
      const isOwn = envelope.epoch === this.#ledger.epochOf(from);
      for (const message of messagesIn(envelope)) this.#check(from, message, isOwn);
    }
  }

  #checkHeader(from: SimPeer, { hopsLeft, destinations }: Envelope): void {
    const { hopsMax, destinationsMax } = from.limits;
    if (hopsLeft <= hopsMax && destinations.length > 0 && destinations.length <= destinationsMax) return;
    fail("12: bounds", `${from.name} sends an envelope of ${hopsLeft} hops to ${destinations.length} destinations`);
  }

  /** @param isOwn the sender makes it, or what it is wrapped in; else it passes it on. */
  #check(from: SimPeer, message: Envelope, isOwn: boolean): void {
    const { epoch, conversation: name, origin } = message;
    const number = Number(message.number);
    const conversation = this.#ledger.conversation(epoch, name);
    const sent = conversation?.sends.get(number);
    const words = (): string => `${nameOf({ epoch, conversation: name, number })} from ${from.name}`;
    if (conversation === undefined || sent === undefined) return fail("11: what travels was sent", words());
    if (!wasDurable(sent, textOf(message))) fail("law 3: nothing leaves before it is durable", words());
    if (!sent.texts.includes(textOf(message))) fail("11, 15: byte for byte", words());
    if (!this.#ids.hasHeld(sent.by, origin)) fail("11: by its shown sender", `${words()} as from ${origin}`);
    checkBinding(
      { message, sent, conversation, isSender: isOwn && message.epoch === this.#ledger.epochOf(from) },
      words,
    );
    checkFloor(conversation, Number(message.floor), words);
  }
}

interface Bound {
  readonly message: Envelope;
  readonly sent: Sent;
  readonly conversation: Conversation;
  /** It leaves its sender, which makes it out to whom it knows; not in mail that the sender only passes on. */
  readonly isSender: boolean;
}

function checkBinding({ message, sent, conversation, isSender }: Bound, words: () => string): void {
  const bound = message.destinationKeys[0] ?? 0n;
  if (sent.boundTo !== 0n) {
    if (bound !== sent.boundTo)
      fail("8: mail bound to a key goes to no other", `${words()} is bound to ${sent.boundTo}, not ${bound}`);
    return;
  }
  // Its sender may have bound it later, which must be durable then; custodians bind their copies by themselves.
  if (bound !== 0n && isSender && bound !== conversation.boundTo)
    fail("8: a binding is durable before mail leaves by it", `${words()} goes to ${bound}`);
}

/** Below the floor all is settled: whoever receives it does not wait for anything there, nor take it. */
function checkFloor(conversation: Conversation, floor: number, words: () => string): void {
  for (let number = conversation.settledBelow; number < floor; number += 1) {
    const below = conversation.sends.get(number);
    if (below !== undefined && below.durable && !isOver(below))
      fail("10: a floor passes what is settled only", `${words()} has the floor ${floor} above ${number}`);
  }
  conversation.settledBelow = Math.max(conversation.settledBelow, floor);
}
