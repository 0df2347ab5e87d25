// A process that sets the shown cursor for ever, and notes each once it is set. Its test kills it.
import { openSync, writeSync } from "node:fs";
import { openShownCursor } from "../../../src/adapters/node/shown-cursor.ts";

const [, , directory = "", notes = ""] = process.argv;
const shown = openShownCursor(directory);
// Into a file: a pipe whose reader is slow would be full at some point.
const file = openSync(notes, "w");
for (let cursor = 1n; ; cursor += 1n) {
  shown.set(cursor);
  writeSync(file, `${cursor}\n`.padStart(20), 0);
  if (cursor === 100n) console.log("under way");
}
