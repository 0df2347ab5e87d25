import { posix } from "node:path";
import { lineOf } from "./source.ts";
import type { Source } from "./source.ts";

/** One import or re-export of a file. */
export interface Import {
  /** A path from the root of the repository for relative imports, else the specifier as written. */
  readonly target: string;
  readonly isRelative: boolean;
  /** It re-exports: `export ... from`. */
  readonly isExport: boolean;
  /** It re-exports everything: `export *`. */
  readonly isStar: boolean;
  /** Types alone, gone at run time. */
  readonly isType: boolean;
  readonly line: number;
}

/** A declaration up to its specifier's opening quote, or a dynamic import. The code part has the quotes, the text the name. */
const declaration = /^[ \t]*(import|export)\b((?:[^;"'`()=]*?\bfrom)?\s*)(["'])|\b(import)(\s*\(\s*)(["'`])/gm;

/** All imports and re-exports of a file, static and dynamic, in order. */
export function importsOf(file: Source): readonly Import[] {
  return [...file.code.matchAll(declaration)].map((match) => {
    const from = match.index + match[0].length;
    const quote = match[3] ?? match[6] ?? '"';
    const specifier = file.text.slice(from, file.text.indexOf(quote, from));
    const isRelative = specifier.startsWith(".");
    const between = match[2] ?? "";
    return {
      target: isRelative ? posix.join(posix.dirname(file.path), specifier) : specifier,
      isRelative,
      isExport: match[1] === "export",
      isStar: match[1] === "export" && /^\s*(?:type\s+)?\*/.test(between),
      isType: /^\s*type\b/.test(between),
      line: lineOf(file.code, match.index),
    };
  });
}
