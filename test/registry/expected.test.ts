import { expect, test } from "vitest";
import { Expected } from "../../src/registry/expected.ts";

test("who is expected is so until it came, or the wait that began with the first look is over", () => {
  const expected = new Expected(["ali", "veli"], 100);
  expected.expire(1_000);
  expected.remove("ali");
  expect([expected.has("ali"), expected.has("veli"), expected.count]).toEqual([false, true, 1]);
  expected.expire(1_099);
  expect(expected.count).toBe(1);
  expected.expire(1_100);
  expect([expected.has("veli"), expected.count]).toEqual([false, 0]);
});
