import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { CustodySchema, EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { CheckerRig } from "./checker-rig.ts";

test("a message that travels as it was sent breaks nothing, at any hop, in custody or not", () => {
  const rig = new CheckerRig();
  rig.send(rig.a, rig.c, rig.message());
  rig.send(rig.c, rig.b, rig.message({ hopsLeft: 63 }));
  const parcel = { hopsLeft: 64, origin: 1n, epoch: rig.epoch, destinations: [3n] };
  const value = create(CustodySchema, { envelopes: [rig.message()] });
  rig.send(rig.a, rig.c, create(EnvelopeSchema, { ...parcel, body: { case: "custody", value } }));
});

test.each<readonly [string, MessageInitShape<typeof EnvelopeSchema>, string]>([
  ["other words", { body: { case: "text", value: "ha" } }, "broken: 11"],
  ["a number nobody gave", { number: 2n }, "broken: 11"],
  ["an epoch nobody has", { epoch: 9n }, "broken: 11"],
  ["an origin that is not its sender", { origin: 3n }, "by its shown sender"],
  ["another key than it was bound to", { destinationKeys: [7n] }, "broken: 8"],
  ["no key", { destinationKeys: [] }, "broken: 8"],
  ["a floor above what is not settled", { floor: 2n }, "broken: 10"],
  ["more hops than there may be", { hopsLeft: 65 }, "broken: 12"],
  ["nobody to go to", { destinations: [], destinationKeys: [] }, "broken: 12"],
])("a message with %s is found", (_, init, broken) => {
  const rig = new CheckerRig();
  expect(() => rig.send(rig.c, rig.b, rig.message(init))).toThrow(broken);
});

test("a message that leaves before it is on its sender's disk is found", () => {
  const rig = new CheckerRig();
  const { a, conversation } = rig;
  rig.world.checker.submitted(a, { to: 2n, conversation, number: 2, text: "hi", expiresAtMs: a.worldMs + 60_000 });
  expect(() => rig.send(rig.a, rig.b, rig.message({ number: 2n }))).toThrow("broken: law 3");
});

test("what had a number in a life that a backup forgot goes on; what has it now does not leave before it is on the disk", () => {
  const rig = new CheckerRig();
  const { a, c, conversation } = rig;
  rig.world.checker.diskChanged(a, { kind: "old" });
  rig.world.checker.submitted(a, { to: 2n, conversation, number: 1, text: "anew", expiresAtMs: a.worldMs + 60_000 });
  rig.send(c, rig.b, rig.message());
  const anew = rig.message({ body: { case: "text", value: "anew" } });
  expect(() => rig.send(a, rig.b, anew)).toThrow("broken: law 3");
});

test("a frame with more envelopes than it may have is found", () => {
  const rig = new CheckerRig();
  const envelopes = Array.from({ length: rig.a.limits.batchCountMax + 1 }, () => rig.message());
  expect(() => rig.send(rig.a, rig.b, ...envelopes)).toThrow("broken: 12");
});
