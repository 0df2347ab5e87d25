import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { checkSendOptions } from "../../src/peer/send-options.ts";

test("what is not said is the default: seven days, and no hop limit", () => {
  expect(checkSendOptions(7n, {}, defaultLimits)).toEqual({ ttlMs: 7 * 24 * 3_600_000 });
  expect(checkSendOptions("everyone", { ttlMs: 5 }, defaultLimits)).toEqual({ ttlMs: 5 });
});

test.each([1, 2, 64])("a hop limit of %i is taken", (hopLimit) => {
  expect(checkSendOptions("everyone", { hopLimit }, defaultLimits)).toMatchObject({ hopLimit });
});

test.each([0, -1, 1.5, 65, 2 ** 32, Number.NaN, Infinity])("a hop limit of %d is refused", (hopLimit) => {
  expect(() => checkSendOptions("everyone", { hopLimit }, defaultLimits)).toThrow(
    expect.objectContaining({
      code: "bad-option",
      message: `a hop limit of ${hopLimit} is out of range; give a whole number from 1 to 64`,
    }),
  );
});

test("a hop limit of what is for one peer or a group is refused", () => {
  expect(() => checkSendOptions(7n, { hopLimit: 2 }, defaultLimits)).toThrow(
    expect.objectContaining({ code: "bad-option" }),
  );
});
