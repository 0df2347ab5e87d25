import { afterEach, describe, expect, test } from "vitest";
import type { ShownCursor } from "../../src/ports/shown-cursor.ts";

/** What every adapter of src/ports/shown-cursor.ts promises. Each call of make gives one that was never set. */
export function shownCursorContract(name: string, make: () => Promise<ShownCursor>): void {
  describe(`${name} keeps the shown cursor contract`, () => {
    const made: ShownCursor[] = [];
    const open = async (): Promise<ShownCursor> => {
      const shown = await make();
      made.push(shown);
      return shown;
    };
    afterEach(() => {
      for (const shown of made.splice(0)) shown.close();
    });

    test("it starts at zero", async () => {
      expect((await open()).get()).toBe(0n);
    });

    test("it answers what was set last, up or down", async () => {
      const shown = await open();
      for (const cursor of [1n, 2n, 2n ** 64n - 1n, 7n, 7n, 0n]) {
        shown.set(cursor);
        expect(shown.get()).toBe(cursor);
      }
    });

    test.each([-1n, 2n ** 64n])("%d is no cursor and changes nothing", async (cursor) => {
      const shown = await open();
      shown.set(5n);
      expect(() => shown.set(cursor)).toThrow(RangeError);
      expect(shown.get()).toBe(5n);
    });

    test("a closed one answers, but takes no more", async () => {
      const shown = await open();
      shown.set(5n);
      shown.close();
      shown.close();
      expect(shown.get()).toBe(5n);
      expect(() => shown.set(6n)).toThrow(expect.objectContaining({ code: "closed" }));
    });
  });
}
