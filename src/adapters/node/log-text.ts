/** How deep and how far fields are followed: a log line is for reading. */
const depthMax = 4;
const itemsMax = 64;

/**
 * What terminals act on: control characters (C0, DEL, C1), line and paragraph separators, and the marks that reorder text.
 * Source: Unicode Technical Report 36, section 2; CVE-2021-42574.
 */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Names of the line's own parts; a field of such a name gets an underscore, so that it cannot pass for them. */
const reserved: ReadonlySet<string> = new Set(["level", "time", "msg"]);

/** Fields as JSON can hold them: bigints as decimal strings, bytes as their count, errors with what they say. */
export function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      reserved.has(name) ? `${name}_` : name,
      plainValue(value, depthMax),
    ]),
  );
}

/** A line of JSON without the unsafe characters that JSON itself leaves alone. Still the same JSON. */
export function escapeLine(line: string): string {
  // What JSON escapes is escaped by now, and the line feed at the end is its own.
  return line.slice(0, -1).replace(unsafe, escapeCharacter) + line.slice(-1);
}

/** The value with every unsafe character of its strings and names spelled out, as \u001b for escape. */
export function escapeStrings(value: unknown): unknown {
  if (typeof value === "string") return value.replace(unsafe, escapeCharacter);
  if (Array.isArray(value)) return value.map(escapeStrings);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.replace(unsafe, escapeCharacter), escapeStrings(inner)]),
  );
}

function plainValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : plainObject(value, depth);
    default:
      return value;
  }
}

function plainObject(value: object, depth: number): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Date) return value;
  if (depth === 0) return "...";
  if (value instanceof Error) return plainError(value, depth);
  if (Array.isArray(value)) return value.slice(0, itemsMax).map((item) => plainValue(item, depth - 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, itemsMax)
      .map(([name, inner]) => [name, plainValue(inner, depth - 1)]),
  );
}

function plainError(error: Error, depth: number): unknown {
  const code = "code" in error ? { code: String(error.code) } : {};
  const cause = error.cause === undefined ? {} : { cause: plainValue(error.cause, depth - 1) };
  return { type: error.name, message: error.message, ...code, stack: error.stack, ...cause };
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
