import type { PeerService } from "../gen/e3/v1/peer_pb.ts";
import { SessionEventState as WireState } from "../gen/e3/v1/session_pb.ts";
import type { ServiceHandlers } from "../ports/services.ts";
import { wireGroupEvent } from "./group-service.ts";
import type { SessionEvent } from "./session-types.ts";
import type { Peer, PeerEvent } from "./types.ts";

type Handlers = ServiceHandlers<typeof PeerService>;
type Names = "getSession" | "requestSession" | "answerSession" | "endSession" | "watchEvents";

/** What PeerService offers about sessions, and the events in which their outcomes are told. */
export function sessionHandlers(ready: Promise<Peer>): Pick<Handlers, Names> {
  return {
    getSession: async () => {
      const { current, requests } = (await ready).sessions;
      const { peer = 0n, state, since } = current ?? {};
      return { peer, open: state === "open", sinceMs: BigInt(since?.getTime() ?? 0), requests: [...requests] };
    },
    requestSession: async ({ peer }) => {
      (await ready).sessions.request(peer);
      return {};
    },
    answerSession: async ({ peer, accept }) => {
      const { sessions } = await ready;
      if (accept) sessions.accept(peer);
      else sessions.reject(peer);
      return {};
    },
    endSession: async ({ reason }) => {
      (await ready).sessions.end(reason);
      return {};
    },
    watchEvents: (_, { signal }) => watch(ready, signal),
  };
}

async function* watch(ready: Promise<Peer>, signal: AbortSignal) {
  const peer = await ready;
  for await (const event of peer.events({ signal })) {
    const wire = wireEvent(event, peer);
    if (wire !== undefined) yield { event: wire };
  }
}

function wireEvent(event: PeerEvent, peer: Peer) {
  if (event.kind === "peer") {
    if (event.state === "renamed") return wireRename(event.id, peer);
    return { case: "presence", value: { peer: event.id, up: event.state === "up" } } as const;
  }
  if (event.kind === "read") {
    const { by, to, number } = event;
    return { case: "read", value: { by, to, number } } as const;
  }
  if (event.kind === "group" || event.kind === "receipt") return wireGroupEvent(event);
  return event.kind === "session" ? ({ case: "session", value: wireSession(event) } as const) : undefined;
}

function wireRename(id: bigint, peer: Peer) {
  const found = peer.search(`${id}`);
  const name = "peer" in found ? (found.peer.name ?? "") : "";
  return { case: "rename", value: { peer: id, name } } as const;
}

function wireSession({ peer, state, by, reason, cursor }: SessionEvent) {
  return { peer, state: wireStates[state], own: by === "self", reason, cursor };
}

const wireStates: Readonly<Record<SessionEvent["state"], WireState>> = {
  asking: WireState.ASKING,
  asked: WireState.ASKED,
  accepted: WireState.ACCEPTED,
  rejected: WireState.REJECTED,
  busy: WireState.BUSY,
  unanswered: WireState.UNANSWERED,
  withdrawn: WireState.WITHDRAWN,
  ended: WireState.ENDED,
};
