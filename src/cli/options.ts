import { isLoopback, parseAddress, sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { parseId } from "../core/ids.ts";
import { defaultLimits } from "../core/limits.ts";
import { nameFault } from "../core/name.ts";
import type { PeerOptions } from "../peer/peer-options.ts";
import type { RawOptions } from "./arguments.ts";
import { degreeOptions } from "./degree-options.ts";
import { logLevels, type LogLevel } from "./option-table.ts";
import { ownNameFault } from "./own-name.ts";
import { suggest } from "../core/suggest.ts";

/** What a chat runs with. */
export interface ChatOptions {
  readonly peer: PeerOptions;
  /** JSON lines instead of text. */
  readonly json: boolean;
  readonly logLevel: LogLevel;
}

/**
 * Judges a command line that asks for a chat.
 * @throws E3Error "bad-option", "bad-id" or "bad-address" that names what is wrong and what would be right.
 */
export function chatOptions(raw: RawOptions): ChatOptions {
  const { words, texts, flags } = raw;
  if (texts["max-live"] !== undefined) {
    throw new E3Error("bad-option", "--max-live is for a registry; write for example: e3 registry 127.0.0.1:8090");
  }
  const foreign = (["listen", "peer"] as const).find((name) => texts[name] !== undefined);
  if (foreign !== undefined) {
    throw new E3Error(
      "bad-option",
      `--${foreign} is for e3 bridge; write for example: e3 127.0.0.1:8081 127.0.0.1:8082`,
    );
  }
  if (texts.greet !== undefined) {
    throw new E3Error("bad-option", "--greet is for a menu; write for example: e3 menu --greet 127.0.0.1:8081");
  }
  const [first = "", ...others] = words;
  const listen = parseAddress(first, { listen: true });
  const desiredId = given(texts["desired-id"], "desired-id", parseId);
  const store = given(texts.store, "store", parseStore);
  const state = given(texts.state, "state", (path) => path);
  if (state !== undefined && store === "memory") {
    throw new E3Error("bad-option", "--state and --store memory contradict each other; give one of them");
  }
  return {
    peer: {
      listen,
      peers: parsePeers(others, listen, flags.leaf),
      ...(desiredId === undefined ? {} : { desiredId }),
      ...(state === undefined ? {} : { state }),
      ...(store === undefined ? {} : { store }),
      ...(texts.name === undefined ? {} : { name: parseName(texts.name) }),
      ...degreeOptions(raw),
      custody: !flags["no-custody"] && !flags.leaf,
      ...(flags["no-history"] ? { history: false } : {}),
      ...(flags["no-read-receipts"] ? { readReceipts: false } : {}),
      leaf: flags.leaf,
      insecure: flags.insecure,
    },
    json: flags.json,
    logLevel: given(texts["log-level"], "log-level", parseLogLevel) ?? "warn",
  };
}

/**
 * The value of an option, read; undefined when it is not there.
 * @throws E3Error "bad-option" when it is empty, and what parse throws.
 */
export function given<T>(text: string | undefined, option: string, parse: (text: string) => T): T | undefined {
  if (text === undefined) return undefined;
  if (text === "") throw new E3Error("bad-option", `--${option} needs a value`);
  return parse(text);
}

function parsePeers(words: readonly string[], listen: string, leaf: boolean): readonly string[] {
  const peers = [...new Set(words.map((word) => parseAddress(word)))];
  const own = peers.find((address) => isOwn(address, listen));
  if (own !== undefined) {
    throw new E3Error("bad-option", `${own} is this peer's own address; list only the addresses of others`);
  }
  if (leaf && (peers.length === 0 || peers.length > defaultLimits.leafLinksMax)) {
    const found = peers.length === 0 ? "--leaf needs peers to attach to" : `${peers.length} peers are listed`;
    throw new E3Error("bad-option", `${found}; give a leaf the addresses of 1 to ${defaultLimits.leafLinksMax} peers`);
  }
  if (peers.length > defaultLimits.dialTargetsMax) {
    throw new E3Error("bad-option", `${peers.length} peers are listed; at most ${defaultLimits.dialTargetsMax} may be`);
  }
  return peers;
}

/** Whether dialling an address would reach this peer, as far as the text tells. */
function isOwn(address: string, listen: string): boolean {
  const [host, port] = [address.replace(/:[0-9]+$/, ""), address.slice(address.lastIndexOf(":"))];
  const isEverywhere = listen === `0.0.0.0${port}` || listen === `[::]${port}`;
  return (
    sameAddress(address, listen) || (isEverywhere && (isLoopback(address) || host === "0.0.0.0" || host === "[::]"))
  );
}

/** Reads the kind of a store. @throws E3Error "bad-option". */
export function parseStore(text: string): "lmdb" | "memory" {
  if (text === "lmdb" || text === "memory") return text;
  throw new E3Error("bad-option", `unknown store ${quoteText(text)}; ${expected(text, ["lmdb", "memory"])}`);
}

/** Reads a level of the log. @throws E3Error "bad-option". */
export function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level !== undefined) return level;
  throw new E3Error("bad-option", `unknown log level ${quoteText(text)}; ${expected(text, logLevels)}`);
}

function expected(text: string, known: readonly string[]): string {
  const near = suggest(text, known);
  return near === undefined ? `it is one of ${known.join(", ")}` : `did you mean ${near}?`;
}

function parseName(text: string): string {
  const fault = nameFault(text, defaultLimits.advertTextBytesMax) ?? ownNameFault(text);
  if (fault !== undefined) throw new E3Error("bad-option", `--name ${fault}`);
  return text;
}
