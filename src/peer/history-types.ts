import type { Target } from "./target.ts";

/** Which part of a conversation to list. */
export interface HistoryQuery {
  /** The conversation: with a peer alone, in a group, or what is for everyone. */
  readonly with: Target;
  /** A position that an earlier page of the same conversation gave: the list goes on behind it. Default: from its end. */
  readonly after?: string;
  /** Messages in a page, 1 to 1,000. Default 100. */
  readonly limit?: number;
  /** Only what the peer with this id said. */
  readonly by?: bigint;
  /** Only what was said at this time or later; and before this time. By the sender's clock, but never later than it arrived. */
  readonly from?: Date;
  readonly until?: Date;
  /** Only texts that contain this, capitals or not. */
  readonly contains?: string;
  /** Begin with the newest. Default false. */
  readonly newestFirst?: boolean;
}

/** How far the sender of a message had got with one store of one member when it made it. */
export interface ClockEntry {
  /** Random name of the member's store. */
  readonly epoch: bigint;
  /** Id of the member; undefined where nothing of it is kept here. */
  readonly id: bigint | undefined;
  /** Number of its last message that the sender had seen; with the sender's own epoch that of the message itself. */
  readonly number: bigint;
}

/** A message of a conversation, sent or received. */
export interface HistoryMessage {
  readonly from: bigint;
  /** The peer, group or everyone it was for. */
  readonly to: Target;
  readonly conversation: "direct" | "group" | "everyone";
  /** Counts 1, 2, 3... for each sender and conversation. */
  readonly number: bigint;
  /** The text; empty when the message carries data. */
  readonly text: string;
  readonly data: { readonly contentType: string; readonly data: Uint8Array } | undefined;
  /** When its sender accepted it, by the sender's clock. */
  readonly sentAt: Date;
  /** When this peer received it; undefined for what it sent itself. */
  readonly receivedAt: Date | undefined;
  /** Messages of the same sender that are missing just before this one; 0 as a rule. */
  readonly missing: bigint;
  /** It was shown before something that its sender had seen, which was waited for in vain. */
  readonly unordered: boolean;
  /** Above that of all that its sender had seen. Messages are listed by Lamport time, then epoch, then number. */
  readonly lamport: bigint;
  /** What its sender had seen, all in all: a vector clock, ascending by epoch. Of what is not kept any more some may lack. */
  readonly clock: readonly ClockEntry[];
  /** Pass it as `after` to go on from here. It holds for this conversation at this peer. */
  readonly position: string;
}

/** Messages in order, and where the next page begins. */
export interface HistoryPage {
  readonly messages: readonly HistoryMessage[];
  /** Position of the last message; undefined when there is none behind it now. */
  readonly next: string | undefined;
}

/** A conversation that this peer has messages of. */
export interface ConversationInfo {
  readonly with: Target;
  readonly conversation: "direct" | "group" | "everyone";
  /** Messages kept, sent and received. */
  readonly count: number;
  /**
   * Received ones that were not read: those behind the mark of their sender (`markRead`); of a sender without one, and of what
   * is for everyone, those that were not shown yet.
   */
  readonly unread: number;
  /** Cursors of the newest unread message of each sender that may have marks: to mark them reads all. */
  readonly unreadUpTo: readonly bigint[];
  /** When the last of them was said, or arrived, if that was before. */
  readonly lastAt: Date;
}

/** What was said, by this peer and by others. */
export interface Histories {
  /**
   * Lists a conversation, a page at a time, in causal order: nothing stands before what its sender had seen, and what is
   * concurrent stands in the same order at every peer that has the same messages. What arrives late takes its place in the
   * order, which may be on pages that were listed before.
   *
   * All that is kept is looked through for each page: the time it takes grows with that, memory does not.
   * @throws E3Error "bad-option", also for a position from elsewhere; "bad-id", "store-failed" or "closed".
   */
  history(query: HistoryQuery): Promise<HistoryPage>;
  /**
   * The conversations of which messages are kept, the one with the latest message first. Looks through all that is kept.
   * @throws E3Error "store-failed" or "closed".
   */
  conversations(): Promise<readonly ConversationInfo[]>;
}
