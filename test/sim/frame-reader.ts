import { create, fromBinary } from "@bufbuild/protobuf";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { EnvelopeSchema, type Envelope, type Multicast } from "../../src/gen/e3/v1/envelope_pb.ts";
import { FrameSchema, type Frame } from "../../src/gen/e3/v1/link_pb.ts";

// What travels, read with the generated code alone, so that checks share no code with the core.

/** What a frame is, in short, for traces. */
export function kindOf(frame: Uint8Array): string {
  return kinds[(frame[0] ?? 0) >> 3] ?? "frame";
}

// Field numbers of the oneof in Frame.
const kinds: Readonly<Record<number, string>> = {
  1: "hello",
  2: "welcome",
  3: "confirm",
  4: "adverts",
  5: "envelopes",
  6: "digest",
  7: "exchange",
  8: "ping",
  9: "pong",
  10: "goodbye",
  11: "question",
  12: "answer",
};

/** Whether it is a ping or a pong: nearly all that a quiet mesh sends. Looks at the first byte alone. */
export function isPing(frame: Uint8Array): boolean {
  const kind = (frame[0] ?? 0) >> 3;
  return kind === 8 || kind === 9;
}

/** Whether a frame is one that an idle mesh sends too: pings, and digests that only compare sums. */
export function isIdle(frame: Uint8Array): boolean {
  if (isPing(frame)) return true;
  // A sum is a fixed64 with its tag, after the tag and length of the digest: what is longer lists something.
  return kindOf(frame) === "digest" && frame.length <= 11;
}

/** Whether a step is one of an idle mesh: pings came or are due, and pings or their answers leave. Nearly all are. */
export function isIdleStep(event: CoreEvent, effects: readonly Effect[]): boolean {
  if (event.kind !== "alarm" && !(event.kind === "frame" && isPing(event.bytes))) return false;
  for (const effect of effects) if (effect.kind !== "frame" || !isPing(effect.bytes)) return false;
  return true;
}

let lastBytes: Uint8Array | undefined;
let last: Frame["frame"] = { case: undefined };

/** The frame. Several that look at one frame in turn have it read once. */
export function frameOf(bytes: Uint8Array): Frame["frame"] {
  if (bytes === lastBytes) return last;
  last = fromBinary(FrameSchema, bytes).frame;
  lastBytes = bytes;
  return last;
}

/** The envelopes of a frame; none when it is another one. */
export function envelopesIn(bytes: Uint8Array): readonly Envelope[] {
  if ((bytes[0] ?? 0) >> 3 !== 5) return [];
  const frame = frameOf(bytes);
  return frame.case === "envelopes" ? frame.value.envelopes : [];
}

/** The envelopes of an effect. All who look at one effect have them read once. */
export function leavingIn({ envelopes }: { readonly envelopes: readonly Uint8Array[] }): readonly Envelope[] {
  const known = leavers.get(envelopes);
  const read = known ?? envelopes.map((bytes) => fromBinary(EnvelopeSchema, bytes));
  if (known === undefined) leavers.set(envelopes, read);
  return read;
}

const leavers = new WeakMap<readonly Uint8Array[], readonly Envelope[]>();

/** The messages that an envelope carries: itself, those bundled in it, or those wrapped in it for or by a custodian. */
export function messagesIn(envelope: Envelope): readonly Envelope[] {
  const { conversation, number, body } = envelope;
  if (body.case === "multicast") return unfolded(envelope, body.value);
  if (conversation === 0n) return body.case === "custody" ? body.value.envelopes.flatMap(messagesIn) : [];
  if (body.case !== "bundle") return [envelope];
  const known = unbundled.get(envelope);
  if (known !== undefined) return known;
  const messages = body.value.bodies.map((bytes, index) => {
    const single = fromBinary(EnvelopeSchema, bytes);
    return create(EnvelopeSchema, { ...envelope, number: number + BigInt(index), body: single.body });
  });
  unbundled.set(envelope, messages);
  return messages;
}

const unbundled = new WeakMap<Envelope, readonly Envelope[]>();

/** What each of the destinations is to take of one message to several. */
function unfolded(envelope: Envelope, { lines, body }: Multicast): readonly Envelope[] {
  const single = fromBinary(EnvelopeSchema, body);
  return lines.flatMap(({ node, conversation, number, attempt, floor, begin }) => {
    // Those on another road may have a line, too.
    const to = envelope.destinations[envelope.destinationKeys.indexOf(node)];
    if (to === undefined) return [];
    const line = { conversation, number, attempt, floor, begin, destinations: [to], destinationKeys: [node] };
    return [create(EnvelopeSchema, { ...envelope, ...line, body: single.body })];
  });
}

/** Name of the conversation that is for everyone: all bits set. */
const everyone = 2n ** 64n - 1n;

/** Whether it is of the conversation of all with all. */
export function isForAll({ conversation }: { readonly conversation: bigint }): boolean {
  return conversation === everyone;
}

/** The conversations that an envelope says something about. */
export function conversationsIn({ conversation, body }: Envelope): readonly bigint[] {
  if (conversation !== 0n) return [conversation];
  if (body.case === "multicast") return body.value.lines.map((line) => line.conversation);
  if (body.case === "receipts") return body.value.receipts.map((receipt) => receipt.conversation);
  return body.case === "custody" ? body.value.envelopes.map((envelope) => envelope.conversation) : [];
}
