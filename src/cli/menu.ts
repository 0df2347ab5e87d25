import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { parseId } from "../core/ids.ts";

/** Whom a message is for, as asked for at the menu. */
export type Recipient =
  /** Whoever listens there. */
  { readonly kind: "address"; readonly address: string } | { readonly kind: "id"; readonly id: bigint };

/**
 * The question that stands.
 *
 *     choice ── 1 ──► host ──► port ──► message ──► send, and choice again
 *      │  ▲             └── host:port, or an id ──────▲
 *      │  └── 2 query, 3 connect, whatever is wrong
 *      └───── 0 quit
 */
export type MenuState =
  | { readonly at: "choice" }
  | { readonly at: "host" }
  | { readonly at: "port"; readonly host: string }
  | { readonly at: "message"; readonly to: Recipient };

/** What is to be done. Afterwards, unless it is to quit, the menu is shown again. */
export type MenuAction =
  | { readonly kind: "send"; readonly to: Recipient; readonly text: string }
  | { readonly kind: "query" }
  | { readonly kind: "connect" }
  | { readonly kind: "quit" };

/** What an answer comes to. */
export type MenuTurn =
  | { readonly kind: "ask"; readonly state: MenuState }
  | { readonly kind: "act"; readonly action: MenuAction }
  /** The menu is shown again. */
  | { readonly kind: "bad"; readonly error: E3Error };

/** The menu, line by line, as it stands above each choice. */
export const menuLines: readonly string[] = [
  "***** Menu *****",
  "1. Send message",
  "2. Query active peers",
  "3. Connect to active peers",
  "0. Quit",
];

/** The first question. */
export const atChoice: MenuState = { at: "choice" };

/** A question as it is asked. */
export function promptOf({ at }: MenuState): string {
  return prompts[at];
}

const prompts: Readonly<Record<MenuState["at"], string>> = {
  choice: "Enter choice: ",
  host: "Enter the recipient's IP address: ",
  port: "Enter the recipient's port number: ",
  message: "Enter your message: ",
};

/** Takes the answer to the question that stands. Never throws. */
export function takeAnswer(state: MenuState, line: string): MenuTurn {
  const typed = line.endsWith("\r") ? line.slice(0, -1) : line;
  try {
    return judge(state, typed);
  } catch (error) {
    if (error instanceof E3Error) return { kind: "bad", error };
    throw error;
  }
}

/** @throws E3Error that says what would be right. */
function judge(state: MenuState, typed: string): MenuTurn {
  switch (state.at) {
    case "choice":
      return choose(typed.trim());
    case "host":
      return { kind: "ask", state: whom(typed.trim()) };
    case "port":
      return {
        kind: "ask",
        state: { at: "message", to: { kind: "address", address: addressAt(state.host, typed.trim()) } },
      };
    case "message":
      // Byte for byte, blanks included: it is somebody's text.
      if (typed === "") throw new E3Error("bad-content", "the message is empty; nothing was sent");
      return { kind: "act", action: { kind: "send", to: state.to, text: typed } };
  }
}

function choose(typed: string): MenuTurn {
  switch (typed) {
    case "":
      return { kind: "ask", state: atChoice };
    case "1":
      return { kind: "ask", state: { at: "host" } };
    case "2":
      return { kind: "act", action: { kind: "query" } };
    case "3":
      return { kind: "act", action: { kind: "connect" } };
    case "0":
      return { kind: "act", action: { kind: "quit" } };
    default:
      throw new E3Error("bad-option", `${quoteText(typed)} is no choice; enter 1, 2, 3 or 0`);
  }
}

/** A host asks for its port; a whole address is understood, and so is an id, for peers without an address. */
function whom(typed: string): MenuState {
  if (/^[0-9]+$/.test(typed)) return { at: "message", to: { kind: "id", id: parseId(typed) } };
  const host = hostOf(typed);
  if (host !== undefined) return { at: "port", host };
  return { at: "message", to: { kind: "address", address: parseAddress(typed) } };
}

function addressAt(host: string, port: string): string {
  try {
    return parseAddress(`${host}:${port}`);
  } catch (cause) {
    throw new E3Error("bad-address", `${quoteText(port)} is no port number; enter one from 1 to 65535`, { cause });
  }
}

/** @returns undefined for what is no IP address, nor this machine, but may be an address with its port. */
function hostOf(typed: string): string | undefined {
  // A bare IPv6 address has colons of its own.
  for (const host of [typed, `[${typed}]`]) {
    try {
      const found = parseAddress(`${host}:1`).replace(/:1$/, "");
      if (isIp.test(found)) return found;
    } catch {
      continue;
    }
  }
  if (typed.includes(":")) return undefined;
  throw new E3Error("bad-address", `${quoteText(typed)} is no IP address; enter one such as 127.0.0.1`);
}

/** IPv4, IPv6, and the one name that every machine knows. parseAddress has judged the numbers. */
const isIp = /^(?:[0-9.]+|\[.*\]|localhost)$/;
