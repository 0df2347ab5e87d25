import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethod,
  type DescService,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";

/** A message in the making, as handlers return it and callers pass it. */
export type MessageInit = MessageInitShape<DescMessage>;

/** A decoded message. */
export type Message = MessageShape<DescMessage>;

/** One method as grpc-js wants it, for all four kinds of call. */
export type Method = MethodDefinition<MessageInit, MessageInit>;

/** The definition of a generated service as grpc-js wants it, by local method name. */
export function serviceDefinition(service: DescService): ServiceDefinition {
  return Object.fromEntries(service.methods.map((method) => [method.localName, methodDefinition(method)]));
}

/** The definition of one method. Its deserializers throw on bytes that are not such a message. */
export function methodDefinition(method: DescMethod): Method {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: encoder(method.input),
    requestDeserialize: decoder(method.input),
    responseSerialize: encoder(method.output),
    responseDeserialize: decoder(method.output),
  };
}

function encoder(schema: DescMessage): (init: MessageInit) => Buffer {
  return (init) => asBuffer(toBinary(schema, create(schema, init)));
}

function decoder(schema: DescMessage): (bytes: Buffer) => Message {
  // Decoded bytes fields are views of the input, and small buffers are slices of a pool shared with the whole process.
  // The copy gives the message memory of its own, so that keeping one field keeps no one else's bytes.
  return (bytes) => fromBinary(schema, new Uint8Array(bytes));
}

/** The same bytes as a Buffer, not copied: grpc-js calls methods that only Buffer has. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
