import { E3Error, type ErrorCode } from "../core/error.ts";

/** Exit code: what was typed is wrong (2), or what the machine allows (1). Total: a new code fails to compile here. */
export const exitCodeOf: Readonly<Record<ErrorCode, 1 | 2>> = {
  "bad-option": 2,
  "bad-address": 2,
  "bad-id": 2,
  "bad-content": 2,
  "not-loopback": 2,
  "too-large": 1,
  "port-in-use": 1,
  "address-unavailable": 1,
  "state-unreadable": 1,
  "state-foreign": 1,
  "state-in-use": 1,
  "store-newer": 1,
  "store-failed": 1,
  "resource-exhausted": 1,
  "unknown-group": 1,
  "not-a-member": 1,
  "not-invited": 1,
  "no-members": 1,
  "unknown-peer": 1,
  absent: 1,
  "in-session": 1,
  "no-session": 1,
  "ambiguous-name": 1,
  "unknown-number": 1,
  "user-exists": 1,
  "bad-credentials": 1,
  "signed-out": 1,
  "signed-in-elsewhere": 1,
  unanswered: 1,
  refused: 1,
  closed: 1,
  protocol: 1,
};

/** An error in the words of the command line. */
export interface ErrorReport {
  /** An ErrorCode, or "internal" for a mistake of e3 itself. */
  readonly code: string;
  readonly message: string;
  readonly exitCode: 1 | 2;
  /** Where it happened, for those who debug e3. */
  readonly stack: string;
}

/** What to tell a person or program about anything thrown. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof E3Error) {
    return { code: error.code, message: error.message, exitCode: exitCodeOf[error.code], stack: stackOf(error) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message: `internal error: ${message}`, exitCode: 1, stack: stackOf(error) };
}

/** Whether an error carries this code, be it e3's or the system's (EPIPE, EAGAIN). */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
