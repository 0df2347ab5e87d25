import type { Aside, GroupPlace } from "./conversation.ts";
import type { Preface, Reached } from "./preface.ts";

/** What a body asks for beside being logged, or instead of it. */
export interface Meaning {
  readonly after?: readonly Reached[];
  readonly group?: GroupPlace;
  readonly aside?: Aside;
}

/** A message to this peer whose body is neither text nor data. */
export interface Meant extends Preface {
  /** Id of its sender, and the epoch it was sent in. */
  readonly origin: bigint;
  readonly epoch: bigint;
  /** When it was sent, by its sender's clock. */
  readonly sentAtMs: number;
  /** The message in the body, encoded. */
  readonly bytes: Uint8Array;
}

/** Reads bodies of one kind. @returns what such a body means; undefined when it is malformed, and to be refused. */
export type Reader = (meant: Meant) => Meaning | undefined;
