import type { PeerService } from "../gen/e3/v1/peer_pb.ts";
import type { ServiceHandlers } from "../ports/services.ts";
import type { ConversationInfo, HistoryMessage, HistoryQuery } from "./history-types.ts";
import type { Peer } from "./types.ts";

type Handlers = ServiceHandlers<typeof PeerService>;

/** What PeerService offers about what was said. */
export function historyHandlers(ready: Promise<Peer>): Pick<Handlers, "history" | "listConversations"> {
  return {
    history: async (request) => {
      const { messages, next = "" } = await (await ready).history(queryOf(request));
      return { messages: messages.map(wireSpoken), next };
    },
    listConversations: async () => ({ conversations: (await (await ready).conversations()).map(wireConversation) }),
  };
}

/** A HistoryRequest: what is left out is empty or 0. */
interface Request {
  readonly with: bigint;
  readonly after: string;
  readonly limit: number;
  readonly by: bigint;
  readonly fromMs: bigint;
  readonly untilMs: bigint;
  readonly contains: string;
  readonly newestFirst: boolean;
}

function queryOf({ after, limit, by, fromMs, untilMs, contains, newestFirst, ...request }: Request): HistoryQuery {
  return {
    with: request.with === 0n ? "everyone" : request.with,
    newestFirst,
    ...(after === "" ? {} : { after }),
    ...(limit === 0 ? {} : { limit }),
    ...(by === 0n ? {} : { by }),
    ...(fromMs === 0n ? {} : { from: new Date(Number(fromMs)) }),
    ...(untilMs === 0n ? {} : { until: new Date(Number(untilMs)) }),
    ...(contains === "" ? {} : { contains }),
  };
}

function wireSpoken(message: HistoryMessage) {
  const { from, to, number, text, data, missing, unordered, lamport, position, sentAt, receivedAt } = message;
  const content =
    data === undefined ? ({ case: "text", value: text } as const) : ({ case: "data", value: data } as const);
  const times = { sentAtMs: BigInt(sentAt.getTime()), receivedAtMs: BigInt(receivedAt?.getTime() ?? 0) };
  const clock = message.clock.map(({ epoch, id = 0n, number: reached }) => ({ epoch, id, number: reached }));
  const place = { missing, unordered, lamport, clock, position };
  return { from, to: to === "everyone" ? 0n : to, number, content, ...times, ...place };
}

function wireConversation({ with: target, conversation, count, unread, unreadUpTo, lastAt }: ConversationInfo) {
  return {
    with: withOf(target, conversation),
    count: BigInt(count),
    unread: BigInt(unread),
    unreadUpTo: [...unreadUpTo],
    lastAtMs: BigInt(lastAt.getTime()),
  };
}

function withOf(target: ConversationInfo["with"], conversation: ConversationInfo["conversation"]) {
  if (target === "everyone") return { case: "everyone", value: true } as const;
  return { case: conversation === "group" ? "group" : "peer", value: target } as const;
}
