import { E3Error } from "../core/error.ts";
import { Desired, PeerService, SendStatus as WireStatus } from "../gen/e3/v1/peer_pb.ts";
import type { HostedService, ServiceHandlers } from "../ports/services.ts";
import type { Content, Explanation, Message, Peer, SendStatus } from "./types.ts";

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
    send: async (request) => {
      const peer = await ready;
      const content = contentOf(request.content);
      const sent = peer.send(request.to, content, request.ttlMs === 0 ? {} : { ttlMs: request.ttlMs });
      await sent.accepted;
      const { number } = sent;
      if (request.waitFor <= WireStatus.ACCEPTED) return { number, status: WireStatus.ACCEPTED };
      const stored = request.waitFor === WireStatus.STORED ? storedOrSettled(peer, request.to, number) : undefined;
      const settled = sent.settled.then(({ status, reason }) => ({ status: wireStatus[status], reason }));
      const outcome = await (stored === undefined ? settled : Promise.race([stored, settled]));
      return { number, ...outcome };
    },
    messages: (request, { signal }) => watch(ready, request.after, signal),
    listPeers: async () => ({ peers: (await ready).peers().map(copyPeer) }),
    getTopology: async () => {
      const { id, peers, edges } = (await ready).topology();
      return { id, peers: peers.map(copyPeer), edges: edges.map(([a, b]) => ({ a, b })) };
    },
    explain: async ({ number, to }) => {
      const explanations = (await ready).explain(number, to === 0n ? undefined : to);
      return { explanations: explanations.map(wireExplanation) };
    },
    connect: async ({ address }) => {
      (await ready).connect(address);
      return {};
    },
    disconnect: async ({ target }) => {
      if (target.case === undefined) throw new E3Error("bad-option", "nothing to disconnect; give an id or an address");
      (await ready).disconnect(target.value);
      return {};
    },
  };
  return { descriptor: PeerService, handlers, loopbackOnly: true };
}

type WireContent = { case: "text"; value: string } | { case: "data"; value: { contentType: string; data: Uint8Array } };

function contentOf(content: WireContent | { case: undefined; value?: undefined }): Content {
  if (content.case === "text") return content.value;
  if (content.case === "data") return { contentType: content.value.contentType, data: content.value.data };
  throw new E3Error("bad-content", "there is nothing to send; give text or data");
}

/** Resolves when the send is known to be stored. */
async function storedOrSettled(
  peer: Peer,
  to: bigint,
  number: bigint,
): Promise<{ status: WireStatus; reason: string }> {
  const already = peer.explain(number, to).some(({ status }) => status === "stored");
  if (already) return { status: WireStatus.STORED, reason: "" };
  for await (const event of peer.events()) {
    if (event.kind !== "status" || event.to !== to || event.number !== number || event.status === "accepted") continue;
    return { status: wireStatus[event.status], reason: event.reason };
  }
  throw new E3Error("closed", "the peer closed before the message was stored");
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
  const { cursor, from, number, text, data, missing } = message;
  const content =
    data === undefined ? ({ case: "text", value: text } as const) : ({ case: "data", value: data } as const);
  const times = { sentAtMs: BigInt(message.sentAt.getTime()), receivedAtMs: BigInt(message.receivedAt.getTime()) };
  return { cursor, from, number, content, missing, ...times };
}

function statusResponse(peer: Peer, version: string) {
  const { desired, outbox, mailbox, ...status } = peer.status();
  const wish = desired === null ? Desired.UNSPECIFIED : desired === "granted" ? Desired.GRANTED : Desired.REFUSED;
  return { ...status, version, outbox: BigInt(outbox), mailbox: BigInt(mailbox), desired: wish };
}

function copyPeer(peer: ReturnType<Peer["peers"]>[number]) {
  return { ...peer, addresses: [...peer.addresses] };
}

function wireExplanation(explanation: Explanation) {
  const { status, road, custodians, sentAt, expiresAt, ...same } = explanation;
  const times = { sentAtMs: BigInt(sentAt.getTime()), expiresAtMs: BigInt(expiresAt.getTime()) };
  return { ...same, ...times, status: wireStatus[status], road: [...road], custodians: [...custodians] };
}

const wireStatus: Readonly<Record<SendStatus | "waiting", WireStatus>> = {
  waiting: WireStatus.UNSPECIFIED,
  accepted: WireStatus.ACCEPTED,
  stored: WireStatus.STORED,
  delivered: WireStatus.DELIVERED,
  expired: WireStatus.EXPIRED,
  refused: WireStatus.REFUSED,
};
