import { E3Error } from "./error.ts";

/** What a value must be. */
export interface Kind {
  readonly fits: (value: unknown) => boolean;
  /** What would be right, as the rest of a sentence. */
  readonly right: string;
}

/** By the names of options or arguments. */
export type Kinds = Readonly<Record<string, Kind>>;

/**
 * Checks what plain JavaScript may get wrong, and a type checker would have told.
 *
 * @param of what it was given to, for people; empty for what has but one thing to be given to, as createPeer has its options.
 * @throws E3Error "bad-option" for the first that does not fit.
 */
export function checkKinds(given: unknown, wanted: Kinds, of = ""): void {
  const whose = of === "" ? "" : ` of ${of}`;
  if (!isObject(given)) throw new E3Error("bad-option", `the options${whose} must be an object`);
  for (const [name, kind] of Object.entries(wanted))
    checkKind(Reflect.get(given, name), kind, `the option ${name}${whose}`);
}

/** @param called what it is, for people. @throws E3Error "bad-option" where it does not fit. */
export function checkKind(value: unknown, { fits, right }: Kind, called: string): void {
  if (!fits(value)) throw new E3Error("bad-option", `${called} must be ${right}`);
}

/** The same, or nothing. */
export function optional({ fits, right }: Kind): Kind {
  return { fits: (value) => value === undefined || fits(value), right };
}

/** One of these words. */
export function oneOf(words: readonly string[]): Kind {
  const quoted = words.map((word) => `"${word}"`);
  return { fits: (value) => words.some((word) => word === value), right: quoted.join(" or ") };
}

const isText = (value: unknown): boolean => typeof value === "string";
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The kinds that there are. */
export const kinds = {
  text: { fits: isText, right: "text" },
  truth: { fits: (value) => typeof value === "boolean", right: "true or false" },
  number: { fits: (value) => typeof value === "number", right: "a number" },
  bigint: { fits: (value) => typeof value === "bigint", right: "a bigint, for example 5n" },
  callable: { fits: (value) => typeof value === "function", right: "a function" },
  bytes: { fits: (value) => value instanceof Uint8Array, right: "a Uint8Array" },
  object: { fits: isObject, right: "an object" },
  /** Whether these are ids is for checkId to say. */
  ids: { fits: Array.isArray, right: "a list of ids, for example [5n, 6n]" },
  address: { fits: isText, right: 'text, host:port, for example "127.0.0.1:8081"' },
  addresses: {
    fits: (value) => Array.isArray(value) && value.every(isText),
    right: 'a list of addresses, for example ["127.0.0.1:8082"]',
  },
  /** Also one of another realm. */
  signal: {
    fits: (value) => isObject(value) && "aborted" in value && "addEventListener" in value,
    right: "an AbortSignal",
  },
} as const satisfies Kinds;
