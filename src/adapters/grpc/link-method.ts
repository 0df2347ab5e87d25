import type { MethodDefinition } from "@grpc/grpc-js";
import { LinkService } from "../../gen/e3/v1/link_pb.ts";
import { PrefixedFrame } from "./prefixed-frame.ts";
import { asBuffer, methodDefinition } from "./service-definition.ts";

/** What a server writes, its clients read as plain frames. */
interface LinkMethod extends MethodDefinition<Uint8Array, Uint8Array | PrefixedFrame> {
  readonly responseDeserialize: (bytes: Buffer) => Uint8Array;
}

/**
 * LinkService.Link with frames left as bytes: whoever forwards them reads the few fields it needs.
 *
 * Received frames are plain Uint8Arrays, not Buffers, whose slice would not copy.
 */
export const linkMethod: LinkMethod = {
  ...methodDefinition(LinkService.method.link),
  requestSerialize: asBuffer,
  requestDeserialize: asBytes,
  responseSerialize: (frame) => (frame instanceof PrefixedFrame ? frame.message : asBuffer(frame)),
  responseDeserialize: asBytes,
};

function asBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
