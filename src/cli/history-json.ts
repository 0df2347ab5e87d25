import type { HistoryMessage } from "../peer/history-types.ts";
import type { Target } from "../peer/target.ts";

/** A line of the answer to /history: a message, with where it stands. */
export interface JsonHistoryEvent {
  readonly event: "history";
  /** The conversation: id of a peer or group, or "everyone". */
  readonly with: string;
  readonly from: string;
  /** What the sender calls itself, if it does and that is known. */
  readonly name?: string;
  readonly to: string;
  readonly number: string;
  /** Empty when the message carries data. */
  readonly text: string;
  /** With data only: the media type, and the data in base64. */
  readonly contentType?: string;
  readonly data?: string;
  /** When its sender accepted it, ISO 8601. */
  readonly time: string;
  /** When it came here; absent in what this peer sent itself. */
  readonly received?: string;
  /** Messages of its sender that are missing just before; absent when none is. */
  readonly missing?: string;
  /** It was shown before something that its sender had seen; absent as a rule. */
  readonly unordered?: true;
  /** Ids of those who have read it; with this peer's own only, and absent where nobody has. */
  readonly readBy?: readonly string[];
  readonly lamport: string;
  /** How far its sender had got with each store of each member. */
  readonly clock: readonly { readonly epoch: string; readonly id?: string; readonly number: string }[];
  /** Of use in this conversation at this peer. */
  readonly position: string;
}

/** The message as an event. @param name what its sender calls itself; empty when unknown. */
export function jsonHistory(target: Target, message: HistoryMessage, name: string): JsonHistoryEvent {
  const { from, to, number, text, data, sentAt, receivedAt, missing, unordered, lamport, clock, position } = message;
  const base64 = data === undefined ? undefined : Buffer.from(data.data).toString("base64");
  return {
    ...{ event: "history", with: `${target}`, from: `${from}`, ...(name === "" ? {} : { name }), to: `${to}` },
    ...{ number: `${number}`, text },
    ...(data === undefined || base64 === undefined ? {} : { contentType: data.contentType, data: base64 }),
    time: sentAt.toISOString(),
    ...(receivedAt === undefined ? {} : { received: receivedAt.toISOString() }),
    ...(missing === 0n ? {} : { missing: `${missing}` }),
    ...(unordered ? { unordered } : {}),
    lamport: `${lamport}`,
    clock: clock.map(({ epoch, id, number: reached }) => {
      return { epoch: `${epoch}`, ...(id === undefined ? {} : { id: `${id}` }), number: `${reached}` };
    }),
    position,
  };
}
