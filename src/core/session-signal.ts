import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { SignalKind, SignalSchema } from "../gen/e3/v1/envelope_pb.ts";
import { bodyFields, encodeRare } from "./body.ts";
import { encodeUtf8 } from "./utf8.ts";

/** What one peer says to another about a session. */
export interface SessionSignal {
  readonly kind: "request" | "accept" | "reject" | "busy" | "end";
  /** Random name of the session. */
  readonly session: bigint;
  /** In words, for people; may be empty. */
  readonly reason: string;
}

/**
 * The body of a signal, encoded.
 * @throws E3Error "bad-content" when the reason is not Unicode.
 */
export function encodeSignal({ kind, session, reason }: SessionSignal): Uint8Array {
  encodeUtf8(reason);
  const message = create(SignalSchema, { kind: kinds[kind], session, reason });
  return encodeRare("signal", toBinary(SignalSchema, message));
}

/**
 * The signal in a body of that kind. Never throws.
 * @param reasonBytesMax the longest reason.
 * @returns undefined when it is malformed, or of a kind this version does not know.
 */
export function decodeSignal(bytes: Uint8Array, reasonBytesMax: number): SessionSignal | undefined {
  try {
    const { kind, session, reason } = fromBinary(SignalSchema, bytes);
    const known = signalKinds.find((name) => kinds[name] === kind);
    if (known === undefined || session === 0n || reasonBytes(reason) > reasonBytesMax) return undefined;
    return { kind: known, session, reason };
  } catch {
    return undefined;
  }
}

/** Whether an encoded body is a signal: then it is no send of a person, who is not told what becomes of it. */
export function isSignal(body: Uint8Array): boolean {
  return body[0] === tagByte;
}

/** First byte of the tag: no other body has the same. */
const tagByte = ((bodyFields.signal * 8 + 2) & 0x7f) | 0x80;

/** Bytes of UTF-8 that a reason takes. @throws E3Error "bad-content" when it is not Unicode. */
export function reasonBytes(reason: string): number {
  return encodeUtf8(reason).length;
}

const kinds: Readonly<Record<SessionSignal["kind"], SignalKind>> = {
  request: SignalKind.REQUEST,
  accept: SignalKind.ACCEPT,
  reject: SignalKind.REJECT,
  busy: SignalKind.BUSY,
  end: SignalKind.END,
};

const signalKinds = ["request", "accept", "reject", "busy", "end"] as const;
