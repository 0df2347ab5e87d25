import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";
import { parseId } from "../../core/ids.ts";
import { textFault } from "./write-line.ts";

/** How the bridge is run. */
export interface LineOptions {
  /** Where programs find it, host:port; what is said there is for everyone. Default 127.0.0.1:1255. */
  readonly listen: string;
  /** What the bridge calls itself in its lines: one word. Default e3. */
  readonly team: string;
  /** Programs to write to at the start, host:port. Default none. */
  readonly peers: readonly string[];
  /** What is written to them. Default hello. */
  readonly greeting: string;
  /** Addresses, by the id of the peer that programs find there. Default none: a peer has one once it has said something. */
  readonly windows: ReadonlyMap<bigint, string>;
}

const known = ["listen", "team", "peers", "greeting", "windows"];

/** Settings of a command line or configuration file, judged. @throws E3Error "bad-option", "bad-id" or "bad-address". */
export function lineOptions(settings: Readonly<Record<string, string>>): LineOptions {
  const unknown = Object.keys(settings).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new E3Error("bad-option", `line: unknown setting ${quoteText(unknown)}; it has ${known.join(", ")}`);
  const { listen = "127.0.0.1:1255", team = "e3", peers = "", greeting = "hello", windows = "" } = settings;
  if (!/^\S{1,64}$/.test(team)) throw new E3Error("bad-option", `line: the team ${quoteText(team)} is not one word`);
  const fault = textFault(greeting);
  if (fault !== undefined)
    throw new E3Error("bad-option", `line: the greeting ${quoteText(greeting)} cannot be said: ${fault}`);
  return {
    listen: parseAddress(listen, { listen: true }),
    peers: listOf(peers).map((address) => parseAddress(address)),
    windows: new Map(listOf(windows).map(windowOf)),
    ...{ team, greeting },
  };
}

function listOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function windowOf(text: string): readonly [bigint, string] {
  const [id = "", address = ""] = text.split("=", 2);
  return [parseId(id.trim()), parseAddress(address.trim())];
}
