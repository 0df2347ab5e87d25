import type { DialOutcome } from "./dial-outcome.ts";
import type { ErrorCode } from "./error.ts";
import type { MemberState } from "./membership.ts";
import type { StoreOp } from "./store-op.ts";

/** Status of a send; the last four are final. What is for everyone ends as spread: another peer has it and hands it on. */
export type SendStatus = "accepted" | "stored" | "delivered" | "spread" | "expired" | "refused";

/** What a core wants done. The driver performs effects in order. */
export type Effect =
  /** Open a wire to the address; answered by link-opened. */
  | { readonly kind: "dial"; readonly address: string }
  /** Send one control frame. */
  | { readonly kind: "frame"; readonly link: number; readonly bytes: Uint8Array }
  /** Send envelopes, batched with others as the link's state allows. */
  | { readonly kind: "envelopes"; readonly link: number; readonly envelopes: readonly Uint8Array[] }
  /** Let what was sent leave, then end the wire; answered by link-closed. */
  | { readonly kind: "hang-up"; readonly link: number; readonly reason: string }
  /**
   * Make these writes durable, together; answered by persisted. Those that can wait, which only tidy up, may be put off for a
   * moment, to share a write with others; default false.
   */
  | {
      readonly kind: "persist";
      readonly commit: number;
      readonly ops: readonly StoreOp[];
      readonly canWait?: boolean;
    }
  /** The peer has its id. */
  | { readonly kind: "ready" }
  /** Messages up to this cursor can be read from the inbox. */
  | { readonly kind: "received"; readonly cursor: number }
  /** What became of sends that follow one another: the first and the last number, both included. To 0n: for everyone. */
  | {
      readonly kind: "status";
      readonly to: bigint;
      readonly conversation: bigint;
      readonly first: number;
      readonly last: number;
      readonly status: SendStatus;
      readonly reason: string;
    }
  /** One member's copy of a message to a group is settled. */
  | {
      readonly kind: "receipt";
      readonly group: bigint;
      readonly number: number;
      readonly member: bigint;
      readonly status: SendStatus;
      /** Members it was sent to, those that have it, and those it waits for. */
      readonly recipients: number;
      readonly delivered: number;
      readonly waiting: readonly bigint[];
    }
  /** A peer has read what this one said to it, or to a group it is in, up to a number. */
  | { readonly kind: "read"; readonly by: bigint; readonly to: bigint; readonly number: number }
  /** Somebody's place in a group is another one; and where this peer itself stands with it. */
  | {
      readonly kind: "group";
      readonly group: bigint;
      readonly name: string;
      readonly member: bigint;
      readonly state: MemberState;
      readonly invitedBy: bigint;
      readonly own: MemberState;
      /** The member is this peer itself. */
      readonly isSelf: boolean;
    }
  /** A session, or a request for one; by whom of the two, "self" being this peer. */
  | {
      readonly kind: "session";
      /** Id of the other end. */
      readonly peer: bigint;
      /**
       * Asking (by self) and asked (by peer) end as one of the next five: accepted, which begins the session; rejected by a
       * person; busy, rejected for being in another one; unanswered, as the other end was late or is gone; withdrawn.
       */
      readonly state: "asking" | "asked" | "accepted" | "rejected" | "busy" | "unanswered" | "withdrawn" | "ended";
      readonly by: "self" | "peer";
      /** In words, perhaps another peer's; may be empty. */
      readonly reason: string;
    }
  /** What came of dialling an address that somebody waits for. */
  | { readonly kind: "dialled"; readonly address: string; readonly outcome: DialOutcome }
  | { readonly kind: "peer"; readonly id: bigint; readonly state: "up" | "down" | "renamed" }
  | { readonly kind: "id"; readonly id: bigint; readonly reason: string }
  /** Something the person who runs the peer should know; a code when it is an error of theirs to mend. */
  | {
      readonly kind: "notice";
      readonly level: "debug" | "info" | "warn";
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "error"; readonly code: ErrorCode; readonly message: string };
