import { expect, test } from "vitest";
import { InboxCheck } from "./inbox-check.ts";
import type { InboxMessage } from "./records.ts";

function message(cursor: number, init: Partial<InboxMessage>): InboxMessage {
  return { cursor, from: 1n, epoch: 1n, conversation: 1n, number: cursor, missing: 0, text: "", ...init };
}

/** What the check says of each message of a log. */
function faults(check: InboxCheck, ...messages: readonly Partial<InboxMessage>[]): readonly (string | undefined)[] {
  return messages.map((init, index) => check.logged(message(init.cursor ?? index + 1, init)));
}

test("numbers that follow each other, with gaps that are marked, are in order; what was missing may come late", () => {
  const check = new InboxCheck();
  const log = [{ number: 1 }, { number: 4, missing: 2 }, { number: 3 }, { number: 5 }];
  expect(faults(check, ...log)).toEqual([undefined, undefined, undefined, undefined]);
  expect(check.late).toBe(1);
});

test("gaps that are not marked, or marked as larger, are found, and so is what comes late twice", () => {
  expect(faults(new InboxCheck(), { number: 2 })).toEqual([expect.stringContaining("says 0")]);
  expect(faults(new InboxCheck(), { number: 1 }, { number: 2, missing: 1 })[1]).toContain("says 1");
  const late = faults(new InboxCheck(), { number: 3, missing: 2 }, { number: 1 }, { number: 1 });
  expect(late[2]).toContain("not said to be missing");
});

test("what is below the first number of a conversation is not missing, and what is above is", () => {
  const faultOf = (init: Partial<InboxMessage>): string | undefined => new InboxCheck().logged(message(1, init), 4);
  expect([faultOf({ number: 4 }), faultOf({ number: 6, missing: 2 })]).toEqual([undefined, undefined]);
  expect([faultOf({ number: 4, missing: 3 }), faultOf({ number: 6 })]).toEqual([
    expect.stringContaining("says 3"),
    expect.stringContaining("says 0"),
  ]);
});

test("a log that begins anew goes by the marks that are left", () => {
  const check = new InboxCheck();
  faults(check, { number: 1 }, { number: 2 }, { number: 3 });
  check.changed([{ epoch: 1n, conversation: 1n, next: 3, holes: [{ first: 1, last: 1 }], missing: 0 }], 2);
  expect(check.logged(message(2, { number: 3 }))).toContain("not above 2");
  check.changed([{ epoch: 1n, conversation: 1n, next: 3, holes: [{ first: 1, last: 1 }], missing: 0 }], 2);
  const later = [
    { cursor: 8, number: 3 },
    { cursor: 9, number: 1 },
    { cursor: 10, number: 2 },
  ];
  expect(faults(check, ...later)).toEqual([undefined, undefined, expect.stringContaining("behind 3")]);
});
