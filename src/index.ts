/** The library: start a peer, send, receive, look into the mesh. */
export { createPeer } from "./compose.ts";
export { E3Error, type ErrorCode } from "./core/error.ts";
export type {
  Content,
  Explanation,
  Message,
  MessagesOptions,
  Peer,
  PeerEvent,
  PeerInfo,
  PeerOptions,
  PeersOptions,
  PeerStatus,
  SearchAnswer,
  SendOptions,
  SendStatus,
  Sent,
  Settled,
  Topology,
} from "./peer/types.ts";
export type { Log } from "./ports/log.ts";
