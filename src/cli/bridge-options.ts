import { parseWire, type BridgeRequest } from "../bridges/open.ts";
import type { BridgesOptions } from "../compose-bridge.ts";
import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import type { RawOptions } from "./arguments.ts";
import { parseBridgeConfig } from "./bridge-config.ts";
import type { Host } from "./host.ts";
import { registryOption } from "./member-options.ts";
import type { FlagName, LogLevel, TextOptionName } from "./option-table.ts";
import { given, parseLogLevel, parseStore } from "./options.ts";

/** What `e3 bridge` runs with. */
export interface BridgeCommand {
  readonly requests: readonly BridgeRequest[];
  readonly options: BridgesOptions;
  /** JSON lines instead of text. */
  readonly json: boolean;
  readonly logLevel: LogLevel;
}

/** Options of a bridge; all others are for peers with somebody behind them. */
const ownTexts: ReadonlySet<TextOptionName> = new Set([
  ...(["listen", "peer", "config", "registry", "state", "store", "log-level"] as const),
]);
const ownFlags: ReadonlySet<FlagName> = new Set(["json", "insecure"]);

/**
 * Judges a command line that asks for bridges: `e3 bridge WIRE --listen ADDRESS --peer ADDRESS...`, or with --config.
 *
 * @throws (as a rejection) E3Error "bad-option" or "bad-address" that names what is wrong and what would be right.
 */
export async function bridgeCommand({ words, texts, flags }: RawOptions, host: Host): Promise<BridgeCommand> {
  rejectForeign(texts, flags);
  const { peer, state, store, "log-level": logLevel } = texts;
  const registry = registryOption({ texts, flags });
  const requests = await requestsOf(words, texts, host);
  const wired = given(peer, "peer", parseAddresses) ?? [];
  // Peers may also stand behind the wire, as they do behind a peer's own address.
  const peers = [...new Set([...wired, ...words.slice(1).map((word) => parseAddress(word))])];
  const options: BridgesOptions = {
    ...{ peers, insecure: flags.insecure },
    ...(registry === undefined ? {} : { registry }),
    ...(state === undefined ? {} : { state }),
    ...(store === undefined ? {} : { store: parseStore(store) }),
  };
  const level = given(logLevel, "log-level", parseLogLevel) ?? "info";
  return { requests, options, json: flags.json, logLevel: level };
}

/**
 * The bridges that a peer's command line asks for beside it: --bridge WIRE=ADDRESS, and --config.
 *
 * @throws (as a rejection) E3Error "bad-option" or "bad-address".
 */
export async function bridgesBeside({ texts }: RawOptions, host: Host): Promise<readonly BridgeRequest[]> {
  const listed = given(texts.bridge, "bridge", (text) => text.split(",").map(parseBridge)) ?? [];
  return [...listed, ...(await configured(texts, host))];
}

async function requestsOf(
  words: readonly string[],
  texts: RawOptions["texts"],
  host: Host,
): Promise<readonly BridgeRequest[]> {
  const [word] = words;
  const inFile = await configured(texts, host);
  if (word === undefined) {
    if (inFile.length > 0) return inFile;
    throw new E3Error(
      "bad-option",
      "no wire; write for example: e3 bridge line --listen 127.0.0.1:1255 --peer 127.0.0.1:8081",
    );
  }
  const wire = parseWire(word);
  const said = texts.listen === undefined ? {} : { listen: parseAddress(texts.listen, { listen: true }) };
  const settings = inFile.find((request) => request.wire === wire)?.settings ?? {};
  return [{ wire, settings: { ...settings, ...said } }];
}

async function configured({ config }: RawOptions["texts"], host: Host): Promise<readonly BridgeRequest[]> {
  const path = given(config, "config", (text) => text);
  if (path === undefined) return [];
  let bytes;
  try {
    bytes = await host.readSecret(path, configBytesMax);
  } catch (cause) {
    throw new E3Error("bad-option", `--config ${quoteText(path)} cannot be read`, { cause });
  }
  if (bytes.length >= configBytesMax) throw new E3Error("bad-option", `--config ${quoteText(path)} is too large`);
  return parseBridgeConfig(new TextDecoder().decode(bytes), path);
}

function parseBridge(text: string): BridgeRequest {
  const [wire = "", listen, ...rest] = text.split("=");
  if (listen === undefined || rest.length > 0)
    throw new E3Error("bad-option", `--bridge ${quoteText(text)} is not WIRE=HOST:PORT, as line=127.0.0.1:1255 is`);
  return { wire: parseWire(wire.trim()), settings: { listen: parseAddress(listen.trim(), { listen: true }) } };
}

function parseAddresses(text: string): readonly string[] {
  return text.split(",").map((address) => parseAddress(address.trim()));
}

function rejectForeign(texts: RawOptions["texts"], flags: RawOptions["flags"]): void {
  for (const [name, value] of Object.entries(texts))
    if (value !== undefined && ![...ownTexts].some((own) => own === name))
      throw new E3Error("bad-option", `--${name} is for a peer with a user; a bridge has no use for it`);
  for (const [name, isSet] of Object.entries(flags))
    if (isSet && ![...ownFlags].some((own) => own === name))
      throw new E3Error("bad-option", `--${name} is for a peer with a user; a bridge has no use for it`);
}

/** A configuration has some lines; more is something else. */
const configBytesMax = 65_536;
