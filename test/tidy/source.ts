import { mask } from "./mask.ts";

/** One file of the repository as the rules see it. */
export interface Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and without what strings hold, line by line as in the file. TypeScript only, else empty. */
  readonly code: string;
  /** The comments alone, likewise. */
  readonly comments: string;
}

/** A place where a rule is broken. */
export interface Finding {
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** A law of the repository: a pure function over its files, with samples that prove that it bites. */
export interface Rule {
  /** The law as a sentence about the repository; it names the test. */
  readonly law: string;
  check(sources: readonly Source[]): readonly Finding[];
  /** Trees that break the law, each with the places to be found as `path:line`. */
  readonly broken: readonly Sample[];
  /** Trees that look like it and keep the law. */
  readonly kept: readonly Files[];
}

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** A tree, and where it is expected to break the law. */
export interface Sample {
  readonly files: Files;
  readonly found: readonly string[];
}

/** A source of a path and its text. */
export function source(path: string, text: string): Source {
  const isTypeScript = /\.[mc]?tsx?$/.test(path);
  return { path, text, ...(isTypeScript ? mask(text) : { code: "", comments: "" }) };
}

/** A tree as sources. */
export function sources(files: Files): readonly Source[] {
  return Object.entries(files).map(([path, text]) => source(path, text));
}

/** The line of a place in a text, counted from 1. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}

/** What must not be there. */
export interface Ban {
  /** With the flag g. */
  readonly pattern: RegExp;
  /** What to say of a match. */
  readonly message: string | ((match: string) => string);
}

/** One finding for each match in a part of a file: its text, code or comments. */
export function findAll(file: Source, part: string, ban: Ban): readonly Finding[] {
  return [...part.matchAll(ban.pattern)].map((match) => {
    const word = match[0].trim();
    // The line of the first character that is not white space.
    const line = lineOf(part, match.index + match[0].indexOf(word));
    return { path: file.path, line, message: typeof ban.message === "string" ? ban.message : ban.message(word) };
  });
}

/** Whether the path is under one of the folders, or one of the files. */
export function isUnder(path: string, ...places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith("/") ? path.startsWith(place) : path === place));
}
