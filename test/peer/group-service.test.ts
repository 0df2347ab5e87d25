import { afterEach, expect, test } from "vitest";
import { createServiceClient, RpcError } from "../../src/adapters/grpc/client.ts";
import { createPeer } from "../../src/compose.ts";
import { MemberState } from "../../src/gen/e3/v1/envelope_pb.ts";
import { ConversationKind, PeerService, SendStatus } from "../../src/gen/e3/v1/peer_pb.ts";
import type { Peer, PeerEvent } from "../../src/peer/types.ts";
import { take } from "./world.ts";

const open: { close(): unknown }[] = [];
const content = { case: "text", value: "Hi team!" } as const;

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

const isIn =
  (member: bigint, state: string) =>
  (event: PeerEvent): boolean =>
    event.kind === "group" && event.member === member && event.state === state;

test("a group is made, joined, written to and left over gRPC, and what happens is watched", async () => {
  const left = await start(1n);
  const seen = first(left.peer, ({ kind }) => kind === "peer");
  const right = await start(2n, [left.peer.listen]);
  await seen;
  const invited = first(right.peer, isIn(2n, "invited"));
  const { group } = await left.client.createGroup({ name: "team", members: [2n] });
  await invited;
  const joined = first(left.peer, isIn(2n, "joined"));
  await right.client.answerInvitation({ group, accept: true });
  await joined;
  const { groups } = await left.client.listGroups({});
  expect(groups).toMatchObject([{ id: group, name: "team", state: MemberState.JOINED }]);
  expect(groups[0]?.members).toMatchObject([
    { id: 1n, state: MemberState.JOINED, invitedBy: 0n },
    { id: 2n, state: MemberState.JOINED, invitedBy: 1n },
  ]);
  const sent = await left.client.send({ to: group, content, waitFor: SendStatus.DELIVERED });
  expect(sent).toMatchObject({ number: 1n, status: SendStatus.DELIVERED });
  const [message] = await take(right.client.messages({ after: 0n }), 1);
  expect(message).toMatchObject({ from: 1n, group, number: 1n, conversation: ConversationKind.GROUP, content });
  const gone = first(left.peer, isIn(2n, "left"));
  const watched = left.client.watchEvents({})[Symbol.asyncIterator]();
  const told = watched.next();
  await right.client.leaveGroup({ group });
  await gone;
  // The stream begins when the server has the call; if that was too late, the next change is told.
  await left.client.inviteToGroup({ group, members: [2n] });
  const { value } = await told;
  expect(value?.event).toMatchObject({ case: "group", value: { group, name: "team", member: { id: 2n } } });
});

test("what cannot be is refused with a status and a reason", async () => {
  const { client } = await start(1n);
  const failure = async (call: Promise<unknown>): Promise<string> => {
    try {
      await call;
    } catch (error) {
      return error instanceof RpcError ? `${error.status}: ${error.details}` : String(error);
    }
    return "none";
  };
  expect(await failure(client.createGroup({ name: "team", members: [] }))).toMatch(
    /^INVALID_ARGUMENT: a group needs others/,
  );
  expect(await failure(client.createGroup({ name: "7", members: [2n] }))).toMatch(
    /^INVALID_ARGUMENT: the name of the group/,
  );
  expect(await failure(client.inviteToGroup({ group: 9n, members: [2n] }))).toMatch(/^NOT_FOUND: no group 9/);
  expect(await failure(client.leaveGroup({ group: 9n }))).toMatch(/^NOT_FOUND/);
  expect(await failure(client.answerInvitation({ group: 9n, accept: true }))).toMatch(/^NOT_FOUND/);
});
