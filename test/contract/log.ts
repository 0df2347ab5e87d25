import { describe, expect, test } from "vitest";
import type { Log } from "../../src/ports/log.ts";

/** What every adapter of src/ports/log.ts promises. */
export function logContract(name: string, make: () => Promise<Log>): void {
  describe(`${name} keeps the log contract`, () => {
    test("every level takes a message, with and without fields", async () => {
      const log = await make();
      for (const level of ["debug", "info", "warn", "error"] as const) {
        expect(log[level]("something happened")).toBeUndefined();
        expect(log[level]("something happened", { id: 7n, name: "a", list: [1, undefined, null] })).toBeUndefined();
      }
    });

    test("no field makes a call throw", async () => {
      const log = await make();
      const circle: Record<string, unknown> = { error: new Error("no", { cause: "because" }) };
      circle["circle"] = circle;
      const odd = { circle, symbol: Symbol("s"), call: () => 1, bytes: new Uint8Array(5), date: new Date(Number.NaN) };
      expect(() => log.warn("odd fields", odd)).not.toThrow();
    });
  });
}
