import { expect, test } from "vitest";
import { defaultBridgeLimits, noteLimits } from "../../src/bridges/limits.ts";

const { guests, programs, localIds, users, rooms, perWindow } = noteLimits;
const windows = perWindow * defaultBridgeLimits.windowsMax;

/** Some are noted before others are forgotten, and a few facts are by themselves. */
const slack = 100;

test.each([
  ["cs2", guests],
  ["udp-chat", guests + localIds + users + users + windows],
  ["registry-chat", guests + rooms + windows],
  ["gossip", guests],
  ["line", guests + programs + windows],
])("all that %s notes fits into its notebook", (_, notes) => {
  expect(notes + slack).toBeLessThanOrEqual(defaultBridgeLimits.notesMax);
});
