import { parseAddress } from "../core/address.ts";
import { escapeText } from "../core/escape.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { parseId } from "../core/ids.ts";
import { sendForm, slashCommands, type SlashName } from "./slash-commands.ts";
import { suggest } from "./suggest.ts";

/** What a typed line asks for. */
export type Command =
  | { readonly kind: "send"; readonly to: bigint; readonly text: string }
  | { readonly kind: "peers" }
  | { readonly kind: "connect"; readonly address: string }
  | { readonly kind: "explain"; readonly number: bigint; readonly to: bigint | undefined }
  | { readonly kind: "help" }
  | { readonly kind: "exit" }
  /** Nothing but white space. */
  | { readonly kind: "empty" }
  /** A word with a slash in front that is no command. It is never sent. */
  | { readonly kind: "unknown"; readonly message: string; readonly suggestion: string | undefined }
  /** Neither a message nor a command; the error says what would be right. */
  | { readonly kind: "bad"; readonly error: E3Error };

/**
 * Reads a typed line: `ID TEXT`, or a command that begins with a slash.
 *
 * TEXT is what follows the one space (or tab) after the id, byte for byte, its own spaces included; only a carriage return
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
  const [word = ""] = rest.split(/\s/, 1);
  if (!/^[+-]?\d/.test(word)) {
    const found = escapeText(word.slice(0, 40));
    throw new E3Error(
      "bad-id",
      `"${found}" is no id: a message begins with the id of its target, for example "${sendForm}"`,
    );
  }
  const to = parseId(word);
  const text = rest.slice(word.length + 1);
  if (text === "") throw new E3Error("bad-content", `no message: write "${to} your text"`);
  return { kind: "send", to, text };
}

function parseSlash(rest: string): Command {
  const [word = "", ...values] = rest.trimEnd().split(/\s+/);
  const command = slashCommands.find(({ name }) => `/${name}` === word);
  if (command === undefined) return unknown(word);
  const { valuesMin, valuesMax, parse } = valueParsers[command.name];
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
      to: to === undefined ? undefined : parseId(to),
    }),
  },
  help: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "help" }) },
  exit: { valuesMin: 0, valuesMax: 0, parse: () => ({ kind: "exit" }) },
};

function parseNumber(text: string): bigint {
  const digits = /^#?([1-9]\d{0,18})$/.exec(text)?.[1];
  if (digits !== undefined) return BigInt(digits);
  throw new E3Error("unknown-number", `${quoteText(text)} is no message number; they count 1, 2, 3... for each target`);
}

/** What people type who come from elsewhere. */
const habits: Readonly<Record<string, SlashName>> = { quit: "exit", q: "exit", bye: "exit", "?": "help", who: "peers" };

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
