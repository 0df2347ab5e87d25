import { encodeUtf8 } from "../core/utf8.ts";

/** What is signed: a label that says what the bytes are, so that no signature passes for another, and the bytes. */
export function labelled(label: string, bytes: Uint8Array): Uint8Array {
  const prefix = encodeUtf8(label);
  const whole = new Uint8Array(prefix.length + bytes.length);
  whole.set(prefix);
  whole.set(bytes, prefix.length);
  return whole;
}
