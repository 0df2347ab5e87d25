import yargs from "yargs";
import { E3Error } from "../core/error.ts";
import { escapeText, quoteText } from "../core/escape.ts";
import { examples, summary, usage } from "./help-text.ts";
import { flags, textOptions, type FlagName, type TextOptionName } from "./option-table.ts";
import { suggest } from "./suggest.ts";

/** The words of a command line, sorted but not yet judged. */
export interface RawOptions {
  /** What is no option, in order. */
  readonly words: readonly string[];
  /** Options with a value, as typed. */
  readonly texts: Readonly<Partial<Record<TextOptionName, string>>>;
  readonly flags: Readonly<Record<FlagName, boolean>>;
}

/** What a command line asks for: text to print and nothing more, or a peer. */
export type Arguments =
  { readonly kind: "print"; readonly text: string } | { readonly kind: "chat"; readonly options: RawOptions };

/** Words that are commands of their own rather than addresses. */
const commands = ["completion"] as const;

/**
 * Takes a command line apart.
 * @param argv without the node and script paths.
 * @throws E3Error "bad-option" for an unknown option or command, or an option given twice.
 */
export async function parseArguments(argv: readonly string[], version: string): Promise<Arguments> {
  const { parsed, printed } = await parse(argv, version);
  if (printed !== "") return { kind: "print", text: printed };
  const known: Readonly<Record<string, unknown>> = parsed;
  rejectUnknown(known, argv);
  const words = parsed._.map(String);
  rejectCommand(words[0]);
  return { kind: "chat", options: { words, texts: textsOf(known), flags: flagsOf(known) } };
}

async function parse(argv: readonly string[], version: string) {
  let printed = "";
  let failed: Error | undefined;
  try {
    const parsed = await builder(version).parseAsync([...argv], {}, (error, _argv, output) => {
      printed = output;
      failed = error;
    });
    if (!failed) return { parsed, printed };
  } catch (error) {
    // yargs stumbles over options named like members of Object, --constructor for one.
    failed = error instanceof Error ? error : undefined;
  }
  throw new E3Error("bad-option", "the command line cannot be understood", { cause: failed });
}

function builder(version: string) {
  const described = yargs()
    .scriptName("e3")
    .exitProcess(false)
    .detectLocale(false)
    .showHelpOnFail(false)
    // Ids are words, never numbers: a double holds only 53 of their 63 bits.
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
    })
    .usage(`${usage}\n\n${summary}`)
    .completion("completion", "Print a completion script for bash or zsh")
    .help("help", "Print this help")
    .version("version", "Print the version", version)
    .alias("help", "h")
    .epilogue(examples)
    .wrap(80);
  for (const [name, { describe, standard }] of Object.entries(textOptions)) {
    described.option(name, { type: "string", describe, defaultDescription: standard });
  }
  for (const [name, describe] of Object.entries(flags)) described.option(name, { type: "boolean", describe });
  return described;
}

function textsOf(parsed: Readonly<Record<string, unknown>>): RawOptions["texts"] {
  const texts: Partial<Record<TextOptionName, string>> = {};
  for (const name of textNames) {
    const value = parsed[name];
    if (Array.isArray(value)) throw new E3Error("bad-option", `--${name} is given ${value.length} times; give it once`);
    if (typeof value === "string") texts[name] = value;
  }
  return texts;
}

function flagsOf(parsed: Readonly<Record<string, unknown>>): RawOptions["flags"] {
  const isSet = (name: FlagName): boolean => [parsed[name]].flat().some((value) => value === true);
  return { json: isSet("json"), "no-custody": isSet("no-custody"), insecure: isSet("insecure") };
}

const textNames: readonly TextOptionName[] = ["desired-id", "name", "state", "store", "log-level"];

function rejectUnknown(parsed: Readonly<Record<string, unknown>>, argv: readonly string[]): void {
  const names = [...Object.keys(textOptions), ...Object.keys(flags), "help", "version"];
  const known = new Set([...names, "h", "_", "$0"]);
  const unknown = Object.keys(parsed).find((key) => !known.has(key));
  if (unknown === undefined) return;
  const typed = argv.find((word) => isTypingOf(word, unknown)) ?? `--${unknown}`;
  const [option = typed] = typed.split("=", 1);
  const meant = suggest(option.replace(/^-+/, ""), names);
  throw new E3Error(
    "bad-option",
    `unknown option ${escapeText(option)}${meant === undefined ? "" : `; did you mean --${meant}?`}`,
  );
}

/** Whether this word of the command line is what the parser took for the option: --name, --name=x, or among -nmx. */
function isTypingOf(word: string, option: string): boolean {
  if (word === `--${option}` || word.startsWith(`--${option}=`)) return true;
  return option.length === 1 && /^-[^-]/.test(word) && word.includes(option);
}

function rejectCommand(first: string | undefined): void {
  if (first === undefined) {
    throw new E3Error("bad-option", "no address to listen on; write for example: e3 127.0.0.1:8081");
  }
  if (first.includes(":")) return;
  const meant = suggest(first, commands);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new E3Error(
    "bad-option",
    `${quoteText(first)} is neither a command nor an address${hint || "; an address is host:port, for example 127.0.0.1:8081"}`,
  );
}
