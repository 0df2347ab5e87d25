import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { escapeText, quoteText } from "../core/escape.ts";
import { parseId } from "../core/ids.ts";
import { slashCommands, type SlashName } from "./slash-commands.ts";
import { suggest } from "../core/suggest.ts";
import { splitWords, takeWord } from "./words.ts";

/**
 * What a typed line asks for. Whom it is about is an id, or a word yet to be looked up: a name, as typed; when the line's
 * turn comes, and not before, it is known who that is.
 */
export type Command =
  /** The text is empty only where `to` is a word: then that may be all that is wrong, or the least. */
  | { readonly kind: "send"; readonly to: bigint | string; readonly text: string }
  | { readonly kind: "who" }
  /** The word is an id or a name, as typed. */
  | { readonly kind: "search"; readonly word: string }
  | { readonly kind: "peers" }
  | { readonly kind: "connect"; readonly address: string }
  | { readonly kind: "explain"; readonly number: bigint; readonly to: bigint | string | undefined }
  | { readonly kind: "clear" }
  | { readonly kind: "help" }
  | { readonly kind: "exit" }
  /** Nothing but white space. */
  | { readonly kind: "empty" }
  /** A word with a slash in front that is no command. It is never sent. */
  | { readonly kind: "unknown"; readonly message: string; readonly suggestion: string | undefined }
  /** Neither a message nor a command; the error says what would be right. */
  | { readonly kind: "bad"; readonly error: E3Error };

/**
 * Reads a typed line: `ID TEXT`, `NAME TEXT`, or a command that begins with a slash. A name with blanks is in double quotes.
 *
 * TEXT is what follows the one space (or tab) after the id or name, byte for byte, its own spaces included; only a carriage return
 * at the very end is taken off. Never throws.
 */
export function parseLine(line: string): Command {
  const stripped = line.endsWith("\r") ? line.slice(0, -1) : line;
  const start = stripped.search(/\S/);
  if (start < 0) return { kind: "empty" };
  const rest = stripped.slice(start);
  try {
    return rest.startsWith("/") ? parseSlash(rest) : parseSend(rest);
  } catch (error) {
    if (error instanceof E3Error) return { kind: "bad", error };
    throw error;
  }
}

function parseSend(rest: string): Command {
  const { word, rest: text } = takeWord(rest);
  // What one types for everybody must not reach who calls himself so.
  if (word.startsWith("*")) {
    throw new E3Error(
      "bad-option",
      `${quoteText(word)} is no name; one that begins with * is written in double quotes`,
    );
  }
  const to = idOrWord(word);
  if (typeof to === "bigint" && text === "") throw new E3Error("bad-content", noMessage(word));
  return { kind: "send", to, text };
}

/** What is said when a line names its target and nothing else. */
export function noMessage(word: string): string {
  return `no message: write "${escapeText(word)} your text"`;
}

/** @throws E3Error "bad-id" for a number that is no id. */
function idOrWord(word: string): bigint | string {
  return /^[+-]?[0-9]+$/.test(word) ? parseId(word) : word;
}

function parseSlash(rest: string): Command {
  const [word = ""] = rest.split(/\s/, 1);
  const command = slashCommands.find(({ name }) => `/${name}` === word);
  if (command === undefined) return unknown(word);
  const { valuesMin, valuesMax, parse } = valueParsers[command.name];
  const values = splitWords(rest.slice(word.length));
  if (values.length < valuesMin || values.length > valuesMax) {
    const fault = values.length < valuesMin ? "misses something" : "is given too much";
    throw new E3Error("bad-option", `/${command.name} ${fault}: write ${command.form}`);
  }
  return parse(values);
}

interface ValueParser {
  readonly valuesMin: number;
  readonly valuesMax: number;
  readonly parse: (values: readonly string[]) => Command;
}

/** What each command takes after its name. */
const valueParsers: Readonly<Record<SlashName, ValueParser>> = {
  who: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "who" }) },
  // Nothing comes after the name, so one with blanks needs no quotes.
  search: { valuesMin: 1, valuesMax: Infinity, parse: (words) => ({ kind: "search", word: words.join(" ") }) },
  peers: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "peers" }) },
  connect: {
    valuesMin: 1,
    valuesMax: 1,
    parse: ([address = ""]) => ({ kind: "connect", address: parseAddress(address) }),
  },
  explain: {
    valuesMin: 1,
    valuesMax: 2,
    parse: ([number = "", to]) => ({
      kind: "explain",
      number: parseNumber(number),
      to: to === undefined ? undefined : idOrWord(to),
    }),
  },
  clear: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "clear" }) },
  help: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "help" }) },
  exit: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "exit" }) },
};

function parseNumber(text: string): bigint {
  const digits = /^#?([1-9]\d{0,18})$/.exec(text)?.[1];
  if (digits !== undefined) return BigInt(digits);
  throw new E3Error("unknown-number", `${quoteText(text)} is no message number; they count 1, 2, 3... for each target`);
}

/** What people type who come from elsewhere. */
const habits: Readonly<Record<string, SlashName>> = {
  ...{ quit: "exit", q: "exit", bye: "exit", "?": "help" },
  ...{ users: "who", names: "who", find: "search", whois: "search", cls: "clear" },
};

function unknown(word: string): Command {
  const typed = word.slice(1);
  const habit = Object.hasOwn(habits, typed) ? habits[typed] : undefined;
  const near =
    habit ??
    suggest(
      typed,
      slashCommands.map(({ name }) => name),
    );
  const hint = near === undefined ? "/help lists the commands" : `did you mean /${near}?`;
  const message = `unknown command ${quoteText(word)}, nothing was sent; ${hint}`;
  return { kind: "unknown", message, suggestion: near === undefined ? undefined : `/${near}` };
}
