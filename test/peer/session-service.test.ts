import { afterEach, expect, test } from "vitest";
import { createServiceClient, RpcError } from "../../src/adapters/grpc/client.ts";
import { createPeer } from "../../src/compose.ts";
import { PeerService } from "../../src/gen/e3/v1/peer_pb.ts";
import { SessionEventState, type WatchEventsResponse } from "../../src/gen/e3/v1/session_pb.ts";
import type { Peer, PeerEvent } from "../../src/peer/types.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function start(desiredId: bigint, peers: readonly string[] = []) {
  const peer = await createPeer({ listen: "127.0.0.1:0", store: "memory", desiredId, peers });
  const client = createServiceClient(PeerService, peer.listen);
  open.push(peer, client);
  return { peer, client };
}

/** Resolves with the first event that fits. */
async function first(peer: Peer, fits: (event: PeerEvent) => boolean): Promise<PeerEvent> {
  for await (const event of peer.events()) if (fits(event)) return event;
  throw new Error("the peer closed");
}

const isOf = (state: string) => (event: PeerEvent) => event.kind === "session" && event.state === state;

/** The next event of a session that a caller is told. */
async function next(events: AsyncIterator<WatchEventsResponse, void>): Promise<string> {
  for (;;) {
    const result: IteratorResult<WatchEventsResponse, void> = await events.next();
    if (result.done === true) throw new Error("the stream ended");
    const { event } = result.value;
    if (event.case !== "session") continue;
    const { peer, state, own, reason } = event.value;
    return `${peer} ${SessionEventState[state]}${own ? " own" : ""}${reason === "" ? "" : `: ${reason}`}`;
  }
}

test("a session is asked for, answered, watched and ended over gRPC", async () => {
  const left = await start(1n);
  const seen = first(left.peer, ({ kind }) => kind === "peer");
  const right = await start(2n, [left.peer.listen]);
  await seen;
  const events = left.client.watchEvents({})[Symbol.asyncIterator]();
  const early = next(events);
  const asked = first(right.peer, isOf("asked"));
  await left.client.requestSession({ peer: 2n });
  await asked;
  expect(await left.client.getSession({})).toMatchObject({ peer: 2n, open: false, requests: [] });
  expect(await right.client.getSession({})).toMatchObject({ peer: 0n, sinceMs: 0n, requests: [1n] });
  const accepted = first(left.peer, isOf("accepted"));
  await right.client.answerSession({ peer: 1n, accept: true });
  await accepted;
  const session = await left.client.getSession({});
  expect(session).toMatchObject({ peer: 2n, open: true });
  expect(session.sinceMs).toBeGreaterThan(0n);
  await right.client.endSession({ reason: "dinner" });
  // The stream begins when the server has the call, which the other calls do not wait for.
  const told = [await early];
  while (!told.some((line) => line.includes("ENDED"))) told.push(await next(events));
  const all = ["2 ASKING own", "2 ACCEPTED", "2 ENDED: dinner"];
  expect(told).toEqual(all.slice(-told.length));
});

test("a peer that is renamed is told with the name it has then", async () => {
  const left = await start(1n);
  const seen = first(left.peer, ({ kind }) => kind === "peer");
  const right = await start(2n, [left.peer.listen]);
  await seen;
  const told: string[] = [];
  const watching = (async () => {
    for await (const { event } of left.client.watchEvents({})) {
      if (event.case !== "rename") continue;
      told.push(`${event.value.peer} ${event.value.name}`);
      if (event.value.name === "") return;
    }
  })();
  // The stream begins when the server has the call, which a rename does not wait for.
  for (let turn = 1; told.length === 0; turn += 1) {
    const renamed = first(left.peer, ({ kind }) => kind === "peer");
    right.peer.rename(`ali${turn}`);
    await renamed;
  }
  right.peer.rename("");
  await watching;
  expect(told[0]).toMatch(/^2 ali\d+$/);
  expect(told.at(-1)).toBe("2 ");
});

test("what cannot be is refused with a status", async () => {
  const { client } = await start(1n);
  const failure = async (call: Promise<unknown>): Promise<string | undefined> => {
    try {
      await call;
      return undefined;
    } catch (error) {
      return error instanceof RpcError ? error.status : undefined;
    }
  };
  expect(await failure(client.requestSession({ peer: 9n }))).toBe("NOT_FOUND");
  expect(await failure(client.answerSession({ peer: 9n }))).toBe("FAILED_PRECONDITION");
  expect(await failure(client.endSession({}))).toBe("FAILED_PRECONDITION");
});
