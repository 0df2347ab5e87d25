import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";

/** How the bridge is run. */
export interface Cs2Options {
  /** Where programs find it, host:port. Default 127.0.0.1:8080, where they look for it themselves. */
  readonly listen: string;
}

/** Settings of a command line or configuration file, judged. @throws E3Error "bad-option" or "bad-address". */
export function cs2Options({ listen, ...others }: Readonly<Record<string, string>>): Cs2Options {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new E3Error("bad-option", `cs2: unknown setting ${quoteText(unknown)}; it has listen`);
  return { listen: parseAddress(listen ?? "127.0.0.1:8080", { listen: true }) };
}
