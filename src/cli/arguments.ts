import parser from "yargs-parser";
import { E3Error } from "../core/error.ts";
import { escapeText, quoteText } from "../core/escape.ts";
import { flags, parserConfiguration, textOptions, type FlagName, type TextOptionName } from "./option-table.ts";
import { suggest } from "../core/suggest.ts";

/** The words of a command line, sorted but not yet judged. */
export interface RawOptions {
  /** What is no option, in order. */
  readonly words: readonly string[];
  /** Options with a value, as typed. */
  readonly texts: Readonly<Partial<Record<TextOptionName, string>>>;
  readonly flags: Readonly<Record<FlagName, boolean>>;
}

/** What a command line asks for: text to print and nothing more, a peer, a registry, a peer behind a menu, or bridges. */
export type Arguments =
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "chat"; readonly options: RawOptions }
  /** Its words are those behind the command. */
  | { readonly kind: "registry" | "menu" | "bridge"; readonly options: RawOptions };

/** Words that are commands of their own rather than addresses, and are for the manual. */
const commands = ["completion"] as const;
/** Those that start something else than a chat. */
const otherCommands = ["registry", "menu", "bridge"] as const;

/** What is asked for help, the version, or completion. */
export interface Manual {
  consult(argv: readonly string[], version: string): Promise<string>;
}

/**
 * Takes a command line apart.
 * @param argv without the node and script paths.
 * @param load loads the manual, which takes as long as node itself takes to start: only what asks for it waits for it.
 * @throws E3Error "bad-option" for an unknown option or command, or an option given twice.
 */
export async function parseArguments(
  argv: readonly string[],
  version: string,
  load: () => Promise<Manual> = () => import("./manual.ts"),
): Promise<Arguments> {
  if (argv.length === 1 && argv[0] === "--version") return { kind: "print", text: version };
  try {
    const known = parse(argv);
    const words = known._.map(String);
    if (!asksToRead(known, words[0])) return judge(known, words, argv);
    const text = await (await load()).consult(argv, version);
    return text === "" ? judge(known, words, argv) : { kind: "print", text };
  } catch (error) {
    if (error instanceof E3Error) throw error;
    // yargs stumbles over options named like members of Object, --constructor for one.
    throw new E3Error("bad-option", "the command line cannot be understood", { cause: error });
  }
}

function parse(argv: readonly string[]): parser.Arguments {
  return parser([...argv], {
    string: [...textNames],
    boolean: [...Object.keys(flags), "help", "version"],
    alias: { help: ["h"] },
    configuration: parserConfiguration,
  });
}

/** Whether the command line may ask for help, the version, or completion: then the manual knows. */
function asksToRead(parsed: Readonly<Record<string, unknown>>, first: string | undefined): boolean {
  const isAsked = ["help", "version", "get-yargs-completions"].some((name) => name in parsed);
  return isAsked || commands.some((command) => command === first);
}

/** @throws E3Error "bad-option". */
function judge(known: Readonly<Record<string, unknown>>, words: readonly string[], argv: readonly string[]): Arguments {
  rejectUnknown(known, argv);
  const [first, ...others] = words;
  const options = { texts: textsOf(known), flags: flagsOf(known) };
  const other = otherCommands.find((command) => command === first);
  if (other !== undefined) return { kind: other, options: { words: others, ...options } };
  rejectCommand(first);
  return { kind: "chat", options: { words, ...options } };
}

function textsOf(parsed: Readonly<Record<string, unknown>>): RawOptions["texts"] {
  const texts: Partial<Record<TextOptionName, string>> = {};
  for (const name of textNames) {
    const value = parsed[name];
    if (Array.isArray(value) && repeatable.has(name)) texts[name] = value.join(",");
    else if (Array.isArray(value))
      throw new E3Error("bad-option", `--${name} is given ${value.length} times; give it once`);
    if (typeof value === "string") texts[name] = value;
  }
  return texts;
}

function flagsOf(parsed: Readonly<Record<string, unknown>>): RawOptions["flags"] {
  const isSet = (name: FlagName): boolean => [parsed[name]].flat().some((value) => value === true);
  const kept = { "no-custody": isSet("no-custody"), "no-history": isSet("no-history") };
  const own = { json: isSet("json"), ...kept, "no-read-receipts": isSet("no-read-receipts"), leaf: isSet("leaf") };
  return { ...own, "sign-up": isSet("sign-up"), insecure: isSet("insecure") };
}

const textNames: readonly TextOptionName[] = [
  "desired-id",
  "name",
  "state",
  "store",
  "degree",
  "bootstrap",
  "log-level",
  "max-live",
  "greet",
  "bridge",
  "config",
  "listen",
  "peer",
  "registry",
  "user",
  "password-file",
  "password-fd",
];

/** Those that may be given several times instead of with commas. */
const repeatable: ReadonlySet<TextOptionName> = new Set(["bridge", "peer"]);

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
  const meant = suggest(first, [...commands, ...otherCommands]);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new E3Error(
    "bad-option",
    `${quoteText(first)} is neither a command nor an address${hint || "; an address is host:port, for example 127.0.0.1:8081"}`,
  );
}
