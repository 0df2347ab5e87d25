import { expect, test } from "vitest";
import { labelled } from "../../src/registry/labelled.ts";

test("the label comes first, then the bytes", () => {
  expect(Buffer.from(labelled("e3 x 1", Uint8Array.of(65, 0))).toString("latin1")).toBe("e3 x 1A\0");
});
