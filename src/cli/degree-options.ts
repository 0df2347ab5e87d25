import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { defaultLimits } from "../core/limits.ts";
import type { PeerOptions } from "../peer/peer-options.ts";
import type { RawOptions } from "./arguments.ts";
import type { TextOptionName } from "./option-table.ts";

/** Options of a peer that keeps its links by itself. */
export const degreeTexts = ["degree", "bootstrap"] as const satisfies readonly TextOptionName[];

/**
 * How a peer keeps its links by itself; empty when it is not told to.
 * @throws E3Error "bad-option" or "bad-address".
 */
export function degreeOptions({ texts, flags }: RawOptions): Pick<PeerOptions, "degree" | "bootstrap"> {
  const given = degreeTexts.find((name) => texts[name] !== undefined);
  if (given !== undefined && flags.leaf)
    throw new E3Error("bad-option", `--${given} and --leaf contradict each other; a leaf has the links it lists`);
  return {
    ...(texts.degree === undefined ? {} : { degree: parseDegree(texts.degree) }),
    ...(texts.bootstrap === undefined ? {} : { bootstrap: parseBootstrap(texts.bootstrap) }),
  };
}

function parseDegree(text: string): NonNullable<PeerOptions["degree"]> {
  const [, least = "", most = ""] = /^([0-9]{1,9})\.\.([0-9]{1,9})$/.exec(text) ?? [];
  const [min, max] = [Number(least), Number(most)];
  const { degreeMax } = defaultLimits;
  if (min >= 1 && max >= min && max <= degreeMax) return { min, max };
  const right = `write MIN..MAX, two numbers from 1 to ${degreeMax}, for example 2..4`;
  throw new E3Error("bad-option", `--degree ${quoteText(text)} is no range of links; ${right}`);
}

function parseBootstrap(text: string): readonly string[] {
  const { dialTargetsMax } = defaultLimits;
  const addresses = text.split(",").map((address) => parseAddress(address.trim()));
  if (addresses.length <= dialTargetsMax) return addresses;
  throw new E3Error("bad-option", `--bootstrap lists ${addresses.length} addresses; at most ${dialTargetsMax} may be`);
}
