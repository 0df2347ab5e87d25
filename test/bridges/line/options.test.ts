import { expect, test } from "vitest";
import { lineOptions } from "../../../src/bridges/line/options.ts";

test("what is not said has its default", () => {
  expect(lineOptions({})).toEqual({
    ...{ listen: "127.0.0.1:1255", team: "e3", peers: [], greeting: "hello" },
    windows: new Map(),
  });
});

test("lists have commas between", () => {
  const { peers, windows } = lineOptions({ peers: "127.0.0.1:1, 127.0.0.1:2", windows: "5=127.0.0.1:3" });
  expect([peers, windows]).toEqual([["127.0.0.1:1", "127.0.0.1:2"], new Map([[5n, "127.0.0.1:3"]])]);
});

test.each([
  [{ taem: "x" }, /unknown setting "taem"; it has listen, team/],
  [{ team: "two words" }, /is not one word/],
  [{ greeting: "exit" }, /cannot be said/],
  [{ peers: "nowhere" }, /has no port/],
  [{ windows: "x=127.0.0.1:3" }, /x/],
])("%j is refused, and why is said", (settings, why) => {
  expect(() => lineOptions({ ...settings })).toThrow(why);
});
