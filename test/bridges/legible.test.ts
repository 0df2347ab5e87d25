import { expect, test } from "vitest";
import { legible } from "../../src/bridges/legible.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Message } from "../../src/peer/types.ts";

/** Messages whose reading fails where an error stands in place of a text. */
function messagesOf(...items: readonly (string | Error)[]) {
  const left = [...items];
  const ends: string[] = [];
  const messages: AsyncIterableIterator<Message> = {
    async next() {
      const item = left.shift();
      if (item instanceof Error) throw item;
      if (item === undefined) return { done: true, value: undefined };
      const where = { cursor: 1n, from: 7n, conversation: "direct", group: undefined, number: 1n } as const;
      const what = { text: item, data: undefined, missing: 0n, unordered: false };
      return { done: false, value: { ...where, ...what, sentAt: new Date(0), receivedAt: new Date(0) } };
    },
    async return() {
      ends.push("returned");
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { messages, ends };
}

async function read(...items: readonly (string | Error)[]) {
  const [texts, told]: [string[], string[]] = [[], []];
  const { messages, ends } = messagesOf(...items);
  try {
    for await (const { text } of legible(messages, (error) => told.push(String(error)))) {
      if (text === "enough") break;
      texts.push(text);
    }
  } catch (error) {
    ends.push(error instanceof E3Error ? error.code : String(error));
  }
  return { texts, told, ends };
}

test("what cannot be read is told, each by itself, and what comes behind it is given", async () => {
  const bad = [new Error("one"), new RangeError("two")];
  expect(await read("a", ...bad, "b")).toEqual({
    texts: ["a", "b"],
    told: ["Error: one", "RangeError: two"],
    ends: ["returned"],
  });
});

test("an E3Error is no fault of a record, and ends it", async () => {
  expect(await read("a", new E3Error("closed", "closed"), "b")).toMatchObject({
    texts: ["a"],
    told: [],
    ends: ["returned", "closed"],
  });
});

test("who has read enough ends the reading", async () => {
  expect(await read("a", "enough", "b")).toEqual({ texts: ["a"], told: [], ends: ["returned"] });
});
