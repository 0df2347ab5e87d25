import type { Log } from "../../../src/ports/log.ts";

/** A log that is not kept. */
export const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A log that keeps its warnings and errors. */
export function keptLog(): Log & { readonly kept: readonly string[] } {
  const kept: string[] = [];
  return { ...silent, kept, warn: (message) => kept.push(message), error: (message) => kept.push(message) };
}
