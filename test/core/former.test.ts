import { expect, test } from "vitest";
import { encodeBundle, encodeText } from "../../src/core/body.ts";
import { formerOf, needed } from "../../src/core/former.ts";
import { finish } from "../../src/core/kept.ts";
import type { Shelf } from "../../src/core/shelf.ts";
import { mailOf } from "./mail.ts";
import { envelopeOf, Room } from "./room.ts";

function texts(...words: readonly string[]): Uint8Array {
  return encodeBundle(words.map(encodeText));
}

/** The shelf of what peer 2 sent to peer 9 before it was bound: numbers 1 to 3, and 4. */
function shelf(): Shelf {
  const room = new Room();
  for (const [number, body] of [[1, texts("a", "b", "c")] as const, [4, encodeText("d")] as const])
    room.mailbox.offer(mailOf(envelopeOf({ number, destinations: [9n] }, body)), 0, room.effects);
  const [found] = room.mailbox.shelvesOf(0xe2n, 1n);
  if (found === undefined) throw new Error("nothing is kept");
  return found;
}

function mail(number: number, ...words: readonly string[]) {
  return mailOf(envelopeOf({ number, destinations: [9n], destinationKeys: [77n] }, texts(...words)));
}

test("what is the same in the mail and on the shelf is found however it is grouped, and whether anything else is left", () => {
  const found = formerOf(shelf(), mail(2, "b", "c", "d"));
  expect(found.map(({ ranges, goes }) => ({ ranges, goes }))).toEqual([
    { ranges: [{ first: 2, last: 3 }], goes: false },
    { ranges: [{ first: 4, last: 4 }], goes: true },
  ]);
});

test("what only has the number of a message is not its copy", () => {
  expect(formerOf(shelf(), mail(4, "forged", "e")).map(({ ranges, goes }) => ({ ranges, goes }))).toEqual([
    { ranges: [], goes: false },
  ]);
  expect(formerOf(shelf(), mail(10, "a", "b"))).toEqual([]);
});

test("a copy that is asked for again is needed again", () => {
  const [copy] = formerOf(shelf(), mail(1, "a", "b", "c"));
  if (copy === undefined) throw new Error("there is no copy");
  finish(copy.kept, { first: 1, last: 1 });
  expect(copy.kept.left).toBe(2);
  expect(needed(copy)).toEqual([{ first: 1, last: 3 }]);
  expect(copy.kept.left).toBe(3);
});
