import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { MulticastSchema } from "../gen/e3/v1/envelope_pb.ts";
import { bodyFieldOf, writeEnvelope, type Header } from "./header.ts";
import { encodeRare } from "./body.ts";

/** What differs from target to target of one message. */
export interface MulticastLine {
  readonly node: bigint;
  readonly conversation: bigint;
  readonly number: number;
  readonly attempt: number;
  readonly floor: number;
  readonly begin: number;
}

/** The body of an envelope to several targets, encoded. @param body what the message is after its header. */
export function encodeMulticast(lines: readonly MulticastLine[], body: Uint8Array): Uint8Array {
  const wire = lines.map(({ number, floor, begin, ...line }) => {
    return { ...line, number: BigInt(number), floor: BigInt(floor), begin: BigInt(begin) };
  });
  return encodeRare("multicast", toBinary(MulticastSchema, create(MulticastSchema, { lines: wire, body })));
}

/**
 * The envelope that one target takes of it: its own line, and the message.
 * @returns undefined when it is malformed, or has no line for the target.
 */
export function unfold(
  bytes: Uint8Array,
  header: Header,
  node: bigint,
): { readonly envelope: Uint8Array; readonly header: Header } | undefined {
  try {
    const { lines, body } = fromBinary(MulticastSchema, bytes);
    const line = lines.find((one) => one.node === node);
    if (line === undefined) return undefined;
    const { conversation, attempt } = line;
    const numbers = { number: Number(line.number), floor: Number(line.floor), begin: Number(line.begin) };
    if (conversation === 0n || !Object.values(numbers).every(Number.isSafeInteger)) return undefined;
    const own = { ...header, ...numbers, conversation, attempt, bodyField: bodyFieldOf(body) };
    return { envelope: writeEnvelope(own, body), header: own };
  } catch {
    return undefined;
  }
}
