import { expect, test } from "vitest";
import { encodeGroupLetter, type LetterContent } from "../../src/core/group-codec.ts";
import { joinOf } from "../../src/core/join.ts";
import { encodePreface } from "../../src/core/preface.ts";
import { Bench } from "./inbox-bench.ts";
import { take } from "./world.ts";

const preface = encodePreface({ after: [{ epoch: 7n, number: 3 }], lamport: 9 });

function letter(content: LetterContent): Uint8Array {
  return joinOf(preface, encodeGroupLetter({ group: 900n, number: 41, sum: 5n, recipients: 3, content }));
}

test("a message to a group has its group, and its number there, not that of the way it came", async () => {
  const bench = new Bench();
  await bench.store(1, { body: letter({ case: "text", value: "\ufeffhello" }) });
  bench.inbox.grow(1n);
  const [message] = await take(bench.read(), 1);
  const text = { text: "\ufeffhello", data: undefined };
  expect(message).toMatchObject({ from: 7n, conversation: "group", group: 900n, number: 41n, ...text, missing: 0n });
});

test("data to a group is given as its own bytes, with its type", async () => {
  const bench = new Bench();
  const value = { contentType: "image/png", data: Uint8Array.of(1, 2) };
  await bench.store(1, { body: letter({ case: "data", value }) });
  bench.inbox.grow(1n);
  const [message] = await take(bench.read(), 1);
  expect(message).toMatchObject({ conversation: "group", text: "", data: value });
  expect(message?.data?.data.buffer.byteLength).toBe(2);
});

test("messages of groups and others are given in one order", async () => {
  const bench = new Bench();
  await bench.store(1, { body: letter({ case: "text", value: "one" }) });
  await bench.store(2);
  await bench.store(3, { body: letter({ case: "text", value: "three" }) });
  bench.inbox.grow(3n);
  const read = await take(bench.read(), 3);
  expect(read.map(({ conversation, text }) => `${conversation} ${text}`)).toEqual([
    "group one",
    "direct 2",
    "group three",
  ]);
});
