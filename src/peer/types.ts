import type { SendStatus as CoreStatus } from "../core/effect.ts";
import type { E3Error } from "../core/error.ts";
import type { KnownPeer } from "../core/directory.ts";
import type { Connecting, ConnectOptions } from "./connecting.ts";
import type { GroupEvent, Groups } from "./group-types.ts";
import type { Target } from "./target.ts";
import type { Histories } from "./history-types.ts";
import type { ReadEvent, Readings } from "./read-types.ts";
import type { SessionEvent, Sessions } from "./session-types.ts";

/** What a message carries: text, or bytes with their media type. */
export type Content = string | { readonly contentType: string; readonly data: Uint8Array };

/**
 * Steps and ends of a send: accepted and stored are steps, the others final. What is for everyone ends as "spread": it is
 * durable at another peer, and all peers that are connected, or will be within its time to live, get it from one another.
 */
export type SendStatus = CoreStatus;

/** The end of a send. */
export interface Settled {
  readonly status: "delivered" | "spread" | "expired" | "refused";
  /** Why, when it was neither delivered nor spread; empty otherwise. */
  readonly reason: string;
}

/** One send: its number and two promises, to be taken by their names: they are made when asked for, and not copied by spreading. */
export interface Sent {
  /** Counts 1, 2, 3... for each target; what is said to it about sessions is counted too. */
  readonly number: bigint;
  /** Resolves once the message is durable in this peer's outbox. Rejects with an E3Error when it was not accepted. */
  readonly accepted: Promise<void>;
  /** Resolves with the final status. Never rejects, except with "closed" when this peer closes first. */
  readonly settled: Promise<Settled>;
}

/** What may be said of one send. */
export interface SendOptions {
  /** Time to live, milliseconds. Default seven days, range 1 to seven days. After it the send is settled as expired. */
  readonly ttlMs?: number;
  /**
   * Of what is for everyone: peers show it that it reaches over at most so many hops, 1 for neighbours alone. Default no limit,
   * range 1 to 64. What is said after it is shown beyond, without a gap.
   */
  readonly hopLimit?: number;
}

/** A message this peer received. */
export interface Message {
  /** Position in this peer's inbox, ascending: pass it as `after` to go on from here. */
  readonly cursor: bigint;
  /** Id of the sender. */
  readonly from: bigint;
  /** What it is part of: what its sender has for this peer alone, for a group, or for everyone. */
  readonly conversation: "direct" | "group" | "everyone";
  /** Id of the group; undefined when it is for none. */
  readonly group: bigint | undefined;
  /** Counts 1, 2, 3... for each sender and conversation. */
  readonly number: bigint;
  /** The text; empty when the message carries data. */
  readonly text: string;
  readonly data: { readonly contentType: string; readonly data: Uint8Array } | undefined;
  /** When the sender accepted it (its clock) and when this peer received it. Messages that came together share them. */
  readonly sentAt: Date;
  readonly receivedAt: Date;
  /** Messages of the same sender that are missing just before this one; 0 as a rule. */
  readonly missing: bigint;
  /** It is shown before something that its sender had seen, which was waited for in vain; false as a rule. */
  readonly unordered: boolean;
}

/** Which messages to read. */
export interface MessagesOptions {
  /**
   * Where to start: after this cursor (0n for the oldest kept), "new" for what arrives from now on, or "unshown"
   * (default): after the last message that any earlier "unshown" iteration, in this process or a former one, has dealt
   * with. A message counts as dealt with when the iterator is asked for the next one.
   */
  readonly after?: bigint | "new" | "unshown";
  /**
   * Who says that a message was dealt with, when reading after "unshown". "auto" (default): the iterator, when it is
   * asked for the next; a crash in between gives the message again. "manual": the program, by acknowledge, before or
   * after it acts, as a repetition or a gap would harm it less.
   */
  readonly acknowledge?: "auto" | "manual";
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** A peer this one knows of. */
export interface PeerInfo extends Omit<KnownPeer, "goneSinceMs"> {
  /** Since when there is no road to it, or since when it has left; undefined while there is one. */
  readonly absentSince: Date | undefined;
}

/** Which peers to list. */
export interface PeersOptions {
  /**
   * Also those who left in good order, and the last 1,024 that were out of reach for so long that they are forgotten, or that
   * this peer knew before it was last started. Default false.
   */
  readonly lately?: boolean;
}

/** Whom a word means. */
export type SearchAnswer =
  /** One peer: with a road to it, without one, or the peer that was asked. */
  | { readonly kind: "online" | "absent" | "self"; readonly peer: PeerInfo }
  /** Namesakes, two at least; the peer that was asked may be one of them. An id tells them apart, or name@digits. */
  | { readonly kind: "several"; readonly peers: readonly PeerInfo[] }
  /** Nobody known; names that are spelt much alike, three at most, the likeliest first. */
  | { readonly kind: "unknown"; readonly near: readonly string[] };

/** The whole graph as one peer sees it. */
export interface Topology {
  readonly id: bigint;
  readonly peers: readonly PeerInfo[];
  /** Links that both ends state, each once, as pairs of ids. */
  readonly edges: readonly (readonly [bigint, bigint])[];
}

/** Where a send is and what happens next. */
export interface Explanation {
  readonly to: Target;
  readonly number: bigint;
  readonly status: SendStatus | "waiting";
  readonly reason: string;
  /** Ids of the peers on the road to the target, this one first; empty when there is none. A leaf leaves out those between its neighbour and the target, which it does not know. */
  readonly road: readonly bigint[];
  /** Ids of the peers that confirmed a copy. */
  readonly custodians: readonly bigint[];
  readonly attempts: number;
  /** Ids of the peers that say that they have read it. */
  readonly readBy: readonly bigint[];
  readonly sentAt: Date;
  readonly expiresAt: Date;
  /** What happens next, in a sentence. */
  readonly next: string;
}

/** How a peer is doing. */
export interface PeerStatus {
  readonly id: bigint;
  readonly listen: string;
  readonly name: string;
  readonly desired: "granted" | "refused" | null;
  readonly links: number;
  readonly peers: number;
  readonly outbox: number;
  readonly mailbox: number;
  readonly cursor: bigint;
  /** What this process did with envelopes since it started. */
  readonly envelopes: EnvelopeCounts;
}

/** Envelopes, counted: each may hold many messages. */
export interface EnvelopeCounts {
  /** Passed on for others. */
  readonly forwarded: number;
  /** Of messages for everyone: handed to neighbours unasked, and because they asked. */
  readonly spread: number;
  readonly repaired: number;
  /** Dropped: known already; without a road or room to keep them; out of hops; too large for the next link. */
  readonly suppressed: number;
  readonly stranded: number;
  readonly outOfHops: number;
  readonly tooLarge: number;
}

/** What happens to a peer, in order. */
export type PeerEvent =
  | {
      readonly kind: "status";
      readonly to: Target;
      readonly number: bigint;
      readonly status: SendStatus;
      readonly reason: string;
    }
  | GroupEvent
  | SessionEvent
  | ReadEvent
  /** It is renamed when it has another name than before, or none any more; search tells it. */
  | { readonly kind: "peer"; readonly id: bigint; readonly state: "up" | "down" | "renamed" }
  | { readonly kind: "id"; readonly id: bigint; readonly reason: string }
  /** Something for the user to mend; or, with code "closed", the mistake of e3's own after which the peer closed itself. */
  | { readonly kind: "error"; readonly error: E3Error };

/** A running peer: server, client and mailbox at once. */
export interface Peer extends Histories, Readings, AsyncDisposable {
  /** The id this peer holds now. */
  readonly id: bigint;
  /** Where it listens, host:port. */
  readonly listen: string;
  /** What came of the desired id; null when none was asked for. */
  readonly desired: "granted" | "refused" | null;
  /**
   * Sends to a peer, wherever it is and whether or not it is there now; or to everyone: all that are connected, and those
   * that come while the others keep it, seven days and 16,384 messages at most.
   * @throws E3Error "bad-id", "bad-content", "too-large", "bad-option", "resource-exhausted", "store-failed" or "closed".
   */
  send(to: Target, content: Content, options?: SendOptions): Sent;
  /**
   * The same, but where send would fail with "resource-exhausted" it waits until there is room. Those that wait are sent in
   * the order they were asked for. Resolves once the message has its number; rejects with what else send may throw, or
   * with the signal's reason, and then nothing was sent.
   */
  sendWhenRoom(to: Target, content: Content, options?: SendOptions & { readonly signal?: AbortSignal }): Promise<Sent>;
  /**
   * Received messages, those already in the inbox first, then as they arrive. Ends when the peer closes.
   * @throws E3Error "bad-option" for a cursor beyond that of the newest message, which is from elsewhere.
   */
  messages(options?: MessagesOptions): AsyncIterableIterator<Message>;
  /**
   * Says that all messages up to this cursor were dealt with; a lower one takes that back. Takes effect before it
   * returns, at the cost of some microseconds.
   * @throws E3Error "closed" when the peer is: then nothing is noted; "store-failed" when it cannot be.
   */
  acknowledge(cursor: bigint): void;
  /** What happens from now on. A reader that falls 10,000 events behind loses the oldest. Ends when the peer closes. */
  events(options?: { readonly signal?: AbortSignal }): AsyncIterableIterator<PeerEvent>;
  /** The peers known, reachable or not, ascending by id; this one is not among them. A leaf knows those it has to do with. */
  peers(options?: PeersOptions): readonly PeerInfo[];
  /**
   * Whom a word means: an id in decimal, a name (exactly, or else but for case), or a name and the last digits of the id,
   * for namesakes: `ali@106`. In double quotes anything is a name: `"7"`, `"Ali Reza"@106`. Digits alone are always an id.
   *
   * Known are this peer, all that `peers({ lately: true })` lists, and nobody else. A name is what a peer calls itself, and
   * nobody vouches for it; an id is held by a key.
   *
   * @throws E3Error "bad-id" for a number that is no id.
   */
  search(word: string): SearchAnswer;
  topology(): Topology;
  /** The groups this peer is in, is invited to, or was in. Messages to a group are sent to its id. */
  readonly groups: Groups;
  /** The session this peer is in, and who asks for one. */
  readonly sessions: Sessions;
  /**
   * Where sends with this number are; to one target, or to all.
   * @throws E3Error "unknown-number" when there is none.
   */
  explain(number: bigint, to?: Target): readonly Explanation[];
  status(): PeerStatus;
  /**
   * Dials an address and keeps dialling it, until disconnect. Who wants to know what comes of it waits for `linked`.
   * @throws E3Error "bad-address", "bad-option", "resource-exhausted" or "closed".
   */
  connect(address: string, options?: ConnectOptions): Connecting;
  /**
   * Ends the link with a peer (by id) or address, and stops dialling it.
   * @throws E3Error "unknown-peer".
   */
  disconnect(target: bigint | string): void;
  /**
   * States in this peer's advert what others vouch for it with: a registry's credential, say; at most 1,024 bytes, which the
   * mesh carries and does not look into. Holds until the peer closes. Empty takes it back.
   * @param claimedAtMs the claim on the desired id that goes with it, where a registry gave that to this peer: the id is taken,
   * also where it was lost since to somebody with an earlier right to it. Default: the id stays as it is.
   * @throws E3Error "too-large" or "closed".
   */
  setCredential(credential: Uint8Array, claimedAtMs?: number): void;
  /**
   * Calls this peer by another name from now on: others are told. Holds until the peer closes; empty
   * takes the name away.
   * @throws E3Error "bad-option" for what the option `name` would not take, and while a credential vouches for the name;
   * "closed".
   */
  rename(name: string): void;
  /** Leaves in good order: waits up to two seconds for what is on its way, says goodbye, closes the store. Idempotent. */
  close(): Promise<void>;
}
