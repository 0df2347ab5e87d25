import { expect, test } from "vitest";
import { createClock } from "../../../src/adapters/node/clock.ts";
import { clockContract } from "../../contract/clock.ts";

clockContract("the node clock", createClock);

test("time is the wall clock's at the start of the process", () => {
  const hourMs = 3_600_000;
  expect(Math.abs(createClock().nowMs() - Date.now())).toBeLessThan(hourMs);
});
