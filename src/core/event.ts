import type { UpkeepOptions } from "./upkeep.ts";

/** What can happen to a core. The driver stamps each with the time and feeds them one at a time. */
export type CoreEvent =
  /** The peer listens and may be dialled; it dials these. Told how many links to keep, it sees to that by itself. */
  | {
      readonly kind: "start";
      readonly listen: string;
      readonly peers: readonly string[];
      readonly upkeep?: UpkeepOptions;
    }
  /** A wire stands: one that was dialled (with its address) or one accepted. */
  | {
      readonly kind: "link-opened";
      readonly link: number;
      readonly address: string | undefined;
      readonly remote: string;
    }
  /** One whole frame arrived; the bytes are the core's to keep. */
  | { readonly kind: "frame"; readonly link: number; readonly bytes: Uint8Array }
  /** Bytes of a frame arrived, which is not whole yet. */
  | { readonly kind: "link-alive"; readonly link: number }
  /** A wire is gone, or never came to stand. Foreign: what answered is no peer. */
  | { readonly kind: "link-closed"; readonly link: number; readonly reason: string; readonly isForeign?: boolean }
  /** The link's queue is filling up, or has room again. */
  | { readonly kind: "link-full"; readonly link: number }
  | { readonly kind: "link-ready"; readonly link: number }
  /** All commits up to this one are durable. */
  | { readonly kind: "persisted"; readonly commit: number }
  /** The store began to fail, or works again. Commits are repeated meanwhile, so none is skipped. */
  | { readonly kind: "store-failing"; readonly failing: boolean }
  /** Messages up to this cursor were shown. */
  | { readonly kind: "shown"; readonly cursor: number }
  /** The time of nextDeadlineMs has come, or sends were submitted. */
  | { readonly kind: "alarm" }
  /** Say goodbye: the last event. */
  | { readonly kind: "leave" };
