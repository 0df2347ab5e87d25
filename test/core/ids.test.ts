import fc from "fast-check";
import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { checkId, idMax, parseId } from "../../src/core/ids.ts";
import { anyUnits } from "./text-arbitrary.ts";

function faultOf(run: () => unknown): E3Error {
  try {
    run();
  } catch (error) {
    if (error instanceof E3Error) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("the largest id has 63 bits", () => {
  expect(idMax).toBe(9_223_372_036_854_775_807n);
});

test("every id is read back as it is written", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: idMax }), fc.nat(30), (id, zeros) => {
      expect(parseId(id.toString())).toBe(id);
      expect(parseId("0".repeat(zeros) + id.toString())).toBe(id);
    }),
  );
  expect(parseId("77252666718255106")).toBe(77252666718255106n);
});

test.each([
  ["", "the id is empty"],
  ["-5", 'the id "-5" is negative'],
  ["0", 'the id "0" is zero'],
  ["000", 'the id "000" is zero'],
  ["9223372036854775808", 'the id "9223372036854775808" is above the maximum'],
  ["1e3", 'the id "1e3" is not a number'],
  ["0x10", 'the id "0x10" is not a number'],
  ["+5", 'the id "+5" is not a number'],
  ["1.0", 'the id "1.0" is not a number'],
  [" 1", 'the id " 1" is not a number'],
  ["1\n", 'the id "1\\n" is not a number'],
  ["1_000", 'the id "1_000" is not a number'],
  ["5n", 'the id "5n" is not a number'],
  ["٣", 'the id "٣" is not a number'],
  ["bob\u001b[2J", 'the id "bob\\x1b[2J" is not a number'],
])("%j is refused for what is wrong with it", (text, fault) => {
  const error = faultOf(() => parseId(text));
  expect(error.code).toBe("bad-id");
  expect(error.message).toBe(`${fault}; an id is a whole number from 1 to 9223372036854775807`);
});

test("huge input is refused at once and quoted in part", () => {
  const { message } = faultOf(() => parseId("9".repeat(1_000_000)));
  expect(message).toContain(`"${"9".repeat(40)}..." is above the maximum`);
  expect(message.length).toBeLessThan(200);
});

test("any text is an id or a bad-id", () => {
  fc.assert(
    fc.property(fc.oneof(anyUnits, fc.stringMatching(/^[0-9]{1,21}$/)), (text) => {
      if (/^0*[1-9][0-9]{0,17}$/.test(text)) expect(parseId(text)).toBe(BigInt(text));
      else expect(faultOf(() => parseId(text)).code).toBe("bad-id");
    }),
  );
});

test("an id that a program passes is checked the same way", () => {
  checkId(1n);
  checkId(idMax);
  expect(faultOf(() => checkId(0n)).message).toContain("zero");
  expect(faultOf(() => checkId(-1n)).message).toContain("negative");
  expect(faultOf(() => checkId(idMax + 1n)).message).toContain("above the maximum");
  const number: unknown = 5;
  expect(faultOf(() => checkId(number as bigint)).message).toContain("must be a bigint, not a number");
});
