import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";

/** How many messages a typed word asks for. @throws E3Error "bad-option". */
export function parseCount(typed: string | undefined): number {
  if (typed === undefined) return countDefault;
  const count = /^[1-9][0-9]{0,3}$/.test(typed) ? Number(typed) : 0;
  if (count >= 1 && count <= countMax) return count;
  const hint = "a name with blanks is written in double quotes";
  throw new E3Error("bad-option", `${quoteText(typed)} is no count from 1 to ${countMax}; ${hint}`);
}

/** Messages listed unless said otherwise: about a screen. */
const countDefault = 20;
/** As many as a page of a history may have. */
const countMax = 1_000;
