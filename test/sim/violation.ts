/** An invariant that broke in a run. */
export interface Violation {
  /** Which one: two runs with the same fail in the same way. */
  readonly invariant: string;
  /** What exactly happened. */
  readonly message: string;
  /** When, milliseconds since the world began. */
  readonly atMs: number;
}

/** What an error that ended a run says about invariants. What is no check's error is a mistake of the program itself. */
export function violationOf(error: unknown, atMs: number): Violation {
  const message = innermost(error);
  const [, invariant, detail = ""] = /^broken: ((?:(?:law )?[\d, ]+: )?[^:]+): ?(.*)$/s.exec(message) ?? [];
  if (invariant !== undefined) return { invariant, message: detail, atMs };
  // Numbers differ from run to run; the mistake is the same.
  const [line = ""] = message.split("\n", 1);
  return { invariant: `no mistake of the program: ${line.replaceAll(/\d+/g, "N").slice(0, 100)}`, message, atMs };
}

/** The world adds its seed and trace around what broke. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return innermost(error.cause);
  return error.message.startsWith("broken: ") ? error.message : (error.stack ?? error.message);
}
