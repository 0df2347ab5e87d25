import { expect, test } from "vitest";
import { recordingLog, silentLog } from "../../../src/adapters/memory/log.ts";
import { logContract } from "../../contract/log.ts";

logContract("the silent log", async () => silentLog);
logContract("the recording log", async () => recordingLog());

test("a recording log keeps what it was told, in order", () => {
  const log = recordingLog();
  log.info("one", { id: 1n });
  log.error("two");
  expect(log.entries).toEqual([
    { level: "info", message: "one", fields: { id: 1n } },
    { level: "error", message: "two", fields: {} },
  ]);
});
