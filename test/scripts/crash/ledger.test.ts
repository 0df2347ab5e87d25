import { expect, test } from "vitest";
import { Ledger } from "../../../scripts/crash/ledger.ts";

/** A ledger in which "one" to "three" were said, and accepted as 1 to 3. */
function threeSaid(): Ledger {
  const ledger = new Ledger("sender");
  for (const [index, text] of ["one", "two", "three"].entries()) {
    ledger.say(text);
    ledger.accept(`${index + 1}`);
  }
  return ledger;
}

test("what was accepted, and arrived once and in order, is as promised", () => {
  const ledger = threeSaid();
  for (const [index, text] of ["one", "two", "three"].entries()) ledger.receive(BigInt(index + 1), text);
  ledger.deliver("2");
  expect(ledger.faults()).toEqual([]);
  expect(ledger.missing()).toEqual([]);
});

test.each([
  [
    "lost",
    [
      [1n, "one"],
      [3n, "three"],
    ],
    "accepted and lost: 2",
  ],
  [
    "there twice",
    [
      [1n, "one"],
      [2n, "two"],
      [3n, "three"],
      [4n, "two"],
    ],
    'received twice: "two"',
  ],
  [
    "there under one number twice",
    [
      [1n, "one"],
      [2n, "two"],
      [2n, "three"],
    ],
    "number 2 was received after 2",
  ],
  [
    "out of order",
    [
      [1n, "two"],
      [2n, "one"],
      [3n, "three"],
    ],
    'received out of order: 2 "one"',
  ],
  [
    "something else",
    [
      [1n, "one"],
      [2n, "tvo"],
      [3n, "three"],
    ],
    'received and never said: 2 "tvo"',
  ],
] as const)("a message that is %s is told", (_what, received, fault) => {
  const ledger = threeSaid();
  for (const [number, text] of received) ledger.receive(number, text);
  expect(ledger.faults().join("\n")).toContain(fault);
});

test("a receipt for what did not arrive, and a number accepted twice, are told", () => {
  const ledger = threeSaid();
  ledger.accept("3");
  ledger.deliver("3");
  ledger.receive(1n, "one");
  expect(ledger.faults().join("\n")).toContain("number 3 was accepted twice");
  expect(ledger.faults().join("\n")).toContain("reported delivered and not received: 3");
});
