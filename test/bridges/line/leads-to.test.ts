import { expect, test } from "vitest";
import { leadsTo } from "../../../src/bridges/line/leads-to.ts";

test.each([
  ["127.0.0.1:1255", "127.0.0.1:1255", true],
  ["localhost:1255", "127.0.0.1:1255", true],
  ["0.0.0.0:1255", "127.0.0.1:1255", true],
  ["127.0.0.1:1255", "0.0.0.0:1255", true],
  ["0.0.0.0:1255", "[::]:1255", true],
  ["127.0.0.1:1256", "0.0.0.0:1255", false],
  ["10.0.0.5:1255", "0.0.0.0:1255", false],
  ["127.0.0.2:1255", "127.0.0.1:1255", false],
  ["0.0.0.0:1255", "10.0.0.5:1255", false],
])("who dials %s gets to what listens at %s: %s", (dialled, listening, expected) => {
  expect(leadsTo(dialled, listening)).toBe(expected);
});
