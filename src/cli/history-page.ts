import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";

/** Which part of a conversation is asked for. */
export interface HistoryPageAsked {
  /** Messages at most. */
  readonly count: number;
  /** A cursor: what was said before it. Undefined for the end of the conversation. */
  readonly before: string | undefined;
}

/**
 * Reads what follows a name: `[COUNT] [before CURSOR]`.
 * @throws E3Error "bad-option".
 */
export function parsePage(words: readonly string[]): HistoryPageAsked {
  const at = words.findIndex((word) => word === "before");
  const [typed, further] = at < 0 ? words : words.slice(0, at);
  const [before, more] = at < 0 ? [] : words.slice(at + 1);
  if (further !== undefined || more !== undefined) throw new E3Error("bad-option", `${misread}; ${hint}`);
  if (at >= 0 && before === undefined) throw new E3Error("bad-option", `no cursor: ${misread}`);
  return { count: parseCount(typed), before };
}

const misread = "write /history name [count] [before cursor]";
const hint = "a name with blanks is written in double quotes";

/** How many messages a typed word asks for. */
function parseCount(typed: string | undefined): number {
  if (typed === undefined) return countDefault;
  const count = /^[1-9][0-9]{0,3}$/.test(typed) ? Number(typed) : 0;
  if (count >= 1 && count <= countMax) return count;
  throw new E3Error("bad-option", `${quoteText(typed)} is no count from 1 to ${countMax}; ${hint}`);
}

/** Messages listed unless said otherwise: about a screen. */
const countDefault = 20;
/** As many as a page of a history may have. */
const countMax = 1_000;
