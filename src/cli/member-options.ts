import { isLoopback, parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import type { RawOptions } from "./arguments.ts";
import type { FlagName, TextOptionName } from "./option-table.ts";
import { given } from "./options.ts";

/** Where a password comes from. It is never a word of the command line, which other users of the machine can read. */
export type PasswordSource =
  | { readonly kind: "prompt" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "descriptor"; readonly descriptor: number };

/** As whom a peer signs in, and where. */
export interface SignIn {
  /** host:port */
  readonly registry: string;
  /** As typed; the registry judges it. */
  readonly user: string;
  readonly signUp: boolean;
  readonly password: PasswordSource;
}

/** Options that mean nothing without --registry. */
export const memberTexts = ["user", "password-file", "password-fd"] as const satisfies readonly TextOptionName[];
/** The flags among them. */
export const memberFlags = ["sign-up"] as const satisfies readonly FlagName[];

/**
 * The address of the registry that a command line names, if it does: where the peer's user signs in, and those of bridges.
 * @throws E3Error "bad-option", "bad-address" or "not-loopback".
 */
export function registryOption({ texts, flags }: Omit<RawOptions, "words">): string | undefined {
  const registry = given(texts.registry, "registry", (text) => parseAddress(text));
  if (registry === undefined || isLoopback(registry) || flags.insecure) return registry;
  const found = `${registry} is on another machine, and the password would travel there unencrypted`;
  throw new E3Error("not-loopback", `${found}; allow it with --insecure`);
}

/**
 * As whom a command line has the peer sign in; undefined when it does not.
 * @throws E3Error "bad-option", "bad-address" or "not-loopback" that names what is wrong and what would be right.
 */
export function memberOptions(options: Omit<RawOptions, "words">): SignIn | undefined {
  const { texts, flags } = options;
  const registry = registryOption(options);
  const hasBridges = texts.bridge !== undefined || texts.config !== undefined;
  const isForBridges = hasBridges && texts.user === undefined;
  if (registry === undefined || isForBridges) {
    const lone = memberTexts.find((name) => texts[name] !== undefined) ?? memberFlags.find((name) => flags[name]);
    if (lone === undefined) return undefined;
    const lacking = registry === undefined ? "--registry HOST:PORT" : "--user NAME";
    throw new E3Error("bad-option", `--${lone} needs ${lacking}`);
  }
  const own = (["desired-id", "name"] as const).find((name) => texts[name] !== undefined);
  if (own !== undefined) {
    throw new E3Error("bad-option", `--${own} and --registry contradict each other: id and name are the user's`);
  }
  const user = given(texts.user, "user", (text) => text);
  if (user === undefined) throw new E3Error("bad-option", "--registry needs --user NAME");
  return { registry, user, signUp: flags["sign-up"], password: passwordSource(texts) };
}

function passwordSource(texts: RawOptions["texts"]): PasswordSource {
  const path = given(texts["password-file"], "password-file", (text) => text);
  const descriptor = given(texts["password-fd"], "password-fd", parseDescriptor);
  if (path !== undefined && descriptor !== undefined) {
    throw new E3Error("bad-option", "--password-file and --password-fd contradict each other; give one of them");
  }
  if (path !== undefined) return { kind: "file", path };
  return descriptor === undefined ? { kind: "prompt" } : { kind: "descriptor", descriptor };
}

function parseDescriptor(text: string): number {
  // 0 to 2 are what is typed, shown and logged.
  if (/^[0-9]{1,4}$/.test(text) && Number(text) > 2) return Number(text);
  throw new E3Error("bad-option", `--password-fd ${quoteText(text)} is not the number of a file descriptor above 2`);
}
