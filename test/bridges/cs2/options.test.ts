import { expect, test } from "vitest";
import { cs2Options } from "../../../src/bridges/cs2/options.ts";

test("it listens where its programs look for it unless told otherwise", () => {
  expect(cs2Options({})).toEqual({ listen: "127.0.0.1:8080" });
  expect(cs2Options({ listen: "LOCALHOST:80" })).toEqual({ listen: "localhost:80" });
});

test("what it does not know is refused by name", () => {
  expect(() => cs2Options({ listen: "127.0.0.1:80", port: "81" })).toThrow(/unknown setting "port"/);
  expect(() => cs2Options({ listen: "nowhere" })).toThrow(/has no port/);
});
