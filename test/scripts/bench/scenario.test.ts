import { expect, test } from "vitest";
import { baseline, describe as inWords, inFlightOf } from "../../../scripts/bench/scenario.ts";

test("1,024 small messages are in flight", () => {
  expect(inFlightOf(baseline)).toBe(1_024);
});

test("large messages are in flight by their bytes, and at least one of them", () => {
  expect(inFlightOf({ ...baseline, bodyBytes: 65_536 })).toBe(64);
  expect(inFlightOf({ ...baseline, bodyBytes: 10_000_000 })).toBe(1);
});

test("what is in flight to several receivers is whole messages to all of them", () => {
  expect(inFlightOf({ ...baseline, fanout: 3 })).toBe(1_023);
  expect(inFlightOf({ bodyBytes: 4_000_000, line: 3, fanout: 16 })).toBe(16);
});

test("a scenario is told in words", () => {
  expect(inWords({ ...baseline, fanout: 4 })).toBe("line of 3, 4 receivers, 64 bytes, 1024 in flight");
});
