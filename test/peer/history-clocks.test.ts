import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { joinOf } from "../../src/core/join.ts";
import { encodePreface, type Reached } from "../../src/core/preface.ts";
import { HistoryClocks } from "../../src/peer/history-clocks.ts";
import type { Spoken } from "../../src/peer/history-scan.ts";

/** The message of a sender, whose id is ten times its epoch. */
function said(epoch: bigint, number: number, after: readonly Reached[] = []): Spoken {
  return {
    ...{ kind: "group", with: 7n, from: epoch * 10n, place: { lamport: 1, epoch, number, lane: 7n } },
    ...{ body: joinOf(encodePreface({ after, lamport: 1 }), encodeText("")), sentAtMs: 1, receivedAtMs: 2 },
    ...{ cursor: 1, missing: 0, unordered: false },
  };
}

function clockOf(clocks: HistoryClocks, message: Spoken): string {
  return clocks
    .of(message)
    .map(({ epoch, id, number }) => `${epoch}(${id}):${number}`)
    .join(" ");
}

test("a clock is what all messages of its sender so far say, ascending by epoch", () => {
  const messages = [
    said(3n, 1),
    said(2n, 1, [{ epoch: 3n, number: 1 }]),
    said(3n, 2),
    said(2n, 2, [{ epoch: 4n, number: 9 }]),
    said(2n, 3),
  ];
  const clocks = new HistoryClocks(messages.slice(1));
  for (const message of messages) clocks.pass(message);
  expect(messages.map((message) => clockOf(clocks, message))).toEqual([
    "",
    "2(20):1 3(30):1",
    "3(30):2",
    "2(20):2 3(30):1 4(undefined):9",
    "2(20):3 3(30):1 4(undefined):9",
  ]);
});

test("what comes after its turn had seen no more than it says itself", () => {
  const late = said(2n, 1);
  const messages = [said(2n, 2, [{ epoch: 3n, number: 5 }]), late];
  const clocks = new HistoryClocks(messages);
  for (const message of messages) clocks.pass(message);
  expect(clockOf(clocks, late)).toBe("2(20):1");
});
