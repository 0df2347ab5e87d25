import { expect, test } from "vitest";
import * as library from "../src/index.ts";

test("the package offers peers, users' peers, bridges and the one error type, and nothing by accident", () => {
  expect(Object.keys(library).toSorted()).toEqual([
    "E3Error",
    "createBridges",
    "createMember",
    "createPeer",
    "openBridges",
  ]);
});

test("a program can tell what went wrong by the code of the error", async () => {
  await expect(library.createPeer({ listen: "nonsense" })).rejects.toBeInstanceOf(library.E3Error);
  await expect(library.createPeer({ listen: "nonsense" })).rejects.toMatchObject({ code: "bad-address" });
});
