import { expect, test } from "vitest";
import { ownNameFault } from "../../src/cli/own-name.ts";

test.each(["/x", "*", "*star", '"quoted"', "everyone", "EveryOne"])(
  "%j cannot be chosen, as it means something else",
  (name) => {
    expect(ownNameFault(name)).toMatch(/means/);
  },
);

test.each(["ali", "Ali Reza", "a/b", "5*", "everyone else", "Çağla", ""])("%j can be", (name) => {
  expect(ownNameFault(name)).toBeUndefined();
});
