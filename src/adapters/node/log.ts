import type { LevelWithSilent, Logger } from "pino";
import type { Log } from "../../ports/log.ts";
import { escapeLine, escapeStrings, plain } from "./log-text.ts";

/** From the most to the least; "silent" logs nothing. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** How much is logged. */
export type LogLevel = (typeof logLevels)[number] & LevelWithSilent;

/** How to log. */
export interface LogOptions {
  /** The least important level that is logged. */
  readonly level: LogLevel;
  /** Lines for people instead of JSON. In colour if `colour` says so. */
  readonly pretty: boolean;
  /** Default false. */
  readonly colour?: boolean;
  /** Where lines go, each with its line feed. Default: standard error, written synchronously. */
  readonly destination?: { write(line: string): void };
}

/**
 * A log on pino, in this process and synchronous: what was logged before a crash is out.
 *
 * One line for each call, whatever it carries: control characters of strings are escaped in both forms, so that what a peer
 * sends cannot act on a terminal or forge a line. Bigints appear as decimal strings, bytes as their count. A standard error
 * that nobody reads any more is ignored.
 */
export async function createLog(options: LogOptions): Promise<Log> {
  // Loading pino takes 16 ms and pino-pretty 18 ms, which only who uses them should pay.
  const { pino } = await import("pino");
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true });
  const render = options.pretty ? await prettyLine(options.colour ?? false) : escapeLine;
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are plain by the time pino sees them (formatters.log).
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }), log: (fields) => plain(fields) },
    },
    { write: (line: string) => destination.write(render(line)) },
  );
  return new PinoLog(logger);
}

class PinoLog implements Log {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  debug(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#logger.debug(fields, "%s", message);
  }

  info(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#logger.info(fields, "%s", message);
  }

  warn(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#logger.warn(fields, "%s", message);
  }

  error(message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#logger.error(fields, "%s", message);
  }
}

/** pino-pretty as a function: its stream would hold lines back until a later turn. */
async function prettyLine(colour: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import("pino-pretty");
  const render = prettyFactory({
    colorize: colour,
    singleLine: true,
    errorLikeObjectKeys: [],
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
  });
  return (line) => render(escapeStrings(JSON.parse(line)));
}
