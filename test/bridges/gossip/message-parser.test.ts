import fc from "fast-check";
import { expect, test } from "vitest";
import { MessageParser } from "../../../src/bridges/gossip/message-parser.ts";
import type { GossipItem } from "../../../src/bridges/gossip/message.ts";
import { writeMessage } from "../../../src/bridges/gossip/write-message.ts";
import type { WireFault } from "../../../src/bridges/parser.ts";
import { anyBytes, anyMessage } from "./arbitrary.ts";

const notify = [0, 8, 1, 0xf5, 0, 0, 0, 1];

test("a message is given as soon as its last byte is here", () => {
  const parser = new MessageParser();
  for (const byte of notify.slice(0, -1))
    expect(parser.push(Uint8Array.of(byte))).toEqual({ items: [], fault: undefined });
  expect(parser.heldBytes).toBe(7);
  expect(parser.push(Uint8Array.of(1))).toEqual({ items: [{ kind: "notify", type: 1 }], fault: undefined });
  expect(parser.heldBytes).toBe(0);
});

test("a frame that is no message is passed over, and the next one is read", () => {
  const foreign = [0, 6, 2, 0x58, 7, 7];
  const { items, fault } = new MessageParser().push(Uint8Array.from([...foreign, ...notify]));
  expect(items.map(({ kind }) => kind)).toEqual(["corrupt", "notify"]);
  expect(fault).toBeUndefined();
});

test("a size below its header ends the reading, and what came before it stands", () => {
  const parser = new MessageParser();
  const parsed = parser.push(Uint8Array.from([...notify, 0, 3, 1, 0xf5, ...notify]));
  const fault = { code: "malformed", reason: "the size 3 does not count its own header of 4 bytes" };
  expect(parsed).toEqual({ items: [{ kind: "notify", type: 1 }], fault });
  expect(parser.push(Uint8Array.from(notify))).toEqual({ items: [], fault });
  expect(parser.heldBytes).toBe(0);
});

test("an end between two messages is none within one", () => {
  const parser = new MessageParser();
  parser.push(Uint8Array.from(notify));
  expect(parser.end()).toEqual({ items: [], fault: undefined });
  parser.push(Uint8Array.from(notify.slice(0, 5)));
  const reason = "the connection ends 3 bytes before its message does";
  expect(parser.end()).toEqual({ items: [], fault: { code: "malformed", reason } });
});

test("the longest frame is read, and a promise of one costs nothing", () => {
  const parser = new MessageParser();
  const announcement = { ttl: 2, type: 9, data: new Uint8Array(65_527).fill(7) };
  const frame = writeMessage({ kind: "announce", announcement });
  expect(frame.length).toBe(65_535);
  parser.push(frame.subarray(0, 5));
  expect(parser.heldBytes).toBe(5);
  expect(parser.push(frame.subarray(5)).items).toEqual([{ kind: "announce", announcement }]);
});

test("what was given is not changed by what comes next", () => {
  const parser = new MessageParser();
  const announcement = { ttl: 0, type: 1, data: Uint8Array.of(1, 2, 3) };
  const chunk = writeMessage({ kind: "announce", announcement });
  const { items } = parser.push(chunk);
  chunk.fill(9);
  parser.push(chunk);
  expect(items).toEqual([{ kind: "announce", announcement }]);
});

test("one message in is one frame out, however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 6 }), fc.array(fc.nat(40)), (messages, cuts) => {
      const bytes = joined(messages.map(writeMessage));
      expect(readIn(bytes, [])).toEqual({ items: messages, fault: undefined });
      expect(readIn(bytes, cuts)).toEqual({ items: messages, fault: undefined });
    }),
  );
});

test("any bytes come to the same, however they are cut, and never more are held than one frame", () => {
  fc.assert(
    fc.property(anyBytes, fc.array(fc.nat(12)), (bytes, cuts) => {
      expect(readIn(bytes, cuts)).toEqual(readIn(bytes, []));
    }),
    { numRuns: 1_000 },
  );
});

/** All that comes of the bytes in chunks of these lengths, and of the rest at once. */
function readIn(
  bytes: Uint8Array,
  cuts: readonly number[],
): { items: readonly GossipItem[]; fault: WireFault | undefined } {
  const parser = new MessageParser();
  const items: GossipItem[] = [];
  let at = 0;
  for (const length of [...cuts, bytes.length]) {
    items.push(...parser.push(bytes.subarray(at, at + length)).items);
    expect(parser.heldBytes).toBeLessThan(65_535);
    at += length;
  }
  const { items: last, fault } = parser.end();
  return { items: [...items, ...last], fault };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
