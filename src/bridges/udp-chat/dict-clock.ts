import type { DictClock } from "./datagram.ts";

/**
 * Writes a clock as Python writes a dict: `{'4621': 0, '9101': 3}`. The programs read it as JSON once they have replaced
 * the quotes, so that only digits may be keys.
 */
export function writeClock(clock: DictClock): string {
  return `{${[...clock].map(([id, counter]) => `'${id}': ${counter}`).join(", ")}}`;
}

/**
 * Reads a clock that writeClock or Python wrote. Of an id that stands twice the higher counter holds.
 *
 * @returns undefined for anything else, and for counters that a double cannot hold exactly.
 */
export function readClock(text: string): DictClock | undefined {
  const inner = /^\{\s*(.*?)\s*\}$/s.exec(text)?.[1];
  if (inner === undefined) return undefined;
  const clock = new Map<string, number>();
  if (inner === "") return clock;
  for (const part of inner.split(",")) {
    const entry = /^\s*'([0-9]{1,20})'\s*:\s*([0-9]{1,16})\s*$/.exec(part);
    const [, id, digits] = entry ?? [];
    const counter = Number(digits);
    if (id === undefined || !Number.isSafeInteger(counter)) return undefined;
    clock.set(id, Math.max(clock.get(id) ?? 0, counter));
  }
  return clock;
}
