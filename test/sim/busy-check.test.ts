import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { Effect } from "../../src/core/effect.ts";
import { SignalKind } from "../../src/gen/e3/v1/envelope_pb.ts";
import { MarkRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { BusyCheck } from "./busy-check.ts";
import { DeedsRig } from "./deeds-rig.ts";
import { IdCheck } from "./id-check.ts";
import type { Letter } from "./letters.ts";

function letter(kind: SignalKind, session = 9n): Letter {
  const name = { kind: "quiet", conversation: 1n, number: 1, to: 1n, text: "", group: undefined } as const;
  return { ...name, sentAtMs: 0, expiresAtMs: 60_000, signal: { kind, session } };
}

/** What a step writes that takes number 1 of conversation 1 of epoch 7. */
function taking(): readonly Effect[] {
  const value = toBinary(MarkRecordSchema, create(MarkRecordSchema, { epoch: 7n, conversation: 1n, next: 2n }));
  return [{ kind: "persist", commit: 1, ops: [{ table: "marks", key: "x", value }] }];
}

test("who takes a request while it is in a session says at once that it is busy", () => {
  const rig = new DeedsRig();
  const check = new BusyCheck(new IdCheck());
  const request = { ...letter(SignalKind.REQUEST), sentAtMs: rig.b.nowMs };
  check.says(rig.c, 7n, request);
  check.stepped(rig.b, taking(), []);
  rig.act(rig.a, { kind: "session-ask", to: 2n });
  rig.act(rig.b, { kind: "session-answer", to: 1n, answer: "accept" });
  check.stepped(rig.b, [], []);
  check.says(rig.c, 7n, request);
  check.stepped(rig.b, taking(), [letter(SignalKind.BUSY)]);
  check.says(rig.c, 7n, request);
  expect(() => check.stepped(rig.b, taking(), [letter(SignalKind.BUSY, 8n)])).toThrow("who is in a session is busy");
});

test("who says that it is busy is in a session, or just was", () => {
  const rig = new DeedsRig();
  const check = new BusyCheck(new IdCheck());
  expect(() => check.says(rig.a, 7n, letter(SignalKind.BUSY))).toThrow("busy is who is in a session");
  rig.act(rig.a, { kind: "session-ask", to: 2n });
  check.says(rig.a, 7n, letter(SignalKind.BUSY));
  check.acted(rig.a);
  rig.act(rig.a, { kind: "session-end" });
  check.says(rig.a, 7n, letter(SignalKind.BUSY));
  check.stepped(rig.a, [], []);
  expect(() => check.says(rig.a, 7n, letter(SignalKind.BUSY))).toThrow("busy is who is in a session");
});
