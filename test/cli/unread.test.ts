import { expect, test } from "vitest";
import { Unread, type UnreadFrom } from "../../src/cli/unread.ts";
import type { ConversationInfo } from "../../src/peer/history-types.ts";
import { FakePeer, message } from "./fake-peer.ts";

const [ali, veli, team] = [5n, 6n, 900n];

function conversation(parts: Partial<ConversationInfo>): ConversationInfo {
  const plain = {
    with: ali,
    conversation: "direct",
    count: 9,
    unread: 0,
    unreadUpTo: [],
    lastAt: new Date(0),
  } as const;
  return { ...plain, ...parts };
}

function bench(listed: readonly ConversationInfo[] = [], cursor = 0n) {
  const peer = new FakePeer();
  Object.assign(peer, { listed, cursor });
  let told: readonly UnreadFrom[] = [];
  const failures: unknown[] = [];
  const beganAt = new Date("2026-03-04T00:00:00Z");
  const unread = new Unread({ peer, beganAt, changed: (now) => (told = now), failed: (error) => failures.push(error) });
  const session = (id: bigint | undefined): void => {
    peer.sessions.current = id === undefined ? undefined : { peer: id, state: "open", since: new Date(0) };
  };
  return { peer, unread, session, failures, told: () => told.map(({ with: target, count }) => [target, count]) };
}

test("what is shown while the user is there is read at once, and of many only the last of each sender is marked", async () => {
  const { peer, unread, told } = bench();
  await unread.begin();
  for (const cursor of [1n, 2n, 3n]) unread.shown(message({ cursor, from: ali }));
  unread.shown(message({ cursor: 4n, from: veli }));
  unread.shown(message({ cursor: 5n, from: ali, conversation: "group", group: team }));
  await unread.idle();
  expect(peer.marked.map(({ cursor }) => cursor)).toEqual([3n, 4n, 5n]);
  expect(told()).toEqual([]);
});

test("what came before the chat is unread until its conversation is seen, and so is what comes behind it", async () => {
  const { peer, unread, told } = bench([conversation({ unread: 2, unreadUpTo: [8n] })], 8n);
  await unread.begin();
  expect(told()).toEqual([[ali, 2]]);
  for (const cursor of [7n, 8n, 9n]) unread.shown(message({ cursor, from: ali }));
  await unread.idle();
  expect(told()).toEqual([[ali, 3]]);
  expect(peer.marked).toEqual([{ cursor: 7n, before: true }]);
  unread.seen(ali);
  await unread.idle();
  expect(told()).toEqual([]);
  expect(peer.marked.at(-1)).toEqual({ cursor: 9n, before: false });
  unread.shown(message({ cursor: 10n, from: ali }));
  await unread.idle();
  expect([told(), peer.marked.at(-1)]).toEqual([[], { cursor: 10n, before: false }]);
});

test("in a session the other end is read, and all others are unread, the latest of them first", async () => {
  const { peer, unread, told, session } = bench();
  await unread.begin();
  session(ali);
  unread.shown(message({ cursor: 1n, from: ali }));
  unread.shown(message({ cursor: 2n, from: veli }));
  unread.shown(message({ cursor: 3n, from: ali, conversation: "group", group: team }));
  unread.shown(message({ cursor: 4n, from: veli, conversation: "group", group: team }));
  await unread.idle();
  expect(told()).toEqual([
    [team, 2],
    [veli, 1],
  ]);
  session(undefined);
  unread.seen(team);
  await unread.idle();
  expect(peer.marked.filter(({ before }) => !before).map(({ cursor }) => cursor)).toEqual([1n, 3n, 4n]);
  expect(told()).toEqual([[veli, 1]]);
});

test("what is for everyone is never unread, and neither is what another program has read", async () => {
  const listed = [conversation({ with: "everyone", conversation: "everyone", unread: 4 }), conversation({})];
  const { peer, unread, told, session } = bench(listed, 3n);
  await unread.begin();
  session(veli);
  unread.shown(message({ cursor: 3n, from: ali }));
  unread.shown(message({ cursor: 4n, from: ali, conversation: "everyone" }));
  await unread.idle();
  expect([told(), peer.marked]).toEqual([[], []]);
});

test("a mark that cannot be set is told, and the next one is tried", async () => {
  const { peer, unread, failures } = bench();
  await unread.begin();
  const markRead = peer.markRead.bind(peer);
  peer.markRead = () => Promise.reject(new Error("the disk is gone"));
  unread.shown(message({ cursor: 1n, from: ali }));
  await unread.idle();
  expect(failures).toHaveLength(1);
  peer.markRead = markRead;
  unread.shown(message({ cursor: 2n, from: ali }));
  await unread.idle();
  expect(peer.marked).toEqual([{ cursor: 2n, before: false }]);
});

test("what was said before the chat began is unread, however late it came, and so is what follows it", async () => {
  const { unread, told } = bench();
  await unread.begin();
  unread.shown(message({ cursor: 1n, from: ali, sentAt: new Date("2026-03-03T23:59:59Z") }));
  unread.shown(message({ cursor: 2n, from: ali }));
  expect(told()).toEqual([[ali, 2]]);
});
