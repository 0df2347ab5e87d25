import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { escapeText, quoteText } from "../core/escape.ts";
import { parseId } from "../core/ids.ts";
import { parsePage } from "./history-page.ts";
import { sendForm, slashCommands, type SlashName } from "./slash-commands.ts";
import { suggest } from "../core/suggest.ts";
import { splitWords, takeWord } from "./words.ts";

/**
 * What a typed line asks for. Whom it is about is an id, or a word yet to be looked up: a name, as typed; when the line's
 * turn comes, and not before, it is known who that is. `line` is the whole of it, where it is no command: within a session it
 * may be text.
 */
export type Command =
  /** The text is empty only where `to` is a word: then that may be all that is wrong, or the least. */
  | { readonly kind: "send"; readonly to: bigint | string; readonly text: string; readonly line: string }
  /** A line that began with two slashes, without the first: for the other end of a session. */
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "chat"; readonly to: bigint | string }
  /** To a session that was asked for, or an invitation to a group; without a word to the only one. */
  | {
      readonly kind: "answer";
      readonly answer: "accept" | "reject";
      readonly word: bigint | string | undefined;
    }
  | { readonly kind: "end"; readonly reason: string }
  /** To everyone. */
  | { readonly kind: "broadcast"; readonly text: string }
  /** Makes a group; without a name, lists those known. */
  | { readonly kind: "groups" }
  | { readonly kind: "group"; readonly name: string; readonly members: readonly (bigint | string)[] }
  | { readonly kind: "invite"; readonly group: bigint | string; readonly members: readonly (bigint | string)[] }
  | { readonly kind: "leave"; readonly group: bigint | string }
  /** The end of a conversation: with a peer, in a group, or, where it is "*", what is for everyone. */
  | {
      readonly kind: "history";
      readonly of: bigint | string;
      readonly count: number;
      /** Where a former page began: what was said before that. */
      readonly before: string | undefined;
    }
  /** Which conversations there are, and what of them is unread. */
  | { readonly kind: "conversations" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "who" }
  /** The word is an id or a name, as typed. */
  | { readonly kind: "search"; readonly word: string }
  | { readonly kind: "peers" }
  | { readonly kind: "connect"; readonly addresses: readonly string[] }
  | { readonly kind: "explain"; readonly number: bigint; readonly to: bigint | string | undefined }
  | { readonly kind: "clear" }
  | { readonly kind: "help" }
  | { readonly kind: "exit" }
  /** Nothing but white space. */
  | { readonly kind: "empty" }
  /** A word with a slash in front that is no command. It is never sent. */
  | { readonly kind: "unknown"; readonly message: string; readonly suggestion: string | undefined }
  /** Neither a message nor a command; the error says what would be right. */
  | { readonly kind: "bad"; readonly error: E3Error; readonly line?: string };

/**
 * Reads a typed line: `ID TEXT`, `NAME TEXT`, `* TEXT` for everyone, or a command that begins with a slash. A name with blanks is in double quotes.
 *
 * Only what a line begins with counts: after a blank a slash, an asterisk or an id is text, and so is an asterisk without a
 * blank behind it. Such a line can be said in a session and nowhere else.
 *
 * TEXT is what follows the one space (or tab) after the id or name, byte for byte, its own spaces included; only a carriage return
 * at the very end is taken off. Never throws.
 */
export function parseLine(line: string): Command {
  const stripped = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (stripped.trim() === "") return { kind: "empty" };
  try {
    return stripped.startsWith("/") ? parseSlash(stripped) : parseSend(stripped);
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
    return isCommand.test(stripped) ? { kind: "bad", error } : { kind: "bad", error, line: stripped };
  }
}

/** What is no text, wherever it is typed. */
const isCommand = /^(?:\/|\*(?:\s|$))/;

function parseSend(line: string): Command {
  const { word, rest: text } = takeWord(line);
  if (word === "") throw new E3Error("no-session", lonely("begins with a blank, so it is text"));
  if (word === "*") return broadcast(text, word);
  // What one types for everyone must not reach who calls himself so.
  if (word.startsWith("*")) {
    const name = `; a name that begins with * is written in double quotes`;
    throw new E3Error(
      "no-session",
      `${lonely("begins with * and no blank, so it is text")}, "* your text" to everyone${name}`,
    );
  }
  const to = idOrWord(word);
  if (typeof to === "bigint" && text === "") throw new E3Error("bad-content", noMessage(word));
  return { kind: "send", to, text, line };
}

/** @throws E3Error "bad-content" without a text. */
function broadcast(text: string, word: string): Command {
  if (text === "") throw new E3Error("bad-content", noMessage(word));
  return { kind: "broadcast", text };
}

/** What is said of text outside a session. */
function lonely(what: string): string {
  return `nothing was sent: the line ${what}, and you are in no session; write "${sendForm}" to a peer`;
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
  if (word.startsWith("//")) return { kind: "said", text: rest.slice(1) };
  // The text is taken as it is, byte for byte.
  if (word === "/all") return broadcast(rest.slice(word.length + 1), word);
  const command = slashCommands.find(({ name }) => `/${name}` === word);
  if (command === undefined || command.name === "all") return unknown(word);
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
const valueParsers: Readonly<Record<Exclude<SlashName, "all">, ValueParser>> = {
  // Nothing comes after the name, so one with blanks needs no quotes.
  chat: { valuesMin: 1, valuesMax: Infinity, parse: (words) => ({ kind: "chat", to: idOrWord(words.join(" ")) }) },
  accept: { valuesMin: 0, valuesMax: Infinity, parse: (words) => answered("accept", words) },
  reject: { valuesMin: 0, valuesMax: Infinity, parse: (words) => answered("reject", words) },
  end: { valuesMin: 0, valuesMax: Infinity, parse: (words) => ({ kind: "end", reason: words.join(" ") }) },
  group: {
    valuesMin: 0,
    valuesMax: Infinity,
    parse: ([name, ...members]) =>
      name === undefined
        ? { kind: "groups" }
        : { kind: "group", name: plainName(name), members: members.map(idOrWord) },
  },
  invite: {
    valuesMin: 2,
    valuesMax: Infinity,
    parse: ([group = "", ...members]) => ({ kind: "invite", group: idOrWord(group), members: members.map(idOrWord) }),
  },
  leave: { valuesMin: 1, valuesMax: 1, parse: ([group = ""]) => ({ kind: "leave", group: idOrWord(group) }) },
  history: {
    valuesMin: 0,
    valuesMax: 4,
    parse: ([of, ...page]) =>
      of === undefined ? { kind: "conversations" } : { kind: "history", of: idOrWord(of), ...parsePage(page) },
  },
  who: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "who" }) },
  search: { valuesMin: 1, valuesMax: Infinity, parse: (words) => ({ kind: "search", word: words.join(" ") }) },
  name: { valuesMin: 1, valuesMax: Infinity, parse: (words) => ({ kind: "name", name: plainName(words.join(" ")) }) },
  peers: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "peers" }) },
  connect: {
    valuesMin: 1,
    valuesMax: Infinity,
    parse: (addresses) => ({ kind: "connect", addresses: addresses.map((address) => parseAddress(address)) }),
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

function answered(answer: "accept" | "reject", words: readonly string[]): Command {
  return { kind: "answer", answer, word: words.length === 0 ? undefined : idOrWord(words.join(" ")) };
}

function parseNumber(text: string): bigint {
  const digits = /^#?([1-9]\d{0,18})$/.exec(text)?.[1];
  if (digits !== undefined) return BigInt(digits);
  throw new E3Error("unknown-number", `${quoteText(text)} is no message number; they count 1, 2, 3... for each target`);
}

/** What people type who come from elsewhere. */
const habits: Readonly<Record<string, SlashName>> = {
  ...{ nick: "name", quit: "exit", q: "exit", bye: "exit", "?": "help" },
  ...{ broadcast: "all", everyone: "all", log: "history" },
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

/** A name without the double quotes it was typed in. */
function plainName(word: string): string {
  return word.length > 1 && word.startsWith('"') && word.endsWith('"') ? word.slice(1, -1) : word;
}
