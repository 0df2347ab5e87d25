import type { PeerEvent } from "../peer/types.ts";
import { because } from "./sentences.ts";
import type { Style } from "./styles.ts";

/** A step or the end of a send. */
export type StatusEvent = Extract<PeerEvent, { readonly kind: "status" }>;

/** A line about a send, and how it looks. */
export interface StatusNotice {
  readonly style: Style;
  readonly text: string;
}

/** Whom a send was for. */
export interface Addressee {
  /** How the group is called, where it is one. */
  readonly group: string | undefined;
  /** How the peer is called. */
  readonly label: string;
  /** There is a road to it. */
  readonly isThere: boolean;
}

/** What is said of a send to a peer or a group, at a terminal; undefined where another line says it. */
export function statusNotice(
  { status, number, reason }: StatusEvent,
  { group, label, isThere }: Addressee,
): StatusNotice | undefined {
  // The receipts of its members say more.
  if (group !== undefined && (status === "accepted" || status === "delivered")) return undefined;
  const to = group ?? label;
  switch (status) {
    case "accepted":
      // To a peer that is there "delivered" follows at once, and one line is enough.
      return isThere ? undefined : { style: "dim", text: `… #${number} waits for ${to}, which is away` };
    case "stored":
      return { style: "dim", text: `⋯ #${number} to ${to} is held by others too: this peer may leave` };
    case "delivered":
    case "spread":
      return { style: "green", text: `✓ #${number} ${status} to ${to}` };
    case "expired":
    case "refused":
      return { style: "red", text: `✗ #${number} to ${to} ${status}${because(reason)}` };
  }
}

/** The same of what is for everyone. */
export function spreadNotice({ status, number, reason }: StatusEvent): StatusNotice | undefined {
  if (status === "accepted") return undefined;
  if (status === "spread") return { style: "green", text: `✓ #${number} is spread to everyone` };
  return { style: "red", text: `✗ #${number} to everyone ${status}${because(reason)}` };
}
