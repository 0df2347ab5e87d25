/** The library: start a peer, send, receive, look into the mesh. */
export { createPeer } from "./compose.ts";
export { createMember, type Member, type MemberOptions } from "./compose-member.ts";
export {
  createBridges,
  openBridges,
  type BridgesOptions,
  type BridgeSurroundings,
  type RunningBridges,
  type StartedBridges,
} from "./compose-bridge.ts";
export type { BridgeRequest } from "./bridges/open.ts";
export type { Bridge, WireName } from "./bridges/types.ts";
export { E3Error, type ErrorCode } from "./core/error.ts";
export type {
  Content,
  EnvelopeCounts,
  Explanation,
  Message,
  MessagesOptions,
  Peer,
  PeerEvent,
  PeerInfo,
  PeersOptions,
  PeerStatus,
  SearchAnswer,
  SendOptions,
  SendStatus,
  Sent,
  Settled,
  Topology,
} from "./peer/types.ts";
export type { PeerOptions } from "./peer/peer-options.ts";
export type { Connecting, ConnectOptions } from "./peer/connecting.ts";
export type { Target } from "./peer/target.ts";
export type {
  ClockEntry,
  ConversationInfo,
  Histories,
  HistoryMessage,
  HistoryPage,
  HistoryQuery,
} from "./peer/history-types.ts";
export type { GroupInfo, Groups, GroupState } from "./peer/group-types.ts";
export type { MarkReadOptions, ReadBy, ReadEvent, Readings } from "./peer/read-types.ts";
export type { SessionEvent, SessionInfo, Sessions } from "./peer/session-types.ts";
export type { Log } from "./ports/log.ts";
export type { Bearer, Membership, RegistryFinding, RegistryNews, Standing } from "./registry/types.ts";
