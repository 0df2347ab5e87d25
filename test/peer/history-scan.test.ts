import { expect, test } from "vitest";
import { encodeData, encodeReceipts, encodeText } from "../../src/core/body.ts";
import { everyone } from "../../src/core/everyone.ts";
import { encodeGroupLetter } from "../../src/core/group-codec.ts";
import { encodeInboxRecord } from "../../src/core/record-codec.ts";
import { keyOf, type StoreEntry } from "../../src/core/store-op.ts";
import { contentOf, scan, type Spoken } from "../../src/peer/history-scan.ts";
import type { Store } from "../../src/ports/store.ts";
import { End, type Letter } from "./talk.ts";

const [ali, zoe] = [1n, 2n];
const letter: Letter = { from: zoe, epoch: 8n, conversation: 5n, number: 1, sentAtMs: 3, body: encodeText("Hi!") };

async function all(
  store: Pick<Store, "read">,
  cursor: bigint,
  conversation?: bigint,
  pause = async (): Promise<void> => {},
): Promise<readonly Spoken[]> {
  const found: Spoken[] = [];
  for await (const spoken of scan({ store, cursor, pause }, conversation)) found.push(spoken);
  return found;
}

test("what was received comes first, in the order of its arrival; then what was sent", async () => {
  const end = new End(ali);
  await end.say(zoe, "mine");
  for (let number = 1; number <= 200; number += 1) await end.hear({ ...letter, number });
  await end.hear({ ...letter, conversation: everyone });
  const found = await all(end.store, 201n);
  expect(found.map(({ cursor }) => cursor)).toEqual([...Array.from({ length: 201 }, (_, index) => index + 1), 0]);
  expect(found.slice(-2)).toMatchObject([
    { kind: "everyone", with: everyone, from: zoe },
    { kind: "direct", with: zoe, from: ali, receivedAtMs: undefined, missing: 0, unordered: false },
  ]);
  expect(await all(end.store, 201n, everyone)).toHaveLength(1);
});

test("what is not announced yet is not there", async () => {
  const end = new End(ali);
  for (const number of [1, 2, 3]) await end.hear({ ...letter, number });
  expect((await all(end.store, 2n)).map(({ cursor }) => cursor)).toEqual([1, 2]);
});

test("what is missing, or out of order, is so before the first of a record", async () => {
  const end = new End(ali);
  const { body, ...fields } = letter;
  const marks = { missing: 4, unordered: true, receivedAtMs: 9 };
  const value = encodeInboxRecord({ ...fields, ...marks, cursor: 1, bodies: [body, body] });
  await end.store.commit([{ table: "inbox", key: keyOf(2), value }]);
  expect(await all(end.store, 2n)).toMatchObject([
    { cursor: 1, missing: 4, unordered: true, place: { number: 1 } },
    { cursor: 2, missing: 0, unordered: false, place: { number: 2 } },
  ]);
});

test("few records are asked for at a time, and it ends where the store does", async () => {
  const end = new End(ali);
  for (let number = 1; number <= 150; number += 1) await end.hear({ ...letter, number });
  const asked: string[] = [];
  const read = async (...[table, after, limit]: Parameters<Store["read"]>): Promise<readonly StoreEntry[]> => {
    asked.push(`${table} after ${Number(`0x${after ?? "0"}`)}, ${limit}`);
    return end.store.read(table, after, limit);
  };
  const store: Store = {
    read,
    commit: (ops) => end.store.commit(ops),
    damaged: () => [],
    [Symbol.asyncDispose]: () => end.store[Symbol.asyncDispose](),
  };
  await all(store, 150n);
  expect(asked).toEqual([
    ...["inbox after 0, 64", "inbox after 64, 64", "inbox after 128, 64", "inbox after 150, 64"],
    "sent after 0, 64",
  ]);
});

test("what is much is looked through with pauses, and no further when one says so", async () => {
  const end = new End(ali);
  const body = encodeText("x".repeat(2_000));
  for (let number = 1; number <= 500; number += 1) await end.hear({ ...letter, number, body });
  let pauses = 0;
  const pause = async (): Promise<void> => void (pauses += 1);
  await all(end.store, 500n, undefined, pause);
  expect(pauses).toBe(3);
  const closed = (): Promise<void> => Promise.reject(new Error("closed"));
  await expect(all(end.store, 500n, undefined, closed)).rejects.toThrow("closed");
});

test("content is text or data, of a group too; all else says nothing", () => {
  const data = { contentType: "a/b", data: Uint8Array.of(1) };
  const told = { group: 7n, number: 1, sum: 0n, recipients: 1 };
  expect(contentOf(encodeText("Hi!"))).toEqual({ kind: "text", text: "Hi!" });
  expect(contentOf(encodeData("a/b", data.data))).toEqual({ kind: "data", ...data });
  expect(contentOf(encodeGroupLetter({ ...told, content: { case: "text", value: "Hi!" } }))).toMatchObject({
    kind: "text",
    text: "Hi!",
  });
  expect(contentOf(encodeGroupLetter({ ...told, content: { case: "data", value: data } }))).toMatchObject(data);
  expect(contentOf(encodeReceipts([]))).toBeUndefined();
  expect(contentOf(Uint8Array.of(0xff))).toBeUndefined();
});
