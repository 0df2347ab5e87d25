import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";

/** Who wrote a line, as it says itself. */
export interface Author {
  /** Where it listens, host:port in normal form: what it is known by, wherever its connections come from. */
  readonly address: string;
  readonly team: string;
  /** It writes the address in pointed brackets. */
  readonly bracketed: boolean;
}

/** What a program said at one time. */
export type Line =
  | { readonly kind: "text"; readonly author: Author; readonly text: string }
  /** Its one word: it leaves, it would like an answer, or it answers. */
  | { readonly kind: "exit" | "connect" | "connected"; readonly author: Author }
  /** What is not in the wire's form. */
  | { readonly kind: "raw"; readonly text: string };

const form = /^(<?)([^\s<>]+:[0-9]{1,5})(>?)[ \t]+(\S{1,64})[ \t]+(\S[^]*)$/;

/** Reads what a program said at one time: `127.0.0.1:8080 team text`, or the same with `<127.0.0.1:8080>`. Never throws. */
export function readLine(said: string): Line {
  const whole = withoutNewlines(said);
  const [, open = "", stated = "", close = "", team = "", text = ""] = form.exec(whole) ?? [];
  const address = stated === "" || (open === "") !== (close === "") ? undefined : normal(stated);
  if (address === undefined) return { kind: "raw", text: whole };
  const author = { address, team, bracketed: open !== "" };
  const kind = wordOf(text);
  return kind === undefined ? { kind: "text", author, text } : { kind, author };
}

/** What a text means that is one of the wire's own words; undefined when it is none. */
export function wordOf(text: string): "exit" | "connect" | "connected" | undefined {
  const word = text.trim().toLowerCase();
  if (word === "exit" || word === "quit") return "exit";
  if (word === "connect" || word === "connect_request") return "connect";
  if (word === "connected" || word === "connect_ack" || word === "connect_accepted") return "connected";
  return undefined;
}

/** Without newlines at the end. By hand: a pattern would look at a long run of them once for each. */
function withoutNewlines(said: string): string {
  let end = said.length;
  while (said[end - 1] === "\n") end -= said[end - 2] === "\r" ? 2 : 1;
  return said.slice(0, end);
}

function normal(address: string): string | undefined {
  try {
    return parseAddress(address);
  } catch (error) {
    if (error instanceof E3Error) return undefined;
    throw error;
  }
}
