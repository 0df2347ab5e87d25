import type { GroupState } from "../peer/group-types.ts";
import type { SearchAnswer, SendStatus } from "../peer/types.ts";
import type { JsonConversationEvent } from "./conversations.ts";
import type { JsonExplanation } from "./explanation-json.ts";
import type { JsonHistoryEvent } from "./history-json.ts";
import type { JsonListingEnd } from "./listing-end.ts";
import type { JsonPeer } from "./peer-json.ts";
import type { JsonFinding, JsonRegistryEvent } from "./registry-json.ts";
import type { JsonSessionEvent } from "./session-json.ts";

/** One line on standard output. Ids and 64-bit numbers are decimal strings, as a JSON number is a double. */
export type JsonEvent =
  | {
      readonly event: "ready";
      readonly id: string;
      readonly listen: string;
      readonly desired: "granted" | "refused" | null;
    }
  | {
      readonly event: "message";
      readonly from: string;
      /** What the sender calls itself, if it does and that is known. */
      readonly name?: string;
      /** "everyone", or the id of a group; absent in what is for this peer alone. */
      readonly to?: string;
      readonly number: string;
      /** Empty when the message carries data. */
      readonly text: string;
      /** When its sender accepted it, by the sender's clock, ISO 8601. */
      readonly time: string;
      /** With data only. */
      readonly contentType?: string;
      /** The data in base64; with data only. */
      readonly data?: string;
    }
  /** To an id, or to "everyone". */
  | { readonly event: "status"; readonly to: string; readonly number: string; readonly status: SendStatus }
  /** The name is the one it has now. */
  | { readonly event: "peer"; readonly id: string; readonly name?: string; readonly state: "up" | "down" | "renamed" }
  /** There is a link with the peer at the address that /connect named. */
  | { readonly event: "connected"; readonly address: string; readonly peer: string; readonly name?: string }
  /** A line of the answer to /who. */
  | ({ readonly event: "who" } & JsonPeer)
  /** A line of the answer to /peers; a neighbour is one that there is a link with. */
  | ({ readonly event: "known"; readonly neighbour: boolean } & JsonPeer)
  | JsonExplanation
  | JsonListingEnd
  /** The answer to /search: no peer when unknown, and several namesakes when several. */
  | {
      readonly event: "search";
      /** As typed. */
      readonly word: string;
      readonly answer: SearchAnswer["kind"];
      readonly peers: readonly JsonPeer[];
      /** Names that were perhaps meant. */
      readonly near: readonly string[];
      /** With a registry only. */
      readonly registry?: JsonFinding;
    }
  | JsonRegistryEvent
  | JsonSessionEvent
  | JsonHistoryEvent
  /** Somebody's place in a group is another one; or, with `members`, a line of the answer to /group. */
  | {
      readonly event: "group";
      readonly group: string;
      readonly name: string;
      readonly member?: string;
      readonly state: GroupState;
      readonly invitedBy?: string;
      /** Where this peer itself stands with the group. */
      readonly own?: GroupState;
      readonly members?: readonly { readonly id: string; readonly state: GroupState }[];
    }
  /** A member has a message to a group, or will not get it. */
  | {
      readonly event: "receipt";
      readonly to: string;
      readonly number: string;
      readonly member: string;
      readonly status: SendStatus;
      readonly recipients: number;
      readonly delivered: number;
      readonly waiting: readonly string[];
    }
  /** The peer `by` has read what it got up to a number: of what is for it, or for the group `to`. */
  | { readonly event: "read"; readonly to: string; readonly number: string; readonly by: string }
  | JsonConversationEvent
  /** The answer to /name. */
  | { readonly event: "name"; readonly name: string }
  | { readonly event: "id"; readonly id: string; readonly reason: string }
  | { readonly event: "error"; readonly code: string; readonly message: string };
