/**
 * What the programs of this wire say, one thing in a datagram: `method?field|field`, in UTF-8.
 *
 * Nodes say the first five to each other or to their registry; the last two are the registry's answers.
 */
export type Datagram = SignRequest | FetchRequest | Connect | Broadcast | PrivateMessage;

/** What a registry answers. */
export type Answer = SignAnswer | FetchAnswer;

/** A user wants in: as a new one, or as one that signed up before. */
export interface SignRequest {
  readonly kind: "signup" | "signin";
  readonly user: string;
  readonly password: string;
}

/** A node asks for one that waits to be let in; it does so every 5 s. */
export interface FetchRequest {
  readonly kind: "fetch";
}

/** The nodes that its sender knows, the sender last. */
export interface Connect {
  readonly kind: "connect";
  readonly nodes: readonly NodeAt[];
}

/** A text for all. */
export interface Broadcast {
  readonly kind: "broadcast";
  /** Tells a repetition from another broadcast: a number as a rule. */
  readonly textId: string;
  readonly text: string;
  /** Id of the node that says it. */
  readonly from: string;
  readonly clock: DictClock;
}

/** A text for the node that gets it. */
export interface PrivateMessage {
  readonly kind: "message";
  readonly text: string;
  readonly from: string;
  readonly clock: DictClock;
}

/** What came of a sign request; id is undefined when it was refused. */
export interface SignAnswer {
  readonly kind: "signup-answer" | "signin-answer";
  readonly id: string | undefined;
  /** There is no other node that could let it in. */
  readonly isFirst: boolean;
}

/** The node that waits longest; undefined when none does. */
export interface FetchAnswer {
  readonly kind: "fetch-answer";
  readonly newcomer: NodeAt | undefined;
}

/** A node, and where it is. */
export interface NodeAt {
  readonly id: string;
  /** host:port */
  readonly address: string;
}

/** A vector clock: a counter for each node, by id. */
export type DictClock = ReadonlyMap<string, number>;
