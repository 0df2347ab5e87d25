import { E3Error } from "./error.ts";
import { quoteText } from "./escape.ts";

/** The largest id: 63 bits, as the sign bit of a Snowflake id is 0 (snowflake.ts). */
export const idMax = 2n ** 63n - 1n;

/**
 * Reads an id as people write it: decimal digits, leading zeros allowed, nothing else.
 *
 * @returns the id, 1n to idMax.
 * @throws E3Error "bad-id", naming what is wrong and what would be right.
 */
export function parseId(text: string): bigint {
  const fault = faultOf(text);
  if (fault !== undefined) throw new E3Error("bad-id", `${fault}; ${expectation}`);
  return BigInt(text);
}

/**
 * Checks an id that a program passed.
 *
 * @throws E3Error "bad-id" unless it is a bigint from 1n to idMax.
 */
export function checkId(id: bigint): void {
  // Plain JavaScript may pass a number, which above 2^53 is no longer the id that was meant.
  if (typeof id !== "bigint") throw new E3Error("bad-id", `an id must be a bigint, not a ${typeof id}; ${expectation}`);
  if (id >= 1n && id <= idMax) return;
  const fault = id === 0n ? "the id is zero" : id < 0n ? "the id is negative" : "the id is above the maximum";
  throw new E3Error("bad-id", `${fault}; ${expectation}`);
}

const expectation = `an id is a whole number from 1 to ${idMax}`;
const idMaxDigits = idMax.toString().length;

function faultOf(text: string): string | undefined {
  if (text === "") return "the id is empty";
  if (/^-[0-9]+$/.test(text)) return `the id ${quoteText(text)} is negative`;
  if (!/^[0-9]+$/.test(text)) return `the id ${quoteText(text)} is not a number`;
  const digits = text.replace(/^0+/, "");
  if (digits === "") return `the id ${quoteText(text)} is zero`;
  // The length first: making a bigint of a million digits takes long.
  if (digits.length > idMaxDigits || BigInt(digits) > idMax) return `the id ${quoteText(text)} is above the maximum`;
  return undefined;
}
