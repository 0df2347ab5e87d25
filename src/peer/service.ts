import { E3Error } from "../core/error.ts";
import { ConversationKind, Desired, PeerService, SearchResult } from "../gen/e3/v1/peer_pb.ts";
import { groupHandlers } from "./group-service.ts";
import { historyHandlers } from "./history-service.ts";
import { sendHandlers, wireStatus } from "./send-service.ts";
import { sessionHandlers } from "./session-service.ts";
import type { HostedService, ServiceHandlers } from "../ports/services.ts";
import type { EnvelopeCounts, Explanation, Message, Peer, PeerInfo, SearchAnswer } from "./types.ts";

type Handlers = ServiceHandlers<typeof PeerService>;

/**
 * e3.v1.PeerService: the library's words for every language, served to this machine only.
 *
 * @param ready the peer, once it has its id: calls wait for it.
 * @param version of e3, for GetStatus.
 */
export function peerService(ready: Promise<Peer>, version: string): HostedService {
  const handlers: Handlers = {
    getStatus: async () => statusResponse(await ready, version),
    messages: (request, { signal }) => watch(ready, request.after, signal),
    listPeers: async ({ lately }) => ({ peers: (await ready).peers({ lately }).map(copyPeer) }),
    search: async ({ word }) => searchResponse((await ready).search(word)),
    getTopology: async () => {
      const { id, peers, edges } = (await ready).topology();
      return { id, peers: peers.map(copyPeer), edges: edges.map(([a, b]) => ({ a, b })) };
    },
    explain: async ({ number, to }) => {
      const explanations = (await ready).explain(number, to === 0n ? undefined : to);
      return { explanations: explanations.map(wireExplanation) };
    },
    connect: async ({ address, waitMs }, { signal }) => {
      const { linked } = (await ready).connect(address, { signal, ...(waitMs === 0 ? {} : { withinMs: waitMs }) });
      return { id: waitMs === 0 ? 0n : await linked };
    },
    disconnect: async ({ target }) => {
      if (target.case === undefined) throw new E3Error("bad-option", "nothing to disconnect; give an id or an address");
      (await ready).disconnect(target.value);
      return {};
    },
    markRead: async ({ cursor, before }) => {
      await (await ready).markRead(cursor, { before });
      return {};
    },
    rename: async ({ name }) => {
      (await ready).rename(name);
      return {};
    },
    ...sendHandlers(ready),
    ...sessionHandlers(ready),
    ...groupHandlers(ready),
    ...historyHandlers(ready),
  };
  return { descriptor: PeerService, handlers, loopbackOnly: true };
}

async function* watch(
  ready: Promise<Peer>,
  after: bigint | undefined,
  signal: AbortSignal,
): AsyncGenerator<ReturnType<typeof wireMessage>> {
  const peer = await ready;
  for await (const message of peer.messages({ after: after ?? "new", signal })) yield wireMessage(message);
}

function wireMessage(message: Message) {
  const { cursor, from, group = 0n, number, text, data, missing, unordered } = message;
  const conversation = conversationKinds[message.conversation];
  const content =
    data === undefined ? ({ case: "text", value: text } as const) : ({ case: "data", value: data } as const);
  const times = { sentAtMs: BigInt(message.sentAt.getTime()), receivedAtMs: BigInt(message.receivedAt.getTime()) };
  return { cursor, from, conversation, group, number, content, missing, unordered, ...times };
}

const conversationKinds: Readonly<Record<Message["conversation"], ConversationKind>> = {
  direct: ConversationKind.DIRECT,
  group: ConversationKind.GROUP,
  everyone: ConversationKind.EVERYONE,
};

function statusResponse(peer: Peer, version: string) {
  const { desired, outbox, mailbox, envelopes, ...status } = peer.status();
  const wish = desired === null ? Desired.UNSPECIFIED : desired === "granted" ? Desired.GRANTED : Desired.REFUSED;
  return {
    ...status,
    envelopes: wireCounts(envelopes),
    version,
    outbox: BigInt(outbox),
    mailbox: BigInt(mailbox),
    desired: wish,
  };
}

function wireCounts(counts: EnvelopeCounts) {
  const { forwarded, spread, repaired, suppressed, stranded, outOfHops, tooLarge } = counts;
  const dropped = { stranded: BigInt(stranded), outOfHops: BigInt(outOfHops), tooLarge: BigInt(tooLarge) };
  const passed = { forwarded: BigInt(forwarded), spread: BigInt(spread), repaired: BigInt(repaired) };
  return { ...passed, suppressed: BigInt(suppressed), ...dropped };
}

function copyPeer({ absentSince, ...peer }: PeerInfo) {
  return { ...peer, addresses: [...peer.addresses], absentSinceMs: BigInt(absentSince?.getTime() ?? 0) };
}

function searchResponse(answer: SearchAnswer) {
  const result = searchResults[answer.kind];
  switch (answer.kind) {
    case "several":
      return { result, peers: answer.peers.map(copyPeer) };
    case "unknown":
      return { result, near: [...answer.near] };
    default:
      return { result, peers: [copyPeer(answer.peer)] };
  }
}

const searchResults: Readonly<Record<SearchAnswer["kind"], SearchResult>> = {
  online: SearchResult.ONLINE,
  absent: SearchResult.ABSENT,
  self: SearchResult.SELF,
  several: SearchResult.SEVERAL,
  unknown: SearchResult.UNKNOWN,
};

function wireExplanation(explanation: Explanation) {
  const { to, status, road, custodians, readBy, sentAt, expiresAt, ...same } = explanation;
  const times = { sentAtMs: BigInt(sentAt.getTime()), expiresAtMs: BigInt(expiresAt.getTime()) };
  return {
    ...same,
    ...times,
    to: to === "everyone" ? 0n : to,
    status: wireStatus[status],
    road: [...road],
    custodians: [...custodians],
    readBy: [...readBy],
  };
}
