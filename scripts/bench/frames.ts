/**
 * Frames of raw streams: many small things in one message of a stream.
 *
 * Messages: number (4 bytes), length (4 bytes), body; one after the other. Acknowledgements: a number (4 bytes) for each
 * message, or, cumulative, one number for all up to it. Big-endian.
 */

/** Bytes before each body. */
const headBytes = 8;

/** Bytes of one frame. */
const frameBytesMax = 256 * 1_024;

/** How many messages of this body are in one frame at most: a window leaves in several, so that each process has something to do. */
export function frameCountMax(bodyBytes: number): number {
  return Math.max(1, Math.min(256, Math.floor(frameBytesMax / (headBytes + bodyBytes))));
}

/** Messages with these numbers, all with the same text, which is encoded for each. */
export function messagesFrame(firstNumber: number, count: number, text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const size = headBytes + bytes;
  const frame = Buffer.allocUnsafe(size * count);
  for (let index = 0, at = 0; index < count; index += 1, at += size) {
    frame.writeUInt32BE((firstNumber + index) >>> 0, at);
    frame.writeUInt32BE(bytes, at + 4);
    frame.write(text, at + headBytes, "utf8");
  }
  return frame;
}

/** Gives each message in a frame to somebody, decoded. */
export function readMessages(frame: Buffer, take: (number: number, text: string) => void): void {
  for (let at = 0; at + headBytes <= frame.length;) {
    const start = at + headBytes;
    const end = start + frame.readUInt32BE(at + 4);
    take(frame.readUInt32BE(at), frame.toString("utf8", start, end));
    at = end;
  }
}

/** An acknowledgement for each number, 4 bytes. */
export function acksFrame(numbers: readonly number[]): Buffer {
  const frame = Buffer.allocUnsafe(4 * numbers.length);
  for (const [index, number] of numbers.entries()) frame.writeUInt32BE(number, 4 * index);
  return frame;
}

/** How many acknowledgements are in such a frame, each read. @throws Error when one is not the next. */
export function countAcks(frame: Buffer, last: number): number {
  let expected = last;
  for (let at = 0; at + 4 <= frame.length; at += 4) {
    expected = (expected + 1) >>> 0;
    if (frame.readUInt32BE(at) !== expected) throw new Error("an acknowledgement is out of order");
  }
  return frame.length / 4;
}
