import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { FastHandshakeSchema, HandshakeSchema, MessageSchema } from "../../gen/cs2/cs2_pb.ts";
import type { WireFault } from "../parser.ts";
import { encodeFrame } from "./frame-parser.ts";

/** What a program says in one frame. */
export type ClientFrame =
  | { readonly kind: "message"; readonly to: bigint; readonly text: string }
  /** It would like to have this id; 0n to keep the one it has. */
  | { readonly kind: "wish"; readonly id: bigint };

/**
 * Reads a frame. The messages share their field numbers and no frame says which one it holds: text is what only a Message
 * has, a varint in its place only a Handshake, and a FastHandshake has an id and nothing else. Never throws.
 */
export function readClientFrame(payload: Uint8Array): ClientFrame | WireFault {
  try {
    const { types } = fieldsOf(payload);
    if (types.get(textField) === WireType.LengthDelimited || (types.has(2) && !types.has(textField) && !types.has(4))) {
      const { to, msg } = fromBinary(MessageSchema, payload);
      return { kind: "message", to, text: msg };
    }
    if (types.has(textField) || types.has(4)) {
      const { changeId, newId, id } = fromBinary(HandshakeSchema, payload);
      return { kind: "wish", id: changeId ? newId : id };
    }
    return { kind: "wish", id: fromBinary(FastHandshakeSchema, payload).id };
  } catch {
    return { code: "malformed", reason: "a frame holds neither a Message nor a handshake" };
  }
}

/** A message to the program. @param fr the sender, 0n for the bridge itself. @param to 0n for everyone. */
export function encodeMessage(message: { readonly fr: bigint; readonly to: bigint; readonly msg: string }): Uint8Array {
  return encodeFrame(toBinary(MessageSchema, create(MessageSchema, message)));
}

/**
 * The program's id. Serves both dialects: a Handshake that asks for nothing has the same bytes.
 *
 * @param error the id it asked for is not to be had.
 */
export function encodeHandshake(id: bigint, error: boolean): Uint8Array {
  return encodeFrame(toBinary(FastHandshakeSchema, create(FastHandshakeSchema, { id, error })));
}

const textField = 3;

/** The fields that are there, with the type each has on the wire. @throws Error when the bytes are no message. */
function fieldsOf(payload: Uint8Array): { readonly types: ReadonlyMap<number, WireType> } {
  const types = new Map<number, WireType>();
  const reader = new BinaryReader(payload);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field <= 2 && type !== WireType.Varint) throw new Error(`field ${field} is no number`);
    types.set(field, type);
    reader.skip(type, field);
  }
  return { types };
}
