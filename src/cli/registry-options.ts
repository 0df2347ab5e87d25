import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import type { RegistryOptions } from "../registry/types.ts";
import type { RawOptions } from "./arguments.ts";
import { degreeTexts } from "./degree-options.ts";
import { memberFlags, memberTexts } from "./member-options.ts";
import type { FlagName, LogLevel, TextOptionName } from "./option-table.ts";
import { given, parseLogLevel } from "./options.ts";

/** What `e3 registry` runs with. */
export interface RegistryCommand {
  readonly registry: RegistryOptions;
  /** JSON lines instead of text. */
  readonly json: boolean;
  readonly logLevel: LogLevel;
}

/** Options that only a peer has. */
const peerTexts: readonly TextOptionName[] = [
  "desired-id",
  "name",
  "store",
  "greet",
  ...(["bridge", "config", "listen", "peer"] as const),
  "registry",
  ...memberTexts,
  ...degreeTexts,
];
const peerFlags: readonly FlagName[] = ["no-custody", "no-history", "no-read-receipts", "leaf", ...memberFlags];

/**
 * Judges a command line that asks for a registry.
 * @throws E3Error "bad-option" or "bad-address" that names what is wrong and what would be right.
 */
export function registryOptions({ words, texts, flags }: RawOptions): RegistryCommand {
  const foreign = peerTexts.find((name) => texts[name] !== undefined) ?? peerFlags.find((name) => flags[name]);
  if (foreign !== undefined)
    throw new E3Error("bad-option", `--${foreign} is for a peer; a registry has no use for it`);
  const [first, second] = words;
  if (first === undefined) {
    throw new E3Error("bad-option", "no address to listen on; write for example: e3 registry 127.0.0.1:8090");
  }
  if (second !== undefined) {
    throw new E3Error("bad-option", `${quoteText(second)} is one word too many; a registry has one address`);
  }
  const state = given(texts.state, "state", (path) => path);
  const liveMax = given(texts["max-live"], "max-live", parseCount);
  return {
    registry: {
      listen: parseAddress(first, { listen: true }),
      ...(state === undefined ? {} : { state }),
      ...(liveMax === undefined ? {} : { liveMax }),
      insecure: flags.insecure,
    },
    json: flags.json,
    logLevel: given(texts["log-level"], "log-level", parseLogLevel) ?? "info",
  };
}

/** Its range is the registry's business. */
function parseCount(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new E3Error("bad-option", `--max-live ${quoteText(text)} is not a whole number`);
}
