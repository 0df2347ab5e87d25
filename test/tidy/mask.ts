/** A TypeScript text taken apart. Each part is as long as the text, with blanks for what belongs to the others. */
export interface Masked {
  /** Code alone. Of strings, templates and regular expressions only the delimiters are left. */
  readonly code: string;
  /** Comments alone. */
  readonly comments: string;
}

/**
 * Separates code from comments and literals.
 *
 * A scanner of a page, not a parser: it knows comments, strings, nested templates and, by what stands before, regular
 * expressions. That is what telling code from prose takes, and TypeScript 7 has no API to ask instead.
 */
export function mask(text: string): Masked {
  const scanner = new Scanner(text);
  scanner.code(0, false);
  return { code: scanner.only("code"), comments: scanner.only("comment") };
}

type Kind = "code" | "comment" | "literal";

/** After these a slash starts a regular expression; after anything else it divides. */
const beforeRegex = /(?:^|[([{,;:=!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void))$/;

class Scanner {
  readonly #text: string;
  readonly #kinds: Kind[];

  constructor(text: string) {
    this.#text = text;
    this.#kinds = Array.from<Kind>({ length: text.length }).fill("code");
  }

  /** Scans code from there to the end, or past the brace that closes a template's substitution. */
  code(start: number, inTemplate: boolean): number {
    let depth = 0;
    let at = start;
    while (at < this.#text.length) {
      const char = this.#text[at];
      if (char === "{") depth += 1;
      if (char === "}") depth -= 1;
      if (inTemplate && depth < 0) return at + 1;
      at = this.#token(at);
    }
    return at;
  }

  /** The characters of one kind; line ends always stay, so that lines can be counted. */
  only(kind: Kind): string {
    return this.#text
      .split("")
      .map((char, at) => (this.#kinds[at] === kind || char === "\n" ? char : " "))
      .join("");
  }

  #token(at: number): number {
    const two = this.#text.slice(at, at + 2);
    if (two === "//") return this.#paint(at, this.#find("\n", at), "comment");
    if (two === "/*") return this.#paint(at, this.#find("*/", at + 2) + 2, "comment");
    const char = this.#text[at];
    if (char === '"' || char === "'") return this.#string(at, char);
    if (char === "`") return this.#template(at);
    if (char === "/" && beforeRegex.test(this.#codeBefore(at))) return this.#regex(at);
    return at + 1;
  }

  #string(start: number, quote: string): number {
    let at = start + 1;
    while (at < this.#text.length && this.#text[at] !== quote && this.#text[at] !== "\n")
      at += this.#text[at] === "\\" ? 2 : 1;
    this.#paint(start + 1, at, "literal");
    return at + 1;
  }

  #template(start: number): number {
    let from = start + 1;
    let at = from;
    while (at < this.#text.length && this.#text[at] !== "`") {
      if (this.#text.startsWith("${", at)) {
        this.#paint(from, at, "literal");
        from = at = this.code(at + 2, true);
      } else at += this.#text[at] === "\\" ? 2 : 1;
    }
    this.#paint(from, at, "literal");
    return at + 1;
  }

  #regex(start: number): number {
    let at = start + 1;
    let inClass = false;
    while (at < this.#text.length && this.#text[at] !== "\n" && (inClass || this.#text[at] !== "/")) {
      if (this.#text[at] === "[") inClass = true;
      if (this.#text[at] === "]") inClass = false;
      at += this.#text[at] === "\\" ? 2 : 1;
    }
    this.#paint(start + 1, at, "literal");
    return at + 1;
  }

  #find(end: string, from: number): number {
    const at = this.#text.indexOf(end, from);
    return at < 0 ? this.#text.length : at;
  }

  #paint(from: number, to: number, kind: Kind): number {
    this.#kinds.fill(kind, from, Math.min(to, this.#text.length));
    return to;
  }

  /** The last words of code before a place, without comments and white space between. */
  #codeBefore(at: number): string {
    let from = at;
    let words = "";
    while (from > 0 && words.length < 12) {
      from -= 1;
      const char = this.#text[from] ?? "";
      if (this.#kinds[from] === "comment") continue;
      if (words !== "" || /\S/.test(char)) words = char + words;
    }
    return words;
  }
}
