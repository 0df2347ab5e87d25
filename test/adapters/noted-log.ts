import type { Log } from "../../src/ports/log.ts";

/** A line of a log. */
export interface Noted {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** A log, and what was logged. */
export function notedLog(): { readonly log: Log; readonly lines: readonly Noted[] } {
  const lines: Noted[] = [];
  const noting =
    (level: Noted["level"]) =>
    (message: string, fields?: Noted["fields"]): void =>
      void lines.push({ level, message, fields });
  const log = { debug: noting("debug"), info: noting("info"), warn: noting("warn"), error: noting("error") };
  return { log, lines };
}
