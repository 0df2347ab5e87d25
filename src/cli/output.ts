import type { Bridge } from "../bridges/types.ts";
import type { GroupInfo } from "../peer/group-types.ts";
import type { ConversationInfo } from "../peer/history-types.ts";
import type { Explanation, Message, PeerEvent, PeerInfo, SearchAnswer } from "../peer/types.ts";
import type { RegistryFinding, Standing } from "../registry/types.ts";
import type { Listing } from "./history.ts";
import type { RegistryNotice } from "./registry-sentences.ts";
import type { UnreadFrom } from "./unread.ts";

/** What a peer is when it is ready. */
export interface Ready {
  readonly id: bigint;
  /** host:port */
  readonly listen: string;
  /** The id asked for on the command line, and what came of it, or of the one that a registry has for a user. */
  readonly wished: bigint | undefined;
  readonly desired: "granted" | "refused" | null;
  /** Where programs of other wires find it, if they do. */
  readonly bridges?: readonly Pick<Bridge, "wire" | "listen">[];
}

/** What went wrong. An E3Error is one. */
export interface Trouble {
  /** An ErrorCode, or "internal" for a mistake of e3 itself. */
  readonly code: string;
  readonly message: string;
}

/** Who is a user of the registry, by id, and in a session, if that was asked for. Empty without a registry. */
export type Standings = ReadonlyMap<bigint, Standing & { readonly isBusy?: boolean }>;

/** A search and its answer. */
export interface Search {
  /** As typed. */
  readonly word: string;
  readonly answer: SearchAnswer;
  /** Id of the peer of this session. */
  readonly self: bigint;
  /** What the registry says, where one was asked, and who of those found is a user. */
  readonly registry?: { readonly finding: RegistryFinding; readonly standings: Standings };
}

/**
 * Where a session shows what happens. Each method shows one thing at once, or lines it up behind what a slow reader has
 * yet to take. Everything that other peers wrote is escaped or encoded, so that it cannot pass for anything else.
 */
export interface Output {
  /** Comes first. */
  ready(ready: Ready): void;
  /** From here on the message counts as shown. */
  message(message: Message): void;
  /** What is shown between cork and uncork may leave together, at uncork. */
  cork(): void;
  uncork(): void;
  event(event: PeerEvent): void;
  /** What happened between this peer and its registry. */
  registry(notice: RegistryNotice): void;
  /** A line or command that failed, or trouble of the peer itself. */
  error(trouble: Trouble): void;
  /** Answers to slash commands. */
  peers(peers: readonly PeerInfo[]): void;
  groups(groups: readonly GroupInfo[]): void;
  history(listing: Listing): void;
  conversations(conversations: readonly ConversationInfo[]): void;
  /** What this peer is called now. */
  renamed(name: string): void;
  /** What was shown and is unread, the latest first; only where a user sits. */
  unread(unread: readonly UnreadFrom[]): void;
  /** Everybody present or lately absent, the peer of this session included; its id is `self`. */
  who(everybody: readonly PeerInfo[], self: bigint, standings: Standings): void;
  /** What was found. */
  found(search: Search): void;
  /** Clears the screen, where there is one. */
  clear(): void;
  explained(explanations: readonly Explanation[]): void;
  connecting(address: string): void;
  /** There is a link with the peer at the address. */
  connected(address: string, id: bigint): void;
  help(): void;
  leaving(): void;
  /** A line of the log, without its line feed, where it would otherwise spoil the picture. */
  log(line: string): void;
  /** Whether all of it is with the reader (true) or never will be (false); a promise while that is open. */
  flushed(): boolean | Promise<boolean>;
  /** Resolves when more may be shown without piling up. */
  room(): Promise<void>;
  /** Gives the terminal back. Nothing is shown afterwards. */
  close(): void;
}
