import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/**
 * Whether the bytes are a message of the schema at every depth: each field of its own wire type, each nested message
 * within its length. The generated codec lets some of this pass and goes on reading somewhere else, so that only
 * well-formed bytes can be compared with it.
 */
export function isWellFormed(schema: DescMessage, bytes: Uint8Array): boolean {
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const field = schema.fields.find((known) => known.number === number);
      if (field !== undefined && !isOfType(field, wireType)) return false;
      const isMessage = field?.fieldKind === "message" || (field?.fieldKind === "list" && field.listKind === "message");
      if (!isMessage) reader.skip(wireType, number);
      else if (field.message === undefined || !isWellFormed(field.message, reader.bytes())) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function isOfType(field: DescField, wireType: WireType): boolean {
  const isPacked = field.fieldKind === "list" && wireType === WireType.LengthDelimited;
  switch (field.scalar) {
    case ScalarType.FIXED64:
      return isPacked || wireType === WireType.Bit64;
    case ScalarType.FIXED32:
      return isPacked || wireType === WireType.Bit32;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return wireType === WireType.LengthDelimited;
    case undefined:
      return wireType === (field.fieldKind === "enum" ? WireType.Varint : WireType.LengthDelimited);
    default:
      return isPacked || wireType === WireType.Varint;
  }
}
