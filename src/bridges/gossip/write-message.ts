import type { Announcement } from "./announcement.ts";
import { addressBytes, addressToBytes } from "./ipv4.ts";
import { type GossipMessage, headerBytes, messageType } from "./message.ts";

/** The most peers that one RESPONSE can list. */
export const responseCountMax = Math.floor((65_535 - headerBytes - 2) / addressBytes);

/**
 * The frame of a message, of a memory of its own. Reserved bits are 0.
 *
 * What the wire cannot hold must not come here: data above announcedBytesMax (in a content, above sharedBytesMax), more
 * than responseCountMax addresses; an address that is not IPv4 is written as 0.0.0.0:0, which nobody can dial.
 */
export function writeMessage(message: GossipMessage): Uint8Array {
  switch (message.kind) {
    case "announce":
      return announce(message.announcement);
    case "notify":
      return frame(messageType.notify, [0, 0, ...u16(message.type)]);
    case "notification":
      return frame(messageType.notification, [...u16(message.id), ...u16(message.type)], message.data);
    case "validation":
      return frame(messageType.validation, [...u16(message.id), 0, message.isValid ? 1 : 0]);
    case "pull":
    case "push":
      return frame(messageType[message.kind], bytesOf(message.address));
    case "response":
      return frame(messageType.response, [...u16(message.addresses.length), ...message.addresses.flatMap(bytesOf)]);
    case "content":
      return frame(messageType.content, [], announce(message.announcement));
  }
}

function announce({ ttl, type, data }: Announcement): Uint8Array {
  return frame(messageType.announce, [ttl, 0, ...u16(type)], data);
}

function frame(type: number, head: readonly number[], data?: Uint8Array): Uint8Array {
  const size = headerBytes + head.length + (data?.length ?? 0);
  const bytes = new Uint8Array(size);
  bytes.set([...u16(size), ...u16(type)]);
  bytes.set(head, headerBytes);
  if (data !== undefined) bytes.set(data, headerBytes + head.length);
  return bytes;
}

function u16(number: number): readonly [number, number] {
  return [(number >> 8) & 0xff, number & 0xff];
}

function bytesOf(address: string): readonly number[] {
  return addressToBytes(address) ?? [0, 0, 0, 0, 0, 0];
}
