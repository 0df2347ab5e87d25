import type { Conversation, Standing } from "./conversation.ts";

/** What is told once what was written is durable. */
export interface FlushedInbox {
  /** Messages up to this cursor can be read. */
  readonly received: (cursor: number) => void;
  /** These stand anew. */
  readonly standing: (changed: readonly Stood[], nowMs: number) => void;
}

/** A conversation that stands anew. */
export interface Stood {
  readonly conversation: Pick<Conversation, "peer" | "lamport">;
  readonly standing: Standing;
}

/** Why a hole may still be filled. */
export interface Hopes {
  /** The origin can be reached. */
  readonly isReachable: (origin: bigint) => boolean;
  /** Somebody has the next number of a conversation that others repeat than its origin; undefined where only that one does. */
  readonly isOffered: (conversation: Conversation) => boolean | undefined;
}

/** What became of a message that arrived. */
export type Arrived = "new" | "known" | "full";
