import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { heldInit, listsOf, readHeld } from "../../src/core/repair-held.ts";
import { HeldSchema } from "../../src/gen/e3/v1/link_pb.ts";

const holding = { first: 4, number: 9, missing: [{ first: 1, last: 3 }, { first: 6, last: 6 }] }; // prettier-ignore

test("what is said is what is read", () => {
  expect(readHeld(create(HeldSchema, heldInit(7n, holding)), 9)).toEqual(holding);
});

test("an older peer says nothing of what is missing: it has all", () => {
  expect(readHeld(create(HeldSchema, { epoch: 7n, first: 1n, number: 2n }), 9)).toEqual({
    ...{ first: 1, number: 2, missing: [] },
  });
});

test("what is beyond all measure makes no sense", () => {
  expect(readHeld(create(HeldSchema, heldInit(7n, holding)), 8)).toBeUndefined();
  expect(readHeld(create(HeldSchema, heldInit(7n, { ...holding, first: 11 })), 9)).toBeUndefined();
});

test("lists have room for what is missing, too, and there is one at least", () => {
  const [bare, holed] = [heldInit(7n, { ...holding, missing: [] }), heldInit(8n, holding)];
  const lengths = (unitsMax: number): readonly number[] =>
    [...listsOf([bare, holed, bare], unitsMax)].map(({ length }) => length);
  expect([lengths(5), lengths(4), lengths(3), lengths(1)]).toEqual([[3], [2, 1], [1, 1, 1], [1, 1, 1]]);
  expect([...listsOf([], 5)]).toEqual([[]]);
});
