import { afterEach, describe, expect, test } from "vitest";
import type { Clock } from "../../src/ports/clock.ts";

/** What every adapter of src/ports/clock.ts promises. */
export function clockContract(name: string, make: () => Clock): void {
  describe(`${name} keeps the clock contract`, () => {
    const made: Clock[] = [];
    const start = (): Clock => {
      const clock = make();
      made.push(clock);
      return clock;
    };
    afterEach(() => {
      for (const clock of made.splice(0)) clock.clearAlarm();
    });

    test("time never goes backwards", () => {
      const clock = start();
      const times = Array.from({ length: 10_000 }, () => clock.nowMs());
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });

    test("an alarm rings at its time or later, and not within the call that set it", async () => {
      const clock = start();
      const atMs = clock.nowMs() + 15.5;
      let returned = false;
      const rung = new Promise<{ readonly nowMs: number; readonly returned: boolean }>((resolve) => {
        clock.setAlarm(atMs, () => resolve({ nowMs: clock.nowMs(), returned }));
      });
      returned = true;
      const ring = await rung;
      expect(ring.nowMs).toBeGreaterThanOrEqual(atMs);
      expect(ring.returned).toBe(true);
    });

    test("an alarm for a time gone by rings soon, but not within the call", async () => {
      const clock = start();
      let returned = false;
      const rung = new Promise<boolean>((resolve) => clock.setAlarm(-1, () => resolve(returned)));
      returned = true;
      expect(await rung).toBe(true);
    });

    test("setting an alarm replaces the one before", async () => {
      const clock = start();
      const rings: string[] = [];
      clock.setAlarm(clock.nowMs(), () => rings.push("replaced"));
      await new Promise<void>((resolve) => clock.setAlarm(clock.nowMs() + 5, resolve));
      expect(rings).toEqual([]);
    });

    test("an alarm may be set from within the ring of the one before", async () => {
      const clock = start();
      const rings: number[] = [];
      await new Promise<void>((resolve) => {
        const ring = (): void => {
          if (rings.push(clock.nowMs()) === 3) resolve();
          else clock.setAlarm(clock.nowMs() + 1, ring);
        };
        clock.setAlarm(clock.nowMs(), ring);
      });
      expect(rings).toHaveLength(3);
    });

    test("a cleared alarm does not ring, and clearing is always allowed", async () => {
      const clock = start();
      const other = start();
      clock.clearAlarm();
      clock.setAlarm(clock.nowMs(), () => expect.unreachable("it was cleared"));
      clock.clearAlarm();
      clock.clearAlarm();
      await new Promise<void>((resolve) => other.setAlarm(other.nowMs() + 5, resolve));
    });

    test.each([2 ** 31, 2 ** 40, Infinity])("an alarm %d ms ahead does not ring at once", async (aheadMs) => {
      const clock = start();
      const other = start();
      clock.setAlarm(clock.nowMs() + aheadMs, () => expect.unreachable("it is not yet time"));
      await new Promise<void>((resolve) => other.setAlarm(other.nowMs() + 5, resolve));
    });
  });
}
