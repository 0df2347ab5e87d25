import { WireReader } from "./wire-reader.ts";
import { lengthDelimitedBytes, WireWriter } from "./wire-writer.ts";

/** Bytes before a frame that a wire can make use of: what gRPC writes there. */
export const frameRoomBytes = 5;

/**
 * The bytes of Frame{ envelopes: Envelopes{ envelopes } } (proto/e3/v1/link.proto), made of encoded envelopes.
 * @param memory where they are put when they fit in there; default and else, memory of their own.
 */
export function encodeBatch(envelopes: readonly Uint8Array[], memory: Uint8Array = none): Uint8Array {
  let length = 0;
  for (const envelope of envelopes) length += lengthDelimitedBytes(envelopeTag, envelope.length);
  const size = lengthDelimitedBytes(envelopesTag, length);
  const wire = new WireWriter(size, size <= memory.length ? memory : "own");
  wire.prefix(envelopesTag, length);
  for (const envelope of envelopes) {
    wire.prefix(envelopeTag, envelope.length);
    wire.raw(envelope);
  }
  return wire.bytes;
}

/**
 * Takes a frame of envelopes apart without decoding or copying them. Never throws.
 *
 * @returns the envelopes, each a view of the frame; undefined when the frame is another one, for the generated codec to
 * decode; or what is wrong with it in words, more than countMax envelopes included.
 */
export function splitBatch(frame: Uint8Array, countMax: number): Uint8Array[] | string | undefined {
  const wire = new WireReader(frame);
  const envelopes: Uint8Array[] = [];
  let isBatch = false;
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag === envelopesTag) {
      isBatch = true;
      readEnvelopes(wire, envelopes, countMax);
    } else {
      // As in every oneof the last member counts, and a member that comes twice in a row is merged.
      if (tag >>> 3 <= framesKnown) {
        isBatch = false;
        envelopes.length = 0;
        if ((tag & 7) !== 2) wire.wrongType(tag);
      }
      wire.skip(tag);
    }
  }
  if (wire.fault !== "") return wire.fault;
  return isBatch ? envelopes : undefined;
}

const none = new Uint8Array(0);

/** Frame.envelopes, field 5, and Envelopes.envelopes, field 1, both length-delimited. */
const envelopesTag = 0x2a;
const envelopeTag = 0x0a;
/** Members of the oneof in Frame have the numbers 1 to 13. */
const framesKnown = 13;

function readEnvelopes(wire: WireReader, into: Uint8Array[], countMax: number): void {
  const outer = wire.enter();
  for (let tag = wire.tag(); tag !== 0; tag = wire.tag()) {
    if (tag !== envelopeTag) wire.skipAbove(1, tag);
    else if (into.length < countMax) into.push(wire.bytes());
    else wire.fail(`a batch has more than ${countMax} envelopes`);
  }
  wire.leave(outer);
}
