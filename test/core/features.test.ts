import { expect, test } from "vitest";
import { featuresOf, viaOf } from "../../src/core/features.ts";

test("a peer states what it keeps, what it is and for whom it speaks", () => {
  expect(featuresOf({ custody: true, leaf: false, via: "" })).toEqual(["custody"]);
  expect(featuresOf({ custody: false, leaf: true, via: "line 127.0.0.1:8085" })).toEqual([
    "leaf",
    "via line 127.0.0.1:8085",
  ]);
  expect(featuresOf({ custody: false, leaf: false, via: "" })).toEqual([]);
});

test("for whom it speaks can be read from what it states, and from nothing else", () => {
  expect(viaOf(featuresOf({ custody: true, leaf: true, via: "udp-chat ali" }))).toBe("udp-chat ali");
  expect(viaOf(["custody", "leaf", "viaduct"])).toBe("");
});
