import { expect, test } from "vitest";
import { Departure } from "../../src/cli/departure.ts";
import { FakeHost } from "./fake-host.ts";

test("who decides first sets the exit code", async () => {
  const departure = new Departure(new FakeHost());
  expect(departure.isDecided).toBe(false);
  departure.leave(1);
  departure.leave(0);
  expect(departure.isDecided).toBe(true);
  expect(await departure.decided).toBe(1);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("the first signal leaves in good order, a second %s exits with %i at once", async (signal, code) => {
  const host = new FakeHost();
  const departure = new Departure(host);
  host.signal("SIGTERM");
  expect(await departure.decided).toBe(0);
  expect(host.exits).toEqual([]);
  host.signal(signal);
  expect(host.exits).toEqual([code]);
});

test("a signal after /exit has been typed is still the first", () => {
  const host = new FakeHost();
  new Departure(host).leave(0);
  host.signal("SIGINT");
  expect(host.exits).toEqual([]);
});
