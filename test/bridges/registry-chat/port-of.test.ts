import { expect, test } from "vitest";
import { portOf } from "../../../src/bridges/registry-chat/port-of.ts";

test("the port is what follows the last colon", () => {
  expect([portOf("127.0.0.1:4920"), portOf("[::1]:80")]).toEqual([4_920, 80]);
});
