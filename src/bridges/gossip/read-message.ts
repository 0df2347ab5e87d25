import type { Announcement } from "./announcement.ts";
import { addressBytes, readAddress } from "./ipv4.ts";
import { type GossipItem, type GossipMessage, headerBytes, messageType } from "./message.ts";

/**
 * Reads one whole frame, header included. Reserved bits are not looked at. Data are a view of the frame.
 *
 * @param frame as long as its size says, four bytes at least.
 */
export function readMessage(frame: Uint8Array): GossipItem {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const type = view.getUint16(2);
  const kind = kindOf.get(type);
  if (kind === undefined) return corrupt(`no message has the type ${type}; 500 to 507 have one`);
  return readers[kind](frame, view);
}

type Reader = (frame: Uint8Array, view: DataView) => GossipItem;

const kindOf: ReadonlyMap<number, GossipMessage["kind"]> = new Map([
  [messageType.announce, "announce"],
  [messageType.notify, "notify"],
  [messageType.notification, "notification"],
  [messageType.validation, "validation"],
  [messageType.pull, "pull"],
  [messageType.response, "response"],
  [messageType.push, "push"],
  [messageType.content, "content"],
]);

/** Total: a new message fails to compile here. */
const readers: Readonly<Record<GossipMessage["kind"], Reader>> = {
  announce: (frame, view) => {
    const announcement = readAnnouncement(frame, view);
    return announcement === undefined ? shortOf("an ANNOUNCE", frame) : { kind: "announce", announcement };
  },
  notify: fixed("a NOTIFY", 8, (view) => ({ kind: "notify", type: view.getUint16(6) })),
  notification: (frame, view) =>
    frame.length < 8
      ? shortOf("a NOTIFICATION", frame)
      : { kind: "notification", id: view.getUint16(4), type: view.getUint16(6), data: frame.subarray(8) },
  validation: fixed("a VALIDATION", 8, (view) => ({
    kind: "validation",
    id: view.getUint16(4),
    isValid: (view.getUint16(6) & 1) === 1,
  })),
  pull: fixed("a PULL", 10, (view) => ({ kind: "pull", address: readAddress(view, headerBytes) })),
  response: (frame, view) => readResponse(frame, view),
  push: fixed("a PUSH", 10, (view) => ({ kind: "push", address: readAddress(view, headerBytes) })),
  content: (frame) => readContent(frame.subarray(headerBytes)),
};

function fixed(name: string, bytes: number, read: (view: DataView) => GossipMessage): Reader {
  return (frame, view) =>
    frame.length === bytes ? read(view) : corrupt(`${name} has ${bytes} bytes, not ${frame.length}`);
}

function shortOf(name: string, frame: Uint8Array): GossipItem {
  return corrupt(`${name} has 8 bytes or more, not ${frame.length}`);
}

/** size, 500, ttl u8, reserved u8, type u16, data */
function readAnnouncement(frame: Uint8Array, view: DataView): Announcement | undefined {
  if (frame.length < 8) return undefined;
  return { ttl: view.getUint8(4), type: view.getUint16(6), data: frame.subarray(8) };
}

function readResponse(frame: Uint8Array, view: DataView): GossipItem {
  if (frame.length < 6) return corrupt(`a RESPONSE has 6 bytes or more, not ${frame.length}`);
  const count = view.getUint16(4);
  const bytes = 6 + count * addressBytes;
  if (frame.length !== bytes) return corrupt(`a RESPONSE of ${count} peers has ${bytes} bytes, not ${frame.length}`);
  const addresses = Array.from({ length: count }, (_, index) => readAddress(view, 6 + index * addressBytes));
  return { kind: "response", addresses };
}

/** A content may wrap anything; what gossips is an ANNOUNCE, which must fill it. */
function readContent(inner: Uint8Array): GossipItem {
  if (inner.length < headerBytes) return corrupt(`a SEND_CONTENT wraps a whole message, not ${inner.length} bytes`);
  const view = new DataView(inner.buffer, inner.byteOffset, inner.byteLength);
  const [size, type] = [view.getUint16(0), view.getUint16(2)];
  if (size !== inner.length) return corrupt(`a SEND_CONTENT wraps ${inner.length} bytes that say they are ${size}`);
  if (type !== messageType.announce)
    return corrupt(`a SEND_CONTENT wraps an ANNOUNCE, not a message of the type ${type}`);
  const announcement = readAnnouncement(inner, view);
  return announcement === undefined ? shortOf("an ANNOUNCE", inner) : { kind: "content", announcement };
}

function corrupt(reason: string): GossipItem {
  return { kind: "corrupt", reason };
}
