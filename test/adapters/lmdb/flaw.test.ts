import { expect, test } from "vitest";
import { Flaw } from "../../../src/adapters/lmdb/flaw.ts";

test("a flaw says what is wrong, where the mistake may lie, and what else is known", () => {
  const flaw = new Flaw("page 3 is out of order", [{ at: 12_288, bytes: 8 }], { isHarmless: true });
  expect(flaw).toBeInstanceOf(Error);
  expect(flaw).toMatchObject({
    message: "page 3 is out of order",
    fields: [{ at: 12_288, bytes: 8 }],
    details: { isHarmless: true },
  });
  expect(new Flaw("bare", []).details).toEqual({});
});
