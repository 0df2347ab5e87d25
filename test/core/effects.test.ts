import fc from "fast-check";
import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { framesOf, kindOf } from "../world/frames.ts";

function op(key: string): StoreOp {
  return { table: "meta", key, value: new Uint8Array([1]) };
}

test("everything leaves once, in the order it was added", () => {
  const effects = new Effects();
  effects.add({ kind: "dial", address: "127.0.0.1:8082" });
  effects.notice("warn", "look", { at: 1 });
  effects.frame(3, { case: "ping", value: { nonce: 7n } });
  const taken = effects.take();
  expect(taken.map(({ kind }) => kind)).toEqual(["dial", "notice", "frame"]);
  expect(framesOf(taken, 3)[0]).toMatchObject({ case: "ping", value: { nonce: 7n } });
  expect(effects.take()).toEqual([]);
});

test("what an event writes is one commit, and events count on", () => {
  const effects = new Effects();
  effects.put(op("a"));
  effects.put(op("b"));
  expect(effects.close(0)).toBe(false);
  effects.put(op("c"));
  effects.close(0);
  const commits = kindOf(effects.take(), "persist");
  expect(commits.map(({ commit, ops }) => [commit, ops.map(({ key }) => key)])).toEqual([
    [1, ["a", "b"]],
    [2, ["c"]],
  ]);
  expect(effects.close(0)).toBe(false);
  expect(effects.take()).toEqual([]);
});

test("an action waits for the writes of its own event, before and after it (invariant 1)", () => {
  const effects = new Effects();
  const ran: number[] = [];
  effects.put(op("a"));
  effects.whenDurable((nowMs) => ran.push(nowMs));
  effects.put(op("b"));
  expect(effects.close(1)).toBe(false);
  expect(ran).toEqual([]);
  effects.persisted(1, 5);
  expect(ran).toEqual([5]);
  effects.persisted(1, 6);
  expect(ran).toEqual([5]);
});

test("what is tidied can wait as long as nothing else is written and no action waits for it", () => {
  const effects = new Effects();
  effects.tidy(op("a"));
  effects.close(0);
  effects.tidy(op("b"));
  effects.whenDurable(() => {});
  effects.close(0);
  effects.tidy(op("c"));
  effects.put(op("d"));
  effects.close(0);
  effects.tidy(op("e"));
  effects.close(0);
  expect(kindOf(effects.take(), "persist").map(({ commit, canWait }) => [commit, canWait])).toEqual([
    [1, true],
    [2, false],
    [3, false],
    [4, true],
  ]);
});

test("what could wait cannot any more once an action of a later event waits for it; that is said once", () => {
  const effects = new Effects();
  effects.tidy(op("a"));
  effects.close(0);
  effects.take();
  effects.whenDurable(() => {});
  effects.close(0);
  expect(effects.take()).toEqual([{ kind: "persist", commit: 1, ops: [], canWait: false }]);
  effects.whenDurable(() => {});
  effects.close(0);
  expect(effects.take()).toEqual([]);
});

test("an action of an event that writes nothing waits for the writes before it (invariant 1)", () => {
  const effects = new Effects();
  const ran: string[] = [];
  effects.put(op("a"));
  effects.close(0);
  effects.whenDurable(() => ran.push("late"));
  expect(effects.close(0)).toBe(false);
  expect(ran).toEqual([]);
  effects.persisted(1, 0);
  expect(ran).toEqual(["late"]);
});

test("with nothing to wait for an action runs when the event closes, and what it writes is closed too", () => {
  const effects = new Effects();
  effects.whenDurable(() => {
    effects.put(op("a"));
    effects.whenDurable(() => effects.add({ kind: "ready" }));
  });
  expect(effects.close(0)).toBe(true);
  expect(effects.close(0)).toBe(false);
  expect(effects.take().map(({ kind }) => kind)).toEqual(["persist"]);
  effects.persisted(1, 0);
  expect(effects.take().map(({ kind }) => kind)).toEqual(["ready"]);
});

test("envelopes for one link leave as one effect, in order, after all else of the event (invariant 3)", () => {
  const effects = new Effects();
  const [a, b, c] = [1, 2, 3].map((byte) => new Uint8Array([byte]));
  if (a === undefined || b === undefined || c === undefined) throw new Error("three envelopes were made");
  effects.envelope(1, a);
  effects.envelope(2, b);
  effects.envelope(1, c);
  effects.add({ kind: "ready" });
  expect(effects.take()).toEqual([
    { kind: "ready" },
    { kind: "envelopes", link: 1, envelopes: [a, c] },
    { kind: "envelopes", link: 2, envelopes: [b] },
  ]);
  expect(effects.take()).toEqual([]);
});

test("a frame behind envelopes leaves after those queued on its link so far, and before those queued later", () => {
  const effects = new Effects();
  const [a = new Uint8Array(), b = new Uint8Array()] = [1, 2].map((byte) => new Uint8Array([byte]));
  effects.envelope(1, a);
  effects.envelope(2, b);
  effects.frameBehind(1, { case: "ping", value: { nonce: 5n } });
  effects.frameBehind(3, { case: "ping", value: { nonce: 6n } });
  effects.envelope(1, b);
  expect(effects.take()).toMatchObject([
    { kind: "envelopes", link: 1, envelopes: [a] },
    { kind: "frame", link: 1 },
    { kind: "frame", link: 3 },
    { kind: "envelopes", link: 2, envelopes: [b] },
    { kind: "envelopes", link: 1, envelopes: [b] },
  ]);
  expect(effects.take()).toEqual([]);
});

test("counts start at nothing and go up one by one", () => {
  const effects = new Effects();
  expect(effects.counts).toEqual({
    forwarded: 0,
    suppressed: 0,
    stranded: 0,
    outOfHops: 0,
    tooLarge: 0,
    spread: 0,
    repaired: 0,
  });
  effects.count("stranded");
  effects.count("stranded");
  expect(effects.counts.stranded).toBe(2);
});

test("however writes, actions and confirmations mix, actions run in order and never early (invariants 1 and 2)", () => {
  const step = fc.constantFrom("put", "act", "close", "persisted");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const effects = new Effects();
      let [writes, given, commit, durable] = [0, 0, 0, 0];
      const writesBy: number[] = [0];
      const ran: number[] = [];
      const apply = (): void => {
        for (const effect of kindOf(effects.take(), "persist")) writesBy[(commit = effect.commit)] = writes;
      };
      for (const each of steps) {
        if (each === "put") effects.put(op(String((writes += 1))));
        else if (each === "act") {
          const [name, needs] = [(given += 1), writes];
          effects.whenDurable(() => {
            expect(writesBy[durable] ?? 0).toBeGreaterThanOrEqual(needs);
            ran.push(name);
          });
        } else if (each === "close") {
          effects.close(0);
          apply();
        } else effects.persisted((durable = commit), 0);
      }
      effects.close(0);
      apply();
      effects.persisted((durable = commit), 0);
      expect(ran).toEqual(Array.from({ length: given }, (_, index) => index + 1));
    }),
    { numRuns: 300 },
  );
});

test("news of sends that follow one another and fare alike are one effect; anything in between begins another", () => {
  const effects = new Effects();
  const tell = (number: number, conversation = 1n, status: "delivered" | "expired" = "delivered", reason = ""): void =>
    effects.status({ to: 5n, conversation, number }, { status, reason });
  for (const number of [1, 2, 3]) tell(number);
  tell(5);
  tell(6, 2n);
  tell(7, 2n, "expired");
  tell(8, 2n, "expired", "too late");
  effects.notice("info", "in between");
  tell(9, 2n, "expired", "too late");
  const told = kindOf(effects.take(), "status");
  expect(told.map(({ first, last }) => [first, last])).toEqual([
    [1, 3],
    [5, 5],
    [6, 6],
    [7, 7],
    [8, 8],
    [9, 9],
  ]);
  // What has left is not added to any more.
  tell(10, 2n, "expired", "too late");
  expect([told.at(-1)?.last, kindOf(effects.take(), "status").length]).toEqual([9, 1]);
});
