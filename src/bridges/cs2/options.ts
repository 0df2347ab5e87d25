import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";

/** How the bridge is run. */
export interface Cs2Options {
  /** Where programs find it, host:port. Default 127.0.0.1:8080, where they look for it themselves. */
  readonly listen: string;
  /**
   * How long a program may take for a frame that it has begun, milliseconds. Default 30,000, range 1,000 to 3,600,000. One that
   * stops within a frame for longer is told so and cut off; so must be whoever needs longer for a text of a megabyte.
   */
  readonly frameMs: number;
  /**
   * How long a program may be connected without ever having said anything, milliseconds; 0 for as long as it likes. Default 0,
   * else 1,000 to 86,400,000. Programs of this wire are given their ids unasked, and many say nothing before their users do: a
   * limit cuts off those that only listen, too. It is for bridges that are dialled by what is no program of this wire.
   */
  readonly silenceMs: number;
}

const frame = { usualMs: 30_000, minMs: 1_000, maxMs: 3_600_000, also: "" } as const;
const silence = { minMs: 1_000, maxMs: 86_400_000, also: "0 for any time, or " } as const;
const known = ["listen", "frame-ms", "silence-ms"];

/**
 * Settings of a command line or configuration file, judged: `listen`, `frame-ms`, `silence-ms`.
 * @throws E3Error "bad-option" or "bad-address".
 */
export function cs2Options(settings: Readonly<Record<string, string>>): Cs2Options {
  const unknown = Object.keys(settings).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw new E3Error("bad-option", `cs2: unknown setting ${quoteText(unknown)}; it has ${known.join(", ")}`);
  const { listen = "127.0.0.1:8080", "frame-ms": frameMs, "silence-ms": silenceMs = "0" } = settings;
  return {
    listen: parseAddress(listen, { listen: true }),
    frameMs: frameMs === undefined ? frame.usualMs : msOf("frame-ms", frameMs, frame),
    silenceMs: silenceMs === "0" ? 0 : msOf("silence-ms", silenceMs, silence),
  };
}

interface Range {
  readonly minMs: number;
  readonly maxMs: number;
  /** What else would be right, for people. */
  readonly also: string;
}

function msOf(name: string, text: string, { minMs, maxMs, also }: Range): number {
  const ms = /^[0-9]{1,8}$/.test(text) ? Number(text) : 0;
  if (ms >= minMs && ms <= maxMs) return ms;
  const right = `give ${also}whole milliseconds from ${minMs} to ${maxMs}`;
  throw new E3Error("bad-option", `cs2: ${name} ${quoteText(text)} is out of range; ${right}`);
}
