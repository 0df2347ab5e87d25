import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** A whole number, what it is unless given, and where it may lie. */
export interface WholeNumber {
  readonly unless: number;
  readonly min: number;
  readonly max: number;
}

/** What may be given, by name: a flag, text, whole numbers with commas between them, or one whole number. */
export type OptionKinds = Readonly<Record<string, false | string | readonly number[] | WholeNumber>>;

/** What was given, or what holds where it was not. */
export type OptionValues<K extends OptionKinds> = {
  readonly [Name in keyof K]: K[Name] extends false
    ? boolean
    : K[Name] extends string
      ? string
      : K[Name] extends readonly number[]
        ? readonly number[]
        : number;
};

/** The options of a script whose first comment tells of them, as fromCommandLine takes them. */
export function scriptOptions<const K extends OptionKinds>(script: string, kinds: K): OptionValues<K> {
  return fromCommandLine(script, (words) => parseOptions(words, kinds));
}

/**
 * What a script makes of its command line. Asked for help it prints its first comment; where it throws, what is wrong, in a
 * sentence. Both end the process.
 *
 * @param script import.meta.url of the script.
 */
export function fromCommandLine<T>(script: string, parse: (words: readonly string[]) => T): T {
  const words = process.argv.slice(2);
  if (words.includes("--help") || words.includes("-h")) {
    console.log(firstComment(readFileSync(fileURLToPath(script), "utf8")));
    process.exit();
  }
  try {
    return parse(words);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}; --help tells of all options`);
    process.exit(1);
  }
}

/** @throws Error, with a sentence, when the words are not understood. */
export function parseOptions<const K extends OptionKinds>(words: readonly string[], kinds: K): OptionValues<K> {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, { type: kind === false ? "boolean" : "string" } as const]),
  );
  const { values } = parseArgs({ args: [...words], options });
  const read = Object.entries(kinds).map(([name, kind]) => [name, valueOf(name, kind, values[name])]);
  return Object.fromEntries(read) as OptionValues<K>;
}

/** The text of a source's first comment, without its stars. */
export function firstComment(source: string): string {
  const [, text = ""] = /^\/\*\*\n([^]*?)\n \*\//.exec(source) ?? [];
  return text.replaceAll(/^ \* ?/gm, "");
}

function valueOf(name: string, kind: OptionKinds[string], given: string | boolean | undefined) {
  if (typeof given !== "string") return given ?? (isWholeNumber(kind) ? kind.unless : kind);
  if (typeof kind === "string") return given;
  if (isWholeNumber(kind)) return wholeIn(name, given, kind);
  return given === "" ? [] : given.split(",").map((each) => wholeIn(name, each, { min: 0, max: 1_000_000 }));
}

function isWholeNumber(kind: OptionKinds[string]): kind is WholeNumber {
  return typeof kind === "object" && "unless" in kind;
}

function wholeIn(name: string, text: string, { min, max }: Omit<WholeNumber, "unless">): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new Error(`--${name} takes whole numbers from ${min} to ${max}`);
}
