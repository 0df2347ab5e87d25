import { expect, test } from "vitest";
import { encodeData, encodeText } from "../../src/core/body.ts";
import { everyone } from "../../src/core/everyone.ts";
import { encodeGroupLetter } from "../../src/core/group-codec.ts";
import { joinOf } from "../../src/core/join.ts";
import { encodePreface } from "../../src/core/preface.ts";
import { encodeSignal } from "../../src/core/session-signal.ts";
import type { HistoryQuery } from "../../src/peer/history-types.ts";
import { End, type Letter } from "./talk.ts";

const [ali, zoe] = [1n, 2n];
const group = 77n;

/** What zoe said, not through an outbox. */
function letter(number: number, body: Uint8Array, parts: Partial<Letter> = {}): Letter {
  return { from: zoe, epoch: 8n, conversation: 5n, number, sentAtMs: 1_000 + number, body, ...parts };
}

function toGroup(number: number, text: string, lamport: number): Uint8Array {
  const content = { case: "text", value: text } as const;
  const body = encodeGroupLetter({ group, number, sum: 0n, recipients: 1, content });
  return joinOf(encodePreface({ after: [], lamport }), body);
}

async function texts(end: End, query: HistoryQuery): Promise<readonly string[]> {
  return (await end.all(query)).map(({ text }) => text);
}

/** The code and message of what a query is refused with. */
async function refusal(end: End, query: HistoryQuery): Promise<string> {
  const failed = end.history.history(query).then(
    () => "nothing",
    (error: unknown) => String(error),
  );
  return failed;
}

test("a message tells all there is: both directions, times, place, clock", async () => {
  const end = new End(ali, 7n);
  await end.say(zoe, "Hi!", 500);
  await end.hear(
    letter(1, joinOf(encodePreface({ after: [{ epoch: 7n, number: 1 }], lamport: 2 }), encodeText("Oh."))),
    {
      missing: 3,
      unordered: true,
    },
  );
  const [first, second] = await end.all({ with: zoe });
  const place: unknown = expect.stringMatching(/^h1-/);
  expect(first).toEqual({
    ...{ from: ali, to: zoe, conversation: "direct", number: 1n, text: "Hi!", data: undefined },
    ...{ sentAt: new Date(500), receivedAt: undefined, missing: 0n, unordered: false },
    ...{ lamport: 1n, clock: [{ epoch: 7n, id: ali, number: 1n }], position: place },
  });
  const clock = [
    { epoch: 7n, id: ali, number: 1n },
    { epoch: 8n, id: zoe, number: 1n },
  ];
  expect(second).toEqual({
    ...{ from: zoe, to: ali, conversation: "direct", number: 1n, text: "Oh.", data: undefined },
    ...{ sentAt: new Date(1_001), receivedAt: new Date(2_000), missing: 3n, unordered: true },
    ...{ lamport: 2n, clock, position: place },
  });
});

test("each conversation has its own, and nothing of the others, nor what peers say of sessions", async () => {
  const end = new End(ali);
  await end.say(zoe, "to zoe");
  await end.say(9n, "to nine");
  await end.keep({ to: group, conversation: group, number: 1, sentAtMs: 1, bodies: [toGroup(1, "to the group", 1)] });
  await end.keep({ to: 0n, conversation: everyone, number: 1, sentAtMs: 1, bodies: [encodeText("to all")] });
  const signal = encodeSignal({ kind: "request", session: 4n, reason: "" });
  await end.keep({ to: zoe, conversation: 6n, number: 2, sentAtMs: 1, bodies: [signal, encodeText("after it")] });
  await end.hear(letter(1, encodeText("of zoe")));
  await end.hear(letter(1, toGroup(1, "of zoe in the group", 2), { conversation: 6n }));
  await end.hear(letter(1, encodeText("of zoe to all"), { conversation: everyone, sentAtMs: 5_000 }));
  expect((await texts(end, { with: zoe })).toSorted()).toEqual(["after it", "of zoe", "to zoe"]);
  expect(await texts(end, { with: group })).toEqual(["to the group", "of zoe in the group"]);
  expect((await texts(end, { with: "everyone" })).toSorted()).toEqual(["of zoe to all", "to all"]);
  expect(await texts(end, { with: 12n })).toEqual([]);
  expect((await end.all({ with: group })).map(({ to, conversation }) => [to, conversation])).toEqual([
    [group, "group"],
    [group, "group"],
  ]);
});

test("data comes with its media type, as bytes of its own", async () => {
  const end = new End(ali);
  await end.hear(letter(1, encodeData("image/png", Uint8Array.of(1, 2))));
  const [message] = await end.all({ with: zoe });
  expect(message).toMatchObject({ text: "", data: { contentType: "image/png", data: Uint8Array.of(1, 2) } });
  expect(message?.data?.data.buffer.byteLength).toBe(2);
});

test("it is searched by sender, by time and by text", async () => {
  const end = new End(ali);
  await end.say(zoe, "Where is the Key?", 1_000);
  await end.hear(letter(1, encodeText("the key is there")), { receivedAtMs: 3_000 });
  await end.hear(letter(2, encodeText("not the other"), { sentAtMs: 9_000 }), { receivedAtMs: 4_000 });
  expect(await texts(end, { with: zoe, by: ali })).toEqual(["Where is the Key?"]);
  expect(await texts(end, { with: zoe, by: zoe })).toHaveLength(2);
  expect(await texts(end, { with: zoe, contains: "KEY" })).toHaveLength(2);
  expect(await texts(end, { with: zoe, contains: "key is" })).toEqual(["the key is there"]);
  expect(await texts(end, { with: zoe, until: new Date(1_001) })).toEqual(["Where is the Key?"]);
  // Its sender's clock is ahead: it was said before it arrived.
  expect(await texts(end, { with: zoe, from: new Date(4_000) })).toEqual(["not the other"]);
  expect(await texts(end, { with: zoe, from: new Date(4_001) })).toEqual([]);
});

test("a page has as many messages as asked for, and says whether there are more", async () => {
  const end = new End(ali);
  for (let number = 1; number <= 120; number += 1) await end.hear(letter(number, encodeText(`${number}`)));
  const first = await end.history.history({ with: zoe });
  expect(first.messages.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, index) => `${index + 1}`));
  expect(first.next).toBe(first.messages[99]?.position);
  const second = await end.history.history({ with: zoe, after: first.next ?? "" });
  expect(second).toMatchObject({ messages: { length: 20 }, next: undefined });
  const latest = await end.history.history({ with: zoe, newestFirst: true, limit: 2 });
  expect(latest.messages.map(({ text }) => text)).toEqual(["120", "119"]);
  const back = await end.history.history({ with: zoe, newestFirst: true, limit: 1, after: latest.next ?? "" });
  expect(back.messages.map(({ text }) => text)).toEqual(["118"]);
});

test("a position of another conversation, of another peer, or made up is a clear error", async () => {
  const end = new End(ali);
  const other = new End(3n);
  for (const each of [end, other]) await each.hear(letter(1, encodeText("Hi!")));
  await end.hear(letter(1, encodeText("all"), { conversation: everyone }));
  const [mine] = await end.all({ with: zoe });
  const [theirs] = await other.all({ with: zoe });
  const [ofAll] = await end.all({ with: "everyone" });
  expect(await texts(end, { with: zoe, after: mine?.position ?? "" })).toEqual([]);
  for (const after of [theirs?.position ?? "", ofAll?.position ?? ""])
    expect(await refusal(end, { with: zoe, after })).toMatch(/the position is of another history/);
  for (const after of ["", "7", "h1-1-1-1-1", "h2-1-1-1-1-1", "h1-~-1-1-1-1"])
    expect(await refusal(end, { with: zoe, after })).toMatch(/that is no position in a history/);
});

test("what cannot be asked for is a clear error", async () => {
  const end = new End(ali);
  for (const limit of [0, 1_001, 1.5, Number.NaN])
    expect(await refusal(end, { with: zoe, limit })).toMatch(/whole number from 1 to 1000/);
  expect(await refusal(end, { with: 0n })).toMatch(/an id is a whole number/);
  expect(await refusal(end, { with: zoe, by: -1n })).toMatch(/the id is negative/);
  expect(await refusal(end, { with: zoe, from: new Date("soon") })).toMatch(/the option from is no date/);
});

test("what arrived after its turn is told by what it says itself", async () => {
  const end = new End(ali);
  await end.hear(letter(3, encodeText("three")), { missing: 2 });
  await end.hear(letter(2, encodeText("two")));
  expect((await end.all({ with: zoe })).map(({ text, clock }) => [text, clock.map(({ number }) => number)])).toEqual([
    ["two", [2n]],
    ["three", [3n]],
  ]);
});

test("a time that is absurd orders nothing", async () => {
  const end = new End(ali);
  await end.hear(letter(1, joinOf(encodePreface({ after: [], lamport: 2 ** 48 }), encodeText("far ahead"))));
  await end.hear(letter(2, encodeText("two")));
  expect((await end.all({ with: zoe })).map(({ text, lamport }) => [text, lamport])).toEqual([
    ["far ahead", 1n],
    ["two", 2n],
  ]);
});

test("the conversations are listed, the latest first, with what was not shown yet", async () => {
  const end = new End(ali);
  await end.say(zoe, "Hi!", 9_000);
  await end.hear(letter(1, encodeText("one")));
  await end.hear(letter(2, encodeText("two")));
  await end.hear(letter(1, toGroup(1, "in the group", 1), { conversation: 6n, sentAtMs: 1_500 }));
  await end.hear(letter(1, encodeText("to all"), { conversation: everyone, sentAtMs: 99_000 }));
  end.shown = 1n;
  expect(await end.history.conversations()).toEqual([
    { with: zoe, conversation: "direct", count: 3, unread: 1, unreadUpTo: [2n], lastAt: new Date(9_000) },
    { with: "everyone", conversation: "everyone", count: 1, unread: 1, unreadUpTo: [], lastAt: new Date(2_000) },
    { with: group, conversation: "group", count: 1, unread: 1, unreadUpTo: [3n], lastAt: new Date(1_500) },
  ]);
});

test("where a sender had to begin another lane, the newest unread message of each is told: marks are kept by lane", async () => {
  const end = new End(ali);
  await end.hear(letter(1, encodeText("one")));
  await end.hear(letter(2, encodeText("two")));
  await end.hear(letter(3, encodeText("three"), { conversation: 6n }));
  expect(await end.history.conversations()).toMatchObject([{ unread: 3, unreadUpTo: [2n, 3n] }]);
});

test("the newest unread message is the last that was said, also where one before it came later", async () => {
  const end = new End(ali);
  await end.hear(letter(3, encodeText("three")), { missing: 2 });
  await end.hear(letter(2, encodeText("two")), { unordered: true });
  expect(await end.history.conversations()).toMatchObject([{ unread: 2, unreadUpTo: [1n] }]);
});
