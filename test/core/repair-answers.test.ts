import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { Epochs } from "../../src/core/epochs.ts";
import { Inbox } from "../../src/core/inbox.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links } from "../../src/core/links.ts";
import { Answers } from "../../src/core/repair-answers.ts";
import { SpreadLog } from "../../src/core/spread-log.ts";
import { SpreadOwn } from "../../src/core/spread-own.ts";
import { saidOf } from "../world/frames.ts";
import { openLink } from "../world/link-parts.ts";
import { ownEpoch } from "./room.ts";
import { FrontiersSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { left, saying, SpreadRoom, wanted } from "./spread-room.ts";

test("what was said before a life was compared with a neighbour is given to nobody until then", () => {
  const peer = new SpreadRoom([]);
  peer.say(["a"]);
  peer.room.persist();
  const later = new SpreadRoom([[1, 2]], { store: peer.room.store, incarnation: 2n });
  later.take(2, [saying("7/1")]);
  const asks = { wanted: [wanted(ownEpoch, 1, 1), wanted(7n, 1, 1)] };
  expect(left(later.hear(2, asks))).toEqual(["2: 7/1"]);
  later.hear(2, { list: true });
  expect(left(later.hear(2, asks))).toEqual([`2: ${ownEpoch}/1`, "2: 7/1"]);
});

test("one answer says of as many epochs as it has room for, holes counted, however many are asked for", () => {
  const limits = { ...defaultLimits, answerCountMax: 10 };
  const own = new SpreadOwn(limits);
  const log = new SpreadLog(limits, () => false);
  const epochs = new Epochs({ inbox: new Inbox(limits), log, own, limits });
  const missing = [2, 4, 6].map((number) => ({ first: number, last: number }));
  for (let epoch = 1n; epoch <= 9n; epoch += 1n) epochs.raise(epoch, { number: 8, missing });
  const effects = new Effects();
  const answers = new Answers({ epochs, own, limits, effects, log });
  const link = openLink(new Links(limits, 1n), { number: 1 });
  const ask = { wanted: [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n].map((epoch) => wanted(epoch, 2, 2)) };
  answers.give(link, create(FrontiersSchema, ask).wanted, 0);
  effects.close(0);
  const [answer] = saidOf(effects.take(), "frontiers", 1);
  expect(answer?.held.map(({ epoch }) => epoch)).toEqual([1n, 2n, 3n]);
});
