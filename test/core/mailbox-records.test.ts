import { expect, test } from "vitest";
import { keep } from "../../src/core/kept.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { bindingsIn, bindingsOf, deletionOf, mailOf, recordOf, shelfName } from "../../src/core/mailbox-records.ts";
import { handOverRun } from "../../src/core/parcels.ts";
import { Sequence } from "../../src/core/sequence.ts";
import type { Shelf } from "../../src/core/shelf.ts";
import { mailOf as offered } from "./mail.ts";
import { envelopeOf } from "./room.ts";
import { Shelves } from "./shelves.ts";

const name = { epoch: 0xe2n, conversation: 1n, target: 9n };
const shelf: Shelf = {
  ...{ ...name, origin: 2n, declaredTo: 7n, boundTo: 7n },
  ...{ kept: new Sequence(), run: handOverRun(defaultLimits), holdUntilMs: Infinity },
};

test("mail is read as it was written, and is removed under the same key", () => {
  const envelope = envelopeOf({ number: 3, destinations: [9n] });
  const mail = keep(offered(envelope), 1_000);
  const { key, value = new Uint8Array() } = recordOf(shelf, mail);
  expect(mailOf(value)).toMatchObject({ envelope, expiresAtMs: 1_000n, boundTo: 7n });
  expect(deletionOf(shelf, mail)).toEqual({ table: "mailbox", key, value: undefined });
});

test("a binding is read under the shelf's name while either of its records is there, and is undone with both", () => {
  const store = new Shelves();
  const [first, second] = [shelfName(name, 9n), shelfName(name, 10n)];
  store.write([...bindingsOf(first, 55n), ...bindingsOf(second, 66n)]);
  const [mine, other] = [
    [first, { boundTo: 55n, isWhole: true }],
    [second, { boundTo: 66n, isWhole: true }],
  ] as const;
  const entries = store.entries("shelves");
  expect([...bindingsIn(entries)]).toEqual([mine, other]);
  for (const lost of entries) {
    const all = [mine, other].map(([of, whole]) => [of, { ...whole, isWhole: !lost.key.startsWith(of) }]);
    expect([...bindingsIn(entries.filter((entry) => entry !== lost))]).toEqual(all);
  }
  store.write(bindingsOf(first, undefined));
  expect([...bindingsIn(store.entries("shelves"))]).toEqual([other]);
});
