import { FrameParser as Cs2Parser, frameBytesMax } from "../../src/bridges/cs2/frame-parser.ts";
import { encodeHandshake, encodeMessage, readClientFrame } from "../../src/bridges/cs2/message.ts";
import { MessageParser } from "../../src/bridges/gossip/message-parser.ts";
import { lineBytesMax, LineParser } from "../../src/bridges/line/line-parser.ts";
import { encodeLine } from "../../src/bridges/line/write-line.ts";
import type { Parser } from "../../src/bridges/parser.ts";
import { parseCommand } from "../../src/bridges/registry-chat/command.ts";
import { readHello } from "../../src/bridges/registry-chat/datagram.ts";
import { FrameParser } from "../../src/bridges/registry-chat/frame-parser.ts";
import { encodeFrame, headerBytes, payloadReadBytesMax } from "../../src/bridges/registry-chat/frame.ts";
import { readDatagram } from "../../src/bridges/udp-chat/read-datagram.ts";

/** What a target read of some chunks. */
export interface Reading {
  /** All items and the fault, as text to compare. */
  readonly items: string;
  readonly count: number;
  /** The most that was held between two chunks. */
  readonly heldBytes: number;
}

/** The reading side of one wire. */
export interface Target {
  readonly wire: string;
  /** Valid inputs. */
  readonly samples: readonly Uint8Array[];
  readonly heldBytesMax: number;
  /** Where its bytes are cut makes no difference. */
  readonly isCutAnywhere: boolean;
  read(chunks: readonly Uint8Array[]): Reading;
}

/** All wires. */
export const targets: readonly Target[] = [
  {
    wire: "cs2",
    samples: [encodeHandshake(42n, true), encodeMessage({ fr: 3n, to: 2n ** 63n - 1n, msg: "Hi there! çé😀" })],
    ...{ heldBytesMax: frameBytesMax + 4, isCutAnywhere: true },
    read: (chunks) => readStream(new Cs2Parser(), readClientFrame, chunks),
  },
  {
    wire: "udp-chat",
    samples: [
      ...["signup?ali|secret", "signin?ali|secret", "fetch?", "connect?4621|127.0.0.1:5000|9101|127.0.0.1:5001"],
      ...["broadcast?17|hello|4621|{'4621': 0, '9101': 3}", "message?hello|4621|{'4621': 1}"],
    ].map((text) => Buffer.from(text)),
    ...{ heldBytesMax: 0, isCutAnywhere: false },
    read: (chunks) => ({ items: chunks.map((chunk) => shown(readDatagram(chunk))).join("\n"), count: 1, heldBytes: 0 }),
  },
  {
    wire: "registry-chat",
    samples: [
      ...["&&REGISTER&&|ali|4920", "&&SEARCH&&|beyza|ali", "&&OK&&|me|sender|4920", "&&GROUPCHAT&&|ali|beyza|"],
      ...["&&MESSAGE&&|a | b", "&&LOGOUT&&", "&&HELLO&&|ali"],
    ].map(encodeFrame),
    ...{ heldBytesMax: payloadReadBytesMax + headerBytes, isCutAnywhere: true },
    read(chunks) {
      for (const chunk of chunks) readHello(chunk);
      return readStream(new FrameParser(), parseCommand, chunks);
    },
  },
  {
    wire: "gossip",
    samples: [
      Uint8Array.of(0, 10, 1, 244, 3, 0, 0, 42, 7, 7),
      Uint8Array.of(0, 8, 1, 245, 0, 0, 0, 42),
      Uint8Array.of(0, 8, 1, 247, 0, 1, 0, 1),
      Uint8Array.of(0, 10, 1, 248, 127, 0, 0, 1, 0x17, 0x71),
      Uint8Array.of(0, 12, 1, 249, 0, 1, 127, 0, 0, 1, 0x17, 0x71),
      Uint8Array.of(0, 14, 1, 251, 0, 10, 1, 244, 3, 0, 0, 42, 7, 7),
    ],
    ...{ heldBytesMax: 65_536, isCutAnywhere: true },
    read: (chunks) => readStream(new MessageParser(), (item) => item, chunks),
  },
  {
    wire: "line",
    samples: ["hello", "exit", "CONNECT_REQUEST", "çé😀\n"].flatMap((text) =>
      [true, false].map((bracketed) => encodeLine({ address: "127.0.0.1:8080", team: "P1", bracketed }, text)),
    ),
    // What comes at one time is one line.
    ...{ heldBytesMax: lineBytesMax, isCutAnywhere: false },
    read: (chunks) => readStream(new LineParser(), (item) => item, chunks),
  },
];

function readStream<Item>(parser: Parser<Item>, read: (item: Item) => unknown, chunks: readonly Uint8Array[]): Reading {
  const items: unknown[] = [];
  let heldBytes = 0;
  let fault: unknown;
  for (const chunk of chunks) {
    const parsed = parser.push(chunk);
    items.push(...parsed.items.map(read));
    fault = parsed.fault ?? fault;
    heldBytes = Math.max(heldBytes, parser.heldBytes);
  }
  const last = parser.end();
  items.push(...last.items.map(read));
  return { items: shown([items, last.fault ?? fault]), count: items.length, heldBytes };
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === "bigint") return `${part}n`;
    if (part instanceof Uint8Array) return Buffer.from(part).toString("hex");
    return part instanceof Map ? [...part] : part;
  });
}
