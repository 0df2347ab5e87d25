import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { bodyOf } from "../../src/core/header.ts";
import { readPreface } from "../../src/core/preface.ts";
import { arrivalOf } from "../../src/core/spread-arrival.ts";
import { headerOf } from "./room.ts";
import { saying, SpreadRoom } from "./spread-room.ts";

test("it comes after what its sender had seen of others, and no floor passes over what was missed", () => {
  const envelope = saying("7/2", { after: ["8/1", "9/3"] });
  const [header, body] = [headerOf(envelope), bodyOf(envelope)];
  const preface = readPreface(body);
  if (typeof preface === "string") throw new Error(preface);
  const judges = { own: { isOwn: (epoch: bigint) => epoch === 8n }, limits: defaultLimits };
  expect(arrivalOf({ header, body, preface, isEmptied: false }, judges)).toMatchObject({
    ...{ epoch: 7n, number: 2, floor: 0, begin: 0, isDirect: true },
    after: [{ epoch: 9n, number: 3 }],
  });
});

test("what came early, and waited when a life ended, the next one shows and tells of, though nobody else has it", () => {
  const peer = new SpreadRoom();
  peer.take(2, [saying("7/1"), saying("7/3"), saying("8/2")]);
  expect(peer.shown).toEqual(["7/1"]);
  const later = new SpreadRoom([[1, 2]], { store: peer.room.store, incarnation: 2n });
  expect(later.room.spread.nextDeadlineMs).toBe(0);
  later.due(0);
  expect(later.room.spread.nextDeadlineMs).toBeGreaterThan(0);
  later.giveUp(1_000_000);
  expect(later.shown).toEqual(["7/1", "(1 missing) 7/3", "(1 missing) 8/2"]);
  expect(later.told(2, later.hear(2, { list: true }, 1_000_000))).toEqual(["7 is 1-3 but 2-2, 8 is 2-2 but 1-1"]);
});
