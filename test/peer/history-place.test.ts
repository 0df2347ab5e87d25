import fc from "fast-check";
import { expect, test } from "vitest";
import { byPlace, placeOf, positionOf } from "../../src/peer/history-place.ts";

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const anyPlace = fc.record({ lamport: fc.maxSafeNat(), epoch: uint64, number: fc.maxSafeNat(), lane: uint64 });
const anyScope = fc.record({ epoch: uint64, conversation: uint64 });

test("a position leads back to its place, in its scope", () => {
  fc.assert(
    fc.property(anyPlace, anyScope, (place, scope) => {
      expect(placeOf(positionOf(place, scope), scope)).toEqual(place);
    }),
  );
});

test("in another scope, or changed, it is refused", () => {
  fc.assert(
    fc.property(anyPlace, anyScope, anyScope, (place, scope, other) => {
      fc.pre(scope.epoch !== other.epoch || scope.conversation !== other.conversation);
      const position = positionOf(place, scope);
      expect(() => placeOf(position, other)).toThrow("the position is of another history");
      const changed = positionOf({ ...place, lane: BigInt.asUintN(64, place.lane + 1n) }, scope).split("-");
      const mixed = [...position.split("-").slice(0, 5), changed[5]].join("-");
      expect(() => placeOf(mixed, scope)).toThrow("the position is of another history");
      expect(() => placeOf(`${position}0`, scope)).toThrow("posit");
    }),
  );
});

test("places are ordered by Lamport time, then epoch, number and lane", () => {
  const places = [
    { lamport: 1, epoch: 9n, number: 9, lane: 9n },
    { lamport: 2, epoch: 1n, number: 9, lane: 9n },
    { lamport: 2, epoch: 2n, number: 1, lane: 9n },
    { lamport: 2, epoch: 2n, number: 2, lane: 1n },
    { lamport: 2, epoch: 2n, number: 2, lane: 2n },
  ];
  expect(places.toReversed().toSorted(byPlace)).toEqual(places);
});
