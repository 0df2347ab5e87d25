import type { Announcement } from "./announcement.ts";

/** What modules and a gossip program say to each other, over a connection to its API address. */
export type ApiMessage =
  /** 500. A module tells all others; no answer. */
  | { readonly kind: "announce"; readonly announcement: Announcement }
  /** 501. A module registers a type. */
  | { readonly kind: "notify"; readonly type: number }
  /** 502. A module is told. The id is what it answers with; 0 to 65,535. */
  | { readonly kind: "notification"; readonly id: number; readonly type: number; readonly data: Uint8Array }
  /** 503. A module says whether that was well-formed. */
  | { readonly kind: "validation"; readonly id: number; readonly isValid: boolean };

/** What gossip programs say to each other. Addresses are host:port with an IPv4 host; the wire holds no others. */
export type PeerMessage =
  /** 504. Asks for peers, and says where the one who asks listens. */
  | { readonly kind: "pull"; readonly address: string }
  /** 505. The peers that the answering one knows. */
  | { readonly kind: "response"; readonly addresses: readonly string[] }
  /** 506. Says where the sender listens. */
  | { readonly kind: "push"; readonly address: string }
  /** 507. An announcement, wrapped whole. */
  | { readonly kind: "content"; readonly announcement: Announcement };

/** One message of the wire; all integers are big-endian, and the size counts the header. Source: VoidPhone, report and API. */
export type GossipMessage = ApiMessage | PeerMessage;

/** What was read: a message, or one that is none, of which the size was right, so that those behind it can be read. */
export type GossipItem = GossipMessage | { readonly kind: "corrupt"; readonly reason: string };

/** The numbers of the messages. */
export const messageType = {
  announce: 500,
  notify: 501,
  notification: 502,
  validation: 503,
  pull: 504,
  response: 505,
  push: 506,
  content: 507,
} as const satisfies Readonly<Record<GossipMessage["kind"], number>>;

/** Bytes before the body: size and type. */
export const headerBytes = 4;
