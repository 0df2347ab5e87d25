import { expect, test } from "vitest";
import { CheckerRig, gone, type Logged } from "./checker-rig.ts";

// The checker is only worth what it finds: each test plants one violation by telling it what no sound peer would.

/** What is planted, by what is found. */
type Planted = readonly [what: string, plant: (rig: CheckerRig) => void, broken: string];

/** A second send, taken and on no disk. */
function submit({ world, a, conversation }: CheckerRig): void {
  world.checker.submitted(a, { to: 2n, conversation, number: 2, text: "ho", expiresAtMs: a.worldMs + 60_000 });
}

/** The life of a ends and another begins, with its outbox as it was. */
function restart({ world, a }: CheckerRig): void {
  a.restart();
  world.run(100);
}

test("a message that is logged as it was sent breaks nothing", () => {
  const rig = new CheckerRig();
  rig.log(rig.b, {});
  rig.status(rig.a, "delivered");
  rig.write(rig.a, gone("outbox", rig.outboxKey));
});

test.each<Planted>([
  ["delivered before it is on the receiver's disk", (rig) => rig.status(rig.a, "delivered"), "3, 4"],
  ["stored before any custodian has it on disk", (rig) => rig.status(rig.a, "stored"), "stored is durable"],
  ["expired before its time", (rig) => rig.status(rig.a, "expired"), "only after its time"],
  [
    "accepted before it is on the sender's disk",
    (rig) => {
      submit(rig);
      rig.status(rig.a, "accepted", 2);
    },
    "broken: 1",
  ],
  ["a status of what was never sent", (rig) => rig.status(rig.a, "accepted", 5), "a status is of a send"],
  [
    "a second final status",
    (rig) => {
      rig.log(rig.b, {});
      rig.status(rig.a, "delivered");
      rig.status(rig.a, "delivered");
    },
    "one final status",
  ],
  [
    "another final status in a later life",
    (rig) => {
      rig.log(rig.b, {});
      rig.status(rig.a, "delivered");
      restart(rig);
      rig.status(rig.a, "refused");
    },
    "one final status",
  ],
  [
    "a status after the send was settled for good",
    (rig) => {
      rig.log(rig.b, {});
      rig.status(rig.a, "delivered");
      rig.write(rig.a, gone("outbox", rig.outboxKey));
      restart(rig);
      rig.status(rig.a, "delivered");
    },
    "one final status",
  ],
  ["an accepted message gone from the outbox", (rig) => rig.write(rig.a, gone("outbox", rig.outboxKey)), "broken: 1"],
  [
    "a number that is given twice",
    (rig) => {
      const { a, conversation } = rig;
      rig.world.checker.submitted(a, { to: 2n, conversation, number: 1, text: "ho", expiresAtMs: a.worldMs });
    },
    "a number is given once",
  ],
  [
    "a message that was not shown gone from the inbox",
    (rig) => {
      rig.log(rig.b, {});
      rig.write(rig.b, gone("inbox", "0000000000000001"));
    },
    "kept until it is shown",
  ],
])("%s is found", (_, plant, broken) => {
  expect(() => plant(new CheckerRig())).toThrow(broken);
});

test("who dies between the telling and the disk may tell the same again", () => {
  const rig = new CheckerRig();
  rig.log(rig.b, {});
  rig.status(rig.a, "delivered");
  restart(rig);
  rig.status(rig.a, "delivered");
});

test("delivered in one life and expired in the next is counted: the first died before its disk had heard of it", () => {
  const rig = new CheckerRig();
  rig.log(rig.b, {});
  rig.status(rig.a, "delivered");
  restart(rig);
  rig.world.run(61_000);
  expect(rig.world.checker.contradictions).toBe(1);
});

test("what waits for a commit is told of in a later life, if its time has come by then", () => {
  const rig = new CheckerRig();
  restart(rig);
  rig.world.run(61_000);
  expect(rig.a.statuses).toEqual(["2#1 accepted", "2#1 expired: no receipt came within its time to live"]);
});

test.each<readonly [string, readonly Logged[], string]>([
  ["twice", [{}, { cursor: 2 }], "broken: 2"],
  ["that nobody sent", [{ number: 5 }], "broken: 4, 11"],
  ["with other words", [{ text: "ha" }], "broken: 11"],
  ["from somebody else", [{ from: 3n }], "broken: 11"],
  ["with a gap that is none", [{ missing: 1 }], "broken: 9, 10"],
  ["under a cursor out of turn", [{ cursor: 7 }], "broken: 9, 10"],
])("a message logged %s is found", (_, messages, broken) => {
  const rig = new CheckerRig();
  expect(() => rig.log(rig.b, ...messages)).toThrow(broken);
});

test("mail at another peer than its target is found", () => {
  const rig = new CheckerRig();
  expect(() => rig.log(rig.c, {})).toThrow("broken: 8");
});

test("mail bound to one key, at another peer with the same id, is found", () => {
  const rig = new CheckerRig();
  const other = rig.world.peer("d", { id: 2n });
  rig.world.run(1_000);
  const meets = (): void => rig.frame(other, rig.a, { case: "hello", value: { key: new Uint8Array(32) } });
  meets();
  rig.world.checker.stepped(other, { kind: "alarm" }, [{ kind: "id", id: 2n, reason: "planted" }]);
  expect(() => rig.log(other, {})).toThrow("reaches no other");
});

test("messages out of order are found unless the earlier was said to be missing", () => {
  const order = (missing: number): void => {
    const rig = new CheckerRig();
    rig.a.send(2n, "hi", 60_000);
    rig.world.run(100);
    rig.log(rig.b, { number: 2, missing }, { cursor: 2, number: 1 });
    expect(rig.world.checker.late).toBe(1);
  };
  expect(() => order(0)).toThrow("broken: 9, 10");
  order(1);
});

test("a write that failed and is repeated counts by what is left of it", () => {
  const rig = new CheckerRig();
  rig.wakeApart(rig.b);
  rig.log(rig.b, {});
  rig.world.checker.stepped(rig.b, { kind: "shown", cursor: 1 }, []);
  // Logged, trimmed, and the first of these writes repeated together with the second.
  rig.write(rig.b, gone("inbox", "0000000000000001"));
  rig.write(rig.b, rig.logged(), gone("inbox", "0000000000000001"));
});

test("a sender whose disk is lost owes nothing, and one whose disk came back old may tell anew", () => {
  const rig = new CheckerRig();
  rig.a.backUp();
  rig.log(rig.b, {});
  rig.status(rig.a, "delivered");
  rig.a.crash();
  rig.a.ageDisk();
  expect(rig.sent).toMatchObject({ inOutbox: true, final: undefined });
  rig.a.start();
  rig.world.run(100);
  rig.a.send(2n, "ho");
  rig.world.run(100);
  rig.a.crash();
  rig.a.loseDisk();
  // The first was settled once, and not any more when the disk went that was to tell it anew.
  expect(rig.world.checker.sends.map(({ inOutbox, lost }) => [inOutbox, lost])).toEqual([
    [false, true],
    [false, true],
  ]);
});

test("what was settled before a disk was lost is not lost with it", () => {
  const rig = new CheckerRig();
  rig.log(rig.b, {});
  rig.status(rig.a, "delivered");
  rig.a.crash();
  rig.a.loseDisk();
  expect(rig.sent).toMatchObject({ inOutbox: false, lost: false, final: { status: "delivered" } });
});

test("a receiver whose disk is lost may log a message again, and one whose disk is not may not", () => {
  const rig = new CheckerRig();
  rig.log(rig.b, {});
  rig.b.loseDisk();
  rig.log(rig.b, { cursor: 9 });
  expect(() => rig.log(rig.b, { cursor: 10 })).toThrow("broken: 2");
});
