// A process that commits for ever, and notes each number once its commit has resolved. Its test kills it.
import { openSync, writeSync } from "node:fs";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";
import { key64 } from "../../../src/core/store-op.ts";

const [, , directory = "", notes = ""] = process.argv;
const store = await openLmdbStore({ directory });
// Into a file: a pipe whose reader is slow would be full at some point.
const file = openSync(notes, "w");
for (let number = 1n; ; number += 1n) {
  const key = key64(number);
  const value = Buffer.alloc(200, String(number));
  // Several under way at any time, as in a peer under load; each in two tables.
  const committed = store.commit([
    { table: "outbox", key, value },
    { table: "inbox", key, value },
  ]);
  void committed.then(() => writeSync(file, `${number}\n`));
  if (number % 8n === 0n) await committed;
  if (number === 128n) console.log("under way");
}
