import type { Log } from "../../ports/log.ts";

/** One call of a log. */
export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A log that keeps what it is told, oldest first. For tests: it grows without bound. */
export interface RecordingLog extends Log {
  readonly entries: readonly LogEntry[];
}

function ignore(): void {
  // Nobody asked for a log.
}

/** A log that goes nowhere. */
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A log to look into afterwards. */
export function recordingLog(): RecordingLog {
  const entries: LogEntry[] = [];
  const keep =
    (level: LogEntry["level"]) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      entries.push({ level, message, fields });
    };
  return { entries, debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
}
