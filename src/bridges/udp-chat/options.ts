import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";

/** How the bridge is run. */
export interface UdpChatOptions {
  /** Where nodes find their registry, host:port. Default 127.0.0.1:12345. */
  readonly listen: string;
  /**
   * How long a node may be silent and still be shown what comes for it, milliseconds. Default 12,000, range 1,000 to
   * 600,000: two of the fetches that a node makes every 5 s, and some time. What comes later waits until it is heard again.
   */
  readonly quietMs: number;
  /**
   * How long a node may be silent until it counts as gone, milliseconds. Default 30,000, range quietMs to 3,600,000. Its
   * user is offline then, and signs in again.
   */
  readonly silenceMs: number;
}

/**
 * Settings of a command line or configuration file, judged: `listen`, and in seconds `quiet` and `silence`.
 *
 * @throws E3Error "bad-option" or "bad-address".
 */
export function udpChatOptions(settings: Readonly<Record<string, string>>): UdpChatOptions {
  const unknown = Object.keys(settings).find((name) => !["listen", "quiet", "silence"].includes(name));
  if (unknown !== undefined)
    throw new E3Error("bad-option", `udp-chat has no setting ${quoteText(unknown)}; it has listen, quiet and silence`);
  const listen = parseAddress(settings["listen"] ?? "127.0.0.1:12345", { listen: true });
  const quietMs = 1_000 * seconds("quiet", settings["quiet"] ?? "12", [1, 600]);
  const silenceMs = 1_000 * seconds("silence", settings["silence"] ?? "30", [Math.ceil(quietMs / 1_000), 3_600]);
  return { listen, quietMs, silenceMs };
}

function seconds(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = /^[0-9]{1,6}(\.[0-9]{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const right = `give a number of seconds from ${least} to ${most}`;
  throw new E3Error("bad-option", `the setting ${name} of udp-chat is ${quoteText(text)}; ${right}`);
}
