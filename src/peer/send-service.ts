import { E3Error } from "../core/error.ts";
import { encodeUtf8 } from "../core/utf8.ts";
import { SendStatus as WireStatus, type PeerService } from "../gen/e3/v1/peer_pb.ts";
import type { ServiceHandlers } from "../ports/services.ts";
import type { Target } from "./target.ts";
import type { Content, Peer, PeerEvent, SendOptions, SendStatus, Sent } from "./types.ts";
import { WaitingCalls } from "./waiting-calls.ts";

type Handlers = ServiceHandlers<typeof PeerService>;

/** What PeerService offers for sending. */
export function sendHandlers(ready: Promise<Peer>): Pick<Handlers, "send" | "broadcast"> {
  const waiting = new WaitingCalls();
  const sendTo = async (to: Target, request: SendRequest, signal: AbortSignal) => {
    const peer = await ready;
    checkWaitFor(request.waitFor);
    const sent = request.waitForRoom
      ? await sentWhenRoom({ peer, waiting, to, request, signal })
      : peer.send(to, contentOf(request.content), optionsOf(request));
    return { number: sent.number, ...(await outcomeOf(peer, { to, sent, waitFor: request.waitFor }, signal)) };
  };
  return {
    send: (request, { signal }) => sendTo(request.to, request, signal),
    broadcast: (request, { signal }) => sendTo("everyone", request, signal),
  };
}

/** A SendRequest or BroadcastRequest: what is left out is empty, 0 or false. */
interface SendRequest {
  readonly content: WireContent | { case: undefined; value?: undefined };
  readonly ttlMs: number;
  readonly hopLimit?: number;
  readonly waitFor: WireStatus;
  readonly waitForRoom: boolean;
}

function optionsOf({ ttlMs, hopLimit = 0 }: SendRequest): SendOptions {
  return { ...(ttlMs === 0 ? {} : { ttlMs }), ...(hopLimit === 0 ? {} : { hopLimit }) };
}

interface Waiting {
  readonly peer: Peer;
  readonly waiting: WaitingCalls;
  readonly to: Target;
  readonly request: SendRequest;
  readonly signal: AbortSignal;
}

/** Sends once there is room; a call that is over before that has sent nothing. */
async function sentWhenRoom({ peer, waiting, to, request, signal }: Waiting): Promise<Sent> {
  const content = contentOf(request.content);
  const bytes = (typeof content === "string" ? encodeUtf8(content) : content.data).length;
  try {
    return await waiting.hold(bytes, () => peer.sendWhenRoom(to, content, { ...optionsOf(request), signal }));
  } catch (error) {
    throw signal.aborted ? callerGone() : error;
  }
}

interface Awaited {
  readonly to: Target;
  readonly sent: Sent;
  readonly waitFor: WireStatus;
}

async function outcomeOf(peer: Peer, { to, sent, waitFor }: Awaited, signal: AbortSignal): Promise<Outcome> {
  await sent.accepted;
  if (waitFor <= WireStatus.ACCEPTED) return { status: WireStatus.ACCEPTED, reason: "" };
  const outcome = waitFor === WireStatus.STORED ? storedOrSettled(peer, { to, sent }, signal) : settledOf(sent);
  return Promise.race([outcome, hungUp(signal)]);
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
    const gone = (): void => reject(callerGone());
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
  });
}

function callerGone(): E3Error {
  return new E3Error("closed", "the caller hung up, or the peer closes");
}

function checkWaitFor(waitFor: WireStatus): void {
  if (WireStatus[waitFor] !== undefined) return;
  throw new E3Error("bad-option", `there is no status ${waitFor} to wait for; give one of SendStatus, 0 to 6`);
}

/** Statuses as the service says them; what is not accepted yet has none. */
export const wireStatus: Readonly<Record<SendStatus | "waiting", WireStatus>> = {
  waiting: WireStatus.UNSPECIFIED,
  accepted: WireStatus.ACCEPTED,
  stored: WireStatus.STORED,
  delivered: WireStatus.DELIVERED,
  spread: WireStatus.SPREAD,
  expired: WireStatus.EXPIRED,
  refused: WireStatus.REFUSED,
};
