import { E3Error } from "../core/error.ts";
import {
  ConversationKind,
  Desired,
  PeerService,
  SearchResult,
  SendStatus as WireStatus,
} from "../gen/e3/v1/peer_pb.ts";
import { groupHandlers } from "./group-service.ts";
import { historyHandlers } from "./history-service.ts";
import { sessionHandlers } from "./session-service.ts";
import type { HostedService, ServiceHandlers } from "../ports/services.ts";
import type {
  Content,
  EnvelopeCounts,
  Explanation,
  Message,
  Peer,
  PeerEvent,
  PeerInfo,
  SearchAnswer,
  SendStatus,
  Sent,
} from "./types.ts";
import type { Target } from "./target.ts";

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
    send: async (request, { signal }) => sendTo(await ready, request.to, request, signal),
    broadcast: async (request, { signal }) => sendTo(await ready, "everyone", request, signal),
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
    ...sessionHandlers(ready),
    ...groupHandlers(ready),
    ...historyHandlers(ready),
  };
  return { descriptor: PeerService, handlers, loopbackOnly: true };
}

interface SendRequest {
  readonly content: WireContent | { case: undefined; value?: undefined };
  readonly ttlMs: number;
  readonly hopLimit?: number;
  readonly waitFor: WireStatus;
}

async function sendTo(peer: Peer, to: Target, request: SendRequest, signal: AbortSignal) {
  const { content, ttlMs, hopLimit = 0, waitFor } = request;
  checkWaitFor(waitFor);
  const sent = peer.send(to, contentOf(content), {
    ...(ttlMs === 0 ? {} : { ttlMs }),
    ...(hopLimit === 0 ? {} : { hopLimit }),
  });
  await sent.accepted;
  const { number } = sent;
  if (waitFor <= WireStatus.ACCEPTED) return { number, status: WireStatus.ACCEPTED };
  const outcome = waitFor === WireStatus.STORED ? storedOrSettled(peer, { to, sent }, signal) : settledOf(sent);
  return { number, ...(await Promise.race([outcome, hungUp(signal)])) };
}

type WireContent = { case: "text"; value: string } | { case: "data"; value: { contentType: string; data: Uint8Array } };

function contentOf(content: WireContent | { case: undefined; value?: undefined }): Content {
  if (content.case === "text") return content.value;
  if (content.case === "data") return { contentType: content.value.contentType, data: content.value.data };
  throw new E3Error("bad-content", "there is nothing to send; give text or data");
}

/** What became of a send. */
interface Outcome {
  readonly status: WireStatus;
  readonly reason: string;
}

async function settledOf(sent: Sent): Promise<Outcome> {
  const { status, reason } = await sent.settled;
  return { status: wireStatus[status], reason };
}

/** Resolves when the send is known to be stored, or is settled. Its reader of events ends in any case. */
async function storedOrSettled(peer: Peer, { to, sent }: { to: Target; sent: Sent }, signal: AbortSignal) {
  const { number } = sent;
  const events = peer.events({ signal });
  const settled = settledOf(sent).finally(() => void events.return?.());
  // Nobody waits for it any more once the send is stored.
  settled.catch(() => {});
  // Only now that the events are heard, so that none falls between.
  if (isStored(peer, to, number)) await events.return?.();
  else if (!(await hearsOfStored(events, to, number))) return settled;
  return { status: WireStatus.STORED, reason: "" };
}

function isStored(peer: Peer, to: Target, number: bigint): boolean {
  try {
    return peer.explain(number, to).some(({ status }) => status === "stored");
  } catch (error) {
    // It is over, and nothing is known of it any more.
    if (error instanceof E3Error && error.code === "unknown-number") return false;
    throw error;
  }
}

async function hearsOfStored(events: AsyncIterable<PeerEvent>, to: Target, number: bigint): Promise<boolean> {
  for await (const event of events) {
    if (event.kind === "status" && event.to === to && event.number === number && event.status === "stored") return true;
  }
  return false;
}

/** Ends the wait of a caller that is gone. */
function hungUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const gone = (): void => reject(new E3Error("closed", "the caller hung up, or the peer closes"));
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
  });
}

function checkWaitFor(waitFor: WireStatus): void {
  if (WireStatus[waitFor] !== undefined) return;
  throw new E3Error("bad-option", `there is no status ${waitFor} to wait for; give one of SendStatus, 0 to 6`);
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

const wireStatus: Readonly<Record<SendStatus | "waiting", WireStatus>> = {
  waiting: WireStatus.UNSPECIFIED,
  accepted: WireStatus.ACCEPTED,
  stored: WireStatus.STORED,
  delivered: WireStatus.DELIVERED,
  spread: WireStatus.SPREAD,
  expired: WireStatus.EXPIRED,
  refused: WireStatus.REFUSED,
};
