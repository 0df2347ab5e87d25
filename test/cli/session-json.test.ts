import { expect, test } from "vitest";
import { jsonSession } from "../../src/cli/session-json.ts";

test("ids are decimal strings, and what is not known is left out", () => {
  const event = { kind: "session", peer: 2n ** 62n, state: "ended", by: "peer", cursor: 0n } as const;
  expect(jsonSession({ ...event, reason: "dinner" }, "ali")).toEqual({
    ...{ event: "session", peer: "4611686018427387904", name: "ali", state: "ended", by: "peer", reason: "dinner" },
  });
  expect(jsonSession({ ...event, reason: "" }, "")).toEqual({
    ...{ event: "session", peer: "4611686018427387904", state: "ended", by: "peer" },
  });
});
