import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { defaultLimits } from "../core/limits.ts";
import { nameFault } from "../core/name.ts";
import type { PeerOptions } from "../peer/peer-options.ts";
import type { Peer } from "../peer/types.ts";
import { errorLine } from "./menu-sentences.ts";
import type { MenuScreen } from "./menu-screen.ts";
import type { TypedLine } from "./read-lines.ts";

/** What a peer of a menu is started with, as far as the command line says it. */
export type MenuPeerOptions = Omit<PeerOptions, "listen"> & { readonly listen: string | undefined };

/** What a start works with. */
export interface MenuStartParts {
  readonly options: MenuPeerOptions;
  readonly screen: MenuScreen;
  /** The answers on the screen. */
  readonly lines: AsyncIterator<TypedLine, void>;
  readonly open: (options: PeerOptions) => Promise<Peer>;
}

/**
 * Starts the peer of a menu. The name and the port are asked for unless the command line has them; a port that cannot be
 * listened on is asked for again.
 *
 * @returns undefined when the input ended first.
 * @throws E3Error when the peer cannot start at the address of the command line.
 */
export async function startMenuPeer({ options, screen, lines, open }: MenuStartParts): Promise<Peer | undefined> {
  const ask = <T>(prompt: string, read: (typed: string) => T): Promise<T | undefined> =>
    answerTo(prompt, read, { screen, lines });
  const name = options.name ?? (await ask("Enter your name: ", readName));
  if (name === undefined) return undefined;
  for (;;) {
    const listen = options.listen ?? (await ask("Enter your port number: ", readPort));
    if (listen === undefined) return undefined;
    try {
      return await open({ ...options, name, listen });
    } catch (error) {
      if (options.listen !== undefined || !(error instanceof E3Error)) throw error;
      screen.show(errorLine(error));
    }
  }
}

/** Asks until the answer is one; undefined when the input ended first. */
async function answerTo<T>(
  prompt: string,
  read: (typed: string) => T,
  { screen, lines }: Pick<MenuStartParts, "screen" | "lines">,
): Promise<T | undefined> {
  for (;;) {
    screen.ask(prompt);
    const next = await lines.next();
    if (next.done === true) return undefined;
    try {
      if (next.value.kind === "bad") throw next.value.error;
      return read(next.value.text.trim());
    } catch (error) {
      if (!(error instanceof E3Error)) throw error;
      screen.show(errorLine(error));
    }
  }
}

/** @throws E3Error "bad-option". */
function readName(typed: string): string {
  const fault =
    typed === "" ? "is missing; enter that of your team" : nameFault(typed, defaultLimits.advertTextBytesMax);
  if (fault !== undefined) throw new E3Error("bad-option", `the name ${fault}`);
  return typed;
}

/** @throws E3Error "bad-address". */
function readPort(typed: string): string {
  try {
    return parseAddress(`127.0.0.1:${typed}`, { listen: true });
  } catch (cause) {
    const message = `${quoteText(typed)} is no port number; enter one from 1 to 65535, or 0 for any that is free`;
    throw new E3Error("bad-address", message, { cause });
  }
}
