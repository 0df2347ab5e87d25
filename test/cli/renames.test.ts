import { expect, test } from "vitest";
import { Renames } from "../../src/cli/renames.ts";

test("who has another name than when last shown is told of once", () => {
  const renames = new Renames();
  const notice = (id: bigint, name: string): string | undefined => renames.notice({ id, name });
  expect([notice(5n, ""), notice(5n, "naz"), notice(6n, "deniz"), notice(5n, "naz")]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect([notice(5n, "deniz"), notice(5n, "deniz")]).toEqual(["5 naz is now called deniz", undefined]);
  expect(notice(5n, "")).toBe("5 deniz has no name any more");
});

test("of those shown, the one shown longest ago is forgotten where there are too many", () => {
  const renames = new Renames();
  for (let id = 1n; id <= 1_024n; id += 1n) renames.notice({ id, name: "ali" });
  renames.notice({ id: 1n, name: "ali" });
  renames.notice({ id: 2_000n, name: "ali" });
  expect([1n, 3n, 2n].map((id) => renames.notice({ id, name: "veli" }))).toEqual([
    "1 ali is now called veli",
    "3 ali is now called veli",
    undefined,
  ]);
});
