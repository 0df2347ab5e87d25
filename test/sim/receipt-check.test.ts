import { expect, test } from "vitest";
import { ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { CheckerRig, gone } from "./checker-rig.ts";

const { DELIVERED, STORED, SETTLED, REFUSED } = ReceiptStatus;

test("receipts for what is durable where they come from break nothing", () => {
  const rig = new CheckerRig();
  rig.keep(rig.c, rig.kept(rig.c));
  rig.send(rig.c, rig.a, rig.receipt(rig.c, { status: STORED }));
  rig.log(rig.b, {});
  rig.send(rig.b, rig.a, rig.receipt(rig.b, { status: DELIVERED }));
  rig.status(rig.a, "delivered");
  rig.send(rig.a, rig.c, rig.receipt(rig.a, { status: SETTLED }));
});

test.each([
  ["delivered before it is in the inbox on disk", DELIVERED, "b", "broken: 3"],
  ["stored before it is in the mailbox on disk", STORED, "c", "broken: 3"],
  ["settled by a peer that did not send it", SETTLED, "c", "broken: 5"],
  ["settled before it is", SETTLED, "a", "broken: 5"],
] as const)("a receipt that says %s is found", (_, status, from, broken) => {
  const rig = new CheckerRig();
  expect(() => rig.send(rig[from], rig.a, rig.receipt(rig[from], { status }))).toThrow(broken);
});

test.each([DELIVERED, STORED, REFUSED])("a receipt for what was never sent is found", (status) => {
  const rig = new CheckerRig();
  rig.log(rig.b, {});
  const ranges = [{ first: 1n, last: 2n }];
  rig.write(rig.b, rig.kept(rig.b));
  expect(() => rig.send(rig.b, rig.a, rig.receipt(rig.b, { status, ranges }))).toThrow("broken: 4");
  const conversation = 77n;
  expect(() => rig.send(rig.b, rig.a, rig.receipt(rig.b, { status, conversation }))).toThrow("broken: 4");
});

test("who passes a receipt on is not held to it, nor is who has settled what the receipt skips", () => {
  const rig = new CheckerRig();
  rig.send(rig.b, rig.c, rig.receipt(rig.b, { status: REFUSED }));
  const onward = rig.receipt(rig.b, { status: DELIVERED });
  rig.send(rig.c, rig.a, onward);
  rig.world.run(61_000);
  expect(rig.sent?.final?.status).toBe("expired");
  rig.send(rig.b, rig.a, onward);
});

test("a receipt that was true is not after its disk was lost", () => {
  const rig = new CheckerRig();
  rig.log(rig.b, {});
  rig.send(rig.b, rig.a, rig.receipt(rig.b, { status: DELIVERED }));
  rig.b.loseDisk();
  expect(() => rig.send(rig.b, rig.a, rig.receipt(rig.b, { status: DELIVERED }))).toThrow("broken: 3");
});

test("stored is said of a copy that was there, also once it is not any more", () => {
  const rig = new CheckerRig();
  rig.keep(rig.c, rig.kept(rig.c));
  rig.log(rig.b, {});
  rig.keep(rig.c, gone("mailbox", rig.keptKey));
  rig.send(rig.c, rig.a, rig.receipt(rig.c, { status: STORED }));
});
