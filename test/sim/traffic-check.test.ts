import { expect, test } from "vitest";
import { ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { CheckerRig } from "./checker-rig.ts";

/** a sends its message so many times, so far apart, milliseconds. */
function repeat(rig: CheckerRig, times: number, everyMs: number): void {
  for (let time = 0; time < times; time += 1) {
    rig.world.run(everyMs);
    rig.emit(rig.a, rig.message());
  }
}

/** A scene in which nothing has happened for a while. */
function quiet(): CheckerRig {
  const rig = new CheckerRig();
  rig.world.run(3_000);
  return rig;
}

test("a message that is repeated after twice as long each time breaks nothing", () => {
  const rig = quiet();
  rig.emit(rig.a, rig.message());
  for (const waitMs of [500, 1_000, 2_000, 4_000, 8_000, 16_000]) repeat(rig, 1, waitMs);
});

test("a message that is repeated at the same pace for ever is found", () => {
  expect(() => repeat(quiet(), 12, 500)).toThrow("broken: 13");
});

test("what happens to links or comes of the conversation begins the pace anew", () => {
  const rig = quiet();
  for (let round = 0; round < 5; round += 1) {
    rig.world.checker.stepped(rig.a, { kind: "link-closed", link: 9, reason: "" }, []);
    repeat(rig, 3, 500);
  }
});

test("copies that go round over a link are found, as many as nobody may send", () => {
  const rig = quiet();
  const storm = (): void => {
    for (let time = 0; time < 60; time += 1) rig.send(rig.a, rig.c, rig.message());
  };
  expect(storm).toThrow("a storm dies out");
});

test("as many copies in as many seconds break nothing", () => {
  const rig = quiet();
  for (let time = 0; time < 60; time += 1) {
    rig.world.run(200);
    rig.send(rig.a, rig.c, rig.message());
  }
});

test("a message that leaves with more or less time to live than it has is found", () => {
  const rig = quiet();
  expect(() => rig.emit(rig.a, rig.message({ ttlMs: rig.leftMs + 100 }))).toThrow("kept for its time");
  expect(() => rig.emit(rig.a, rig.message({ ttlMs: rig.leftMs - 100 }))).toThrow("kept for its time");
});

test("receipts are no messages: they have no pace", () => {
  const rig = quiet();
  for (let time = 0; time < 60; time += 1)
    rig.send(rig.b, rig.a, rig.receipt(rig.b, { status: ReceiptStatus.REFUSED }));
});
