import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { FrameSchema, type Frame } from "../gen/e3/v1/link_pb.ts";
import { decodeTopologyFrame, type TopologyFrame } from "./topology-frame.ts";
import { fixed64Bytes, lengthDelimitedBytes, WireWriter } from "./wire-writer.ts";

/** What a frame is made of: its case and its value. */
export type FrameInit = NonNullable<MessageInitShape<typeof FrameSchema>["frame"]>;

/** A frame as it was read. */
export type ReadFrame = Exclude<Frame["frame"], { case: TopologyFrame["case"] }> | TopologyFrame;

/** A control frame as it travels. Envelopes and the topology have codecs of their own (batch.ts, topology-frame.ts). */
export function encodeFrame(frame: FrameInit): Uint8Array {
  return toBinary(FrameSchema, create(FrameSchema, { frame }));
}

/** A frame from elsewhere; undefined when it is malformed. A kind that this version does not know has no case. */
export function decodeFrame(bytes: Uint8Array): ReadFrame | undefined {
  try {
    return decodeTopologyFrame(bytes) ?? fromBinary(FrameSchema, bytes).frame;
  } catch {
    return undefined;
  }
}

/** Frames that hold one fixed64 alone: all that is said on links while the mesh is idle. */
export type ShortFrame = "digest" | "ping" | "pong";

/**
 * A short frame as it travels: a ping or pong with the nonce, or a digest with the summary and nothing else. The same
 * bytes as encodeFrame makes of it.
 */
export function encodeShort(kind: ShortFrame, value: bigint): Uint8Array {
  const length = fixed64Bytes(value);
  const wire = new WireWriter(lengthDelimitedBytes(shortTags[kind], length));
  wire.prefix(shortTags[kind], length);
  wire.fixed64(valueTag, value);
  return wire.bytes;
}

/**
 * Which short frame the bytes are; undefined when they are another frame, or one that only decodeFrame understands: with
 * unknown fields, with a field twice, or without the value, which is how zero is written.
 */
export function shortKind(bytes: Uint8Array): ShortFrame | undefined {
  if (bytes.length !== shortBytes || bytes[1] !== valueBytes || bytes[2] !== valueTag) return undefined;
  switch (bytes[0]) {
    case shortTags.ping:
      return "ping";
    case shortTags.pong:
      return "pong";
    case shortTags.digest:
      return "digest";
    default:
      return undefined;
  }
}

/** The value in a short frame. */
export function shortValue(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, shortBytes).getBigUint64(3, true);
}

/** The pong to a short frame that is a ping. It owns its bytes: the ping's may be a view of much more. */
export function pongTo(ping: Uint8Array): Uint8Array {
  const pong = new Uint8Array(ping);
  pong[0] = shortTags.pong;
  return pong;
}

/** Frame.digest, ping and pong, fields 6, 8 and 9, length-delimited; in each of them field 1, a fixed64. */
const shortTags = { digest: 0x32, ping: 0x42, pong: 0x4a } as const;
const valueTag = 0x09;
/** The value with its tag; and with those of the frame before it. */
const valueBytes = 9;
const shortBytes = 2 + valueBytes;
