import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { FrameSchema, type Frame } from "../gen/e3/v1/link_pb.ts";

/** What a frame is made of: its case and its value. */
export type FrameInit = NonNullable<MessageInitShape<typeof FrameSchema>["frame"]>;

/** A control frame as it travels. Batches of envelopes have a codec of their own (batch.ts). */
export function encodeFrame(frame: FrameInit): Uint8Array {
  return toBinary(FrameSchema, create(FrameSchema, { frame }));
}

/** A frame from elsewhere; undefined when it is malformed. A kind that this version does not know has no case. */
export function decodeFrame(bytes: Uint8Array): Frame["frame"] | undefined {
  try {
    return fromBinary(FrameSchema, bytes).frame;
  } catch {
    return undefined;
  }
}
