import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { key64, type StoreOp } from "../../src/core/store-op.ts";
import { EnvelopeSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { InboxRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { epochOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";
import { World } from "./world.ts";

// The checker is only worth what it finds: each test plants one violation by telling it what no sound peer would.

/** a has sent "hi" to b, who does not run; it is accepted as number 1. */
function world(): { world: World; a: SimPeer; b: SimPeer; epoch: bigint } {
  const world = new World({ seed: 1 });
  const a = world.peer("a", { id: 1n });
  const b = world.peer("b", { id: 2n });
  world.run(100);
  b.crash();
  a.send(2n, "hi", 60_000);
  world.run(100);
  const identity = a.disk.get("meta", "identity");
  const epoch = epochOf([{ table: "meta", key: "identity", value: identity }]) ?? 0n;
  return { world, a, b, epoch };
}

/** Its conversation, the same in all of these worlds since their seed is. */
const conversation = BigInt(`0x${world().a.disk.entries("lanes")[0]?.key ?? ""}`);

interface Logged {
  readonly cursor?: number;
  readonly from?: bigint;
  readonly number?: number;
  readonly missing?: number;
  readonly text?: string;
}

function logged(epoch: bigint, message: Logged = {}): readonly StoreOp[] {
  const { cursor = 1, from = 1n, number = 1, missing = 0, text = "hi" } = message;
  const body = toBinary(EnvelopeSchema, create(EnvelopeSchema, { body: { case: "text", value: text } }));
  const record = create(InboxRecordSchema, {
    cursor: BigInt(cursor),
    from,
    epoch,
    conversation,
    number: BigInt(number),
    missing: BigInt(missing),
    body,
  });
  return [{ table: "inbox", key: key64(BigInt(cursor)), value: toBinary(InboxRecordSchema, record) }];
}

const status = { conversation, number: 1 };
const outboxKey = key64(conversation) + key64(1n);

test("a message that is logged as it was sent breaks nothing", () => {
  const { world: w, a, b, epoch } = world();
  w.checker.applied(b, logged(epoch));
  w.checker.status(a, { ...status, status: "delivered" });
  w.checker.applied(a, [{ table: "outbox", key: outboxKey, value: undefined }]);
});

test("delivered before it is on the receiver's disk is found", () => {
  const { world: w, a } = world();
  expect(() => w.checker.status(a, { ...status, status: "delivered" })).toThrow("3, 4");
});

test("stored before any custodian has it on disk is found", () => {
  const { world: w, a } = world();
  expect(() => w.checker.status(a, { ...status, status: "stored" })).toThrow("stored");
});

test("accepted before it is on the sender's disk is found", () => {
  const { world: w, a } = world();
  w.checker.submitted(a, { to: 2n, conversation, number: 2, text: "ho", expiresAtMs: a.worldMs + 60_000 });
  expect(() => w.checker.status(a, { conversation, number: 2, status: "accepted" })).toThrow("broken: 1");
});

test("a second final status is found", () => {
  const { world: w, a, b, epoch } = world();
  w.checker.applied(b, logged(epoch));
  w.checker.status(a, { ...status, status: "delivered" });
  expect(() => w.checker.status(a, { ...status, status: "expired" })).toThrow("one final status");
});

test("expired before its time is found", () => {
  const { world: w, a } = world();
  expect(() => w.checker.status(a, { ...status, status: "expired" })).toThrow("only after its time");
});

test("an accepted message that leaves the outbox unsettled is found", () => {
  const { world: w, a } = world();
  const gone = { table: "outbox", key: outboxKey, value: undefined } as const;
  expect(() => w.checker.applied(a, [gone])).toThrow("broken: 1");
});

test("a copy dropped while its message is needed is found", () => {
  const { world: w, b, epoch } = world();
  const key = [epoch, conversation, 2n, 1n].map(key64).join("");
  w.checker.applied(b, [{ table: "mailbox", key, value: Uint8Array.of(1) }]);
  expect(() => w.checker.applied(b, [{ table: "mailbox", key, value: undefined }])).toThrow("broken: 5");
});

test.each<readonly [string, readonly Logged[], string]>([
  ["twice", [{}, { cursor: 2 }], "broken: 2"],
  ["that nobody sent", [{ number: 5 }], "broken: 4, 11"],
  ["with other words", [{ text: "ha" }], "broken: 11"],
  ["from somebody else", [{ from: 3n }], "broken: 11"],
  ["with a gap that is none", [{ missing: 1 }], "broken: 9, 10"],
  ["under a cursor out of turn", [{ cursor: 7 }], "broken: 9, 10"],
])("a message logged %s is found", (_, messages, broken) => {
  const { world: w, b, epoch } = world();
  const log = (): void => {
    for (const message of messages) w.checker.applied(b, logged(epoch, message));
  };
  expect(log).toThrow(broken);
});

test("mail at another peer than its target is found", () => {
  const { world: w, a, epoch } = world();
  expect(() => w.checker.applied(a, logged(epoch))).toThrow("broken: 8");
});

test("messages out of order are found unless the earlier was said to be missing", () => {
  const order = (missing: number): void => {
    const { world: w, a, b, epoch } = world();
    a.send(2n, "hi", 60_000);
    w.run(100);
    w.checker.applied(b, logged(epoch, { number: 2, missing }));
    w.checker.applied(b, logged(epoch, { cursor: 2, number: 1 }));
    expect(w.checker.late).toBe(1);
  };
  expect(() => order(0)).toThrow("broken: 9, 10");
  order(1);
});
