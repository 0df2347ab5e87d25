// A process whose files may not grow far: commits what fits, what does not, and what fits again, and says how each went,
// and how reading went meanwhile.
import { stat } from "node:fs/promises";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";

// Otherwise the signal that comes with the limit ends the process; a full disk sends none.
process.on("SIGXFSZ", () => {});
let unhandled = 0;
process.on("unhandledRejection", () => (unhandled += 1));

const directory = process.argv[2] ?? "";
const store = await openLmdbStore({ directory });
const outcomeOf = async (key: string, bytes: number): Promise<string> => {
  try {
    await store.commit([
      { table: "meta", key, value: new Uint8Array(1) },
      { table: "outbox", key, value: new Uint8Array(bytes) },
    ]);
    return "done";
  } catch (error) {
    return error instanceof Error && "code" in error
      ? `${String(error.code)} ${String(error.cause instanceof Error)}`
      : String(error);
  }
};
const outcomes = [await outcomeOf("a", 10)];
outcomes.push(...(await Promise.all([outcomeOf("b", 4_000_000), outcomeOf("c", 10)])));
outcomes.push(await outcomeOf("d", 4_000_000), await outcomeOf("c", 10), await outcomeOf("e", 10));

// Read all the while, with turns of the loop between, until the failed commit is over.
let reads = 0;
let failedReads = 0;
const state = { isOver: false };
const tooMuch = outcomeOf("f", 4_000_000).then((outcome) => {
  state.isOver = true;
  return outcome;
});
const readings: Promise<unknown>[] = [];
while (!state.isOver) {
  reads += 1;
  readings.push(store.read("meta", undefined, 10).catch(() => (failedReads += 1)));
  await stat(directory);
}
outcomes.push(await tooMuch);
await Promise.all(readings);

const keys = (await store.read("meta", undefined, 10)).map(({ key }) => key);
await store[Symbol.asyncDispose]();
console.log(JSON.stringify({ outcomes, keys, unhandled, failedReads, hasRead: reads > 1 }));
