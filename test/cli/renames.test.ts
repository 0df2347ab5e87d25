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
