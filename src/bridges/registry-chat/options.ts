import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";

/** How the bridge is run. */
export interface RegistryChatOptions {
  /** Where programs register, host:port, TCP. Default 127.0.0.1:6234, which is where they look. Port 0 picks a free one. */
  readonly listen: string;
  /** Where programs say that they are still there, host:port, UDP. Default: one port above `listen`, and 0 for its 0. */
  readonly udp: string;
  /**
   * How long a program that says nothing is waited for, milliseconds. Default 200,000, which is for programs that say hello
   * every 60 s; for those that do so every 6 s, 20,000 is usual. Range 1,000 to 86,400,000. After it the user has left.
   */
  readonly presenceMs: number;
}

const presence = { usualMs: 200_000, minMs: 1_000, maxMs: 86_400_000 } as const;

/**
 * Settings of a command line or configuration file, judged: `listen`, `udp`, `presence-ms`.
 * @throws E3Error "bad-option" or "bad-address".
 */
export function registryChatOptions(settings: Readonly<Record<string, string>>): RegistryChatOptions {
  const known = ["listen", "udp", "presence-ms"];
  const stray = Object.keys(settings).find((name) => !known.includes(name));
  if (stray !== undefined)
    throw new E3Error(
      "bad-option",
      `registry-chat has no setting ${quoteText(stray)}; it has ${known.slice(0, -1).join(", ")} and ${known.at(-1)}`,
    );
  const listen = parseAddress(settings["listen"] ?? "127.0.0.1:6234", { listen: true });
  const udp = settings["udp"];
  return {
    listen,
    udp: udp === undefined ? nextPort(listen) : parseAddress(udp, { listen: true }),
    presenceMs: presenceMsOf(settings["presence-ms"]),
  };
}

function nextPort(address: string): string {
  const colon = address.lastIndexOf(":");
  const port = Number(address.slice(colon + 1));
  return parseAddress(`${address.slice(0, colon)}:${port === 0 ? 0 : port + 1}`, { listen: true });
}

function presenceMsOf(text: string | undefined): number {
  if (text === undefined) return presence.usualMs;
  const ms = /^[0-9]{1,8}$/.test(text) ? Number(text) : 0;
  if (ms >= presence.minMs && ms <= presence.maxMs) return ms;
  throw new E3Error(
    "bad-option",
    `presence-ms ${quoteText(text)} is out of range; give whole milliseconds from ${presence.minMs} to ${presence.maxMs}`,
  );
}
