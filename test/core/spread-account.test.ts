import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { encodePreface } from "../../src/core/preface.ts";
import { accountOf } from "../../src/core/spread-account.ts";
import { envelopeOf } from "./room.ts";

function keptOf(hopLimit: number) {
  const body = Uint8Array.from([...encodePreface({ after: [], lamport: 1 }, hopLimit), ...encodeText("hi")]);
  return {
    epoch: 7n,
    number: 2,
    envelope: envelopeOf({ number: 2, sentAtMs: 5, destinations: [], destinationKeys: [] }, body),
    expiresAtMs: 9,
  };
}

const settled = { durable: 2, isSettled: (): boolean => true };

test.each([
  [
    "on its way to the disk",
    { durable: 1, isSettled: (): boolean => false },
    "waiting",
    "it is being written to this peer's disk",
  ],
  [
    "with nobody else yet",
    { durable: 2, isSettled: (): boolean => false },
    "accepted",
    "it leaves as soon as a peer is there",
  ],
  ["with a neighbour", settled, "spread", "peers that come until it expires get it, too"],
] as const)("an own message that is %s", (_, own, status, next) => {
  expect(accountOf(keptOf(0), own, 2)).toEqual({ number: 2, status, sentAtMs: 5, expiresAtMs: 9, next });
});

test.each([
  [1, "peers that come within 1 hop until it expires get it, too"],
  [3, "peers that come within 3 hops until it expires get it, too"],
])("with a hop limit of %i it says whom it is for", (hopLimit, next) => {
  expect(accountOf(keptOf(hopLimit), settled, 2)?.next).toBe(next);
});

test("nothing is said of what is not kept, or cannot be read", () => {
  expect(accountOf(undefined, settled, 2)).toBeUndefined();
  expect(accountOf({ ...keptOf(0), envelope: Uint8Array.of(1) }, settled, 2)).toBeUndefined();
});
