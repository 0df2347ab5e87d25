import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import type { RawOptions } from "./arguments.ts";
import { memberFlags, memberTexts } from "./member-options.ts";
import type { LogLevel, TextOptionName } from "./option-table.ts";
import { chatOptions, given } from "./options.ts";
import type { MenuPeerOptions } from "./menu-start.ts";

/** What a menu runs with. */
export interface MenuCommand {
  readonly peer: MenuPeerOptions;
  /** Addresses whose peers get a message at the start. */
  readonly greet: readonly string[];
  readonly logLevel: LogLevel;
}

/**
 * Judges a command line that asks for a menu.
 * @throws E3Error "bad-option", "bad-id" or "bad-address" that names what is wrong and what would be right.
 */
export function menuOptions({ words, texts, flags }: RawOptions): MenuCommand {
  if (flags.json) throw new E3Error("bad-option", "a menu is for people; programs take: e3 LISTEN --json");
  if (flags.leaf) throw new E3Error("bad-option", "a leaf has no address that others could enter; leave out --leaf");
  const foreign = signInTexts.find((name) => texts[name] !== undefined) ?? memberFlags.find((name) => flags[name]);
  if (foreign !== undefined)
    throw new E3Error("bad-option", `--${foreign} is for e3 LISTEN; a menu neither signs in nor bridges`);
  const [first, second] = words;
  if (second !== undefined) {
    const hint = "a menu has one address; to write to others at the start, give them to --greet";
    throw new E3Error("bad-option", `${quoteText(second)} is one word too many; ${hint}`);
  }
  const { greet: listed, ...others } = texts;
  const greet = given(listed, "greet", parseGreet) ?? [];
  // Until the port is known, a port that is nobody's stands for it.
  const { peer, logLevel } = chatOptions({ words: [first ?? anyPort, ...greet], texts: others, flags });
  if (/^(?:0\.0\.0\.0|\[::\]):/.test(peer.listen)) {
    const why = "others enter the address at which this peer says that it listens";
    throw new E3Error("bad-address", `${peer.listen} is no address of this machine alone: ${why}; give one of its own`);
  }
  return {
    peer: { ...peer, listen: first === undefined ? undefined : peer.listen },
    greet: peer.peers ?? [],
    logLevel,
  };
}

const signInTexts: readonly TextOptionName[] = ["registry", "bridge", "config", ...memberTexts];

const anyPort = "127.0.0.1:0";

/** Its addresses. */
function parseGreet(text: string): readonly string[] {
  return text.split(",").map((address) => parseAddress(address.trim()));
}
