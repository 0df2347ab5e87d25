import type { ErrorCode } from "./error.ts";
import type { StoreOp } from "./store-op.ts";

/** Status of a send; the last three are final. */
export type SendStatus = "accepted" | "stored" | "delivered" | "expired" | "refused";

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
  /** Make these writes durable, together; answered by persisted. */
  | { readonly kind: "persist"; readonly commit: number; readonly ops: readonly StoreOp[] }
  /** The peer has its id. */
  | { readonly kind: "ready" }
  /** Messages up to this cursor can be read from the inbox. */
  | { readonly kind: "received"; readonly cursor: number }
  /** What became of sends that follow one another: the first and the last number, both included. */
  | {
      readonly kind: "status";
      readonly to: bigint;
      readonly conversation: bigint;
      readonly first: number;
      readonly last: number;
      readonly status: SendStatus;
      readonly reason: string;
    }
  | { readonly kind: "peer"; readonly id: bigint; readonly state: "up" | "down" }
  | { readonly kind: "id"; readonly id: bigint; readonly reason: string }
  /** Something the person who runs the peer should know; a code when it is an error of theirs to mend. */
  | {
      readonly kind: "notice";
      readonly level: "debug" | "info" | "warn";
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "error"; readonly code: ErrorCode; readonly message: string };
