import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { bodyOf, readHeader } from "../../src/core/header.ts";
import { allTo } from "../../src/core/frontier.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { SpreadLog } from "../../src/core/spread-log.ts";
import { moveUnsettled } from "../../src/core/spread-move.ts";
import { SpreadOwn } from "../../src/core/spread-own.ts";
import { saying } from "./spread-room.ts";

test("what nobody has yet is the same message in the other epoch, and gone from the one before", () => {
  const effects = new Effects();
  const own = new SpreadOwn(defaultLimits, 7n);
  const log = new SpreadLog(defaultLimits, () => true);
  for (const number of [1, 2, 3]) {
    own.submit(10);
    log.put({ epoch: 7n, number, envelope: saying(`7/${number}`), expiresAtMs: 100 + number }, effects);
  }
  own.accepted([1, 2, 3], effects);
  own.handed(1);
  own.told(allTo(1), effects);
  moveUnsettled(own, log, { from: 7n, to: 8n }, effects);
  expect([...log.all()].map(({ epoch, number }) => `${epoch}/${number}`)).toEqual(["7/1", "8/2", "8/3"]);
  const moved = log.get(8n, 3);
  expect(moved?.expiresAtMs).toBe(103);
  expect(readHeader(moved?.envelope ?? new Uint8Array(), 0)).toMatchObject({ epoch: 8n, number: 3 });
  expect(bodyOf(moved?.envelope ?? new Uint8Array())).toEqual(bodyOf(saying("7/3")));
});
