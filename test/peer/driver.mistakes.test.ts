import { expect, test, vi } from "vitest";
import { alarm, Bench, on, persist } from "./driver-bench.ts";
import { FakeWire } from "./fake-wire.ts";
import { calm } from "./time.ts";

// A mistake of e3's own must surface, and must not leave a peer behind that limps.

test("an exception in a step is logged, told once, and ends all that would follow from it", async () => {
  const bench = new Bench();
  bench.nextDeadlineMs = bench.time.nowMs + 100;
  bench.driver.feed({ kind: "shown", cursor: 1 });
  let waited = false;
  bench.driver.wait(
    () => false,
    9_000,
    () => (waited = true),
  );
  bench.answer = () => {
    throw new Error("an invariant does not hold");
  };
  bench.driver.feed(alarm);
  bench.driver.feed(alarm);
  bench.driver.kick();
  await bench.time.pass(1_000);
  expect(bench.kinds).toEqual(["shown", "alarm"]);
  expect(bench.failures).toEqual(["an invariant does not hold"]);
  expect(bench.complaints).toEqual(["error: a mistake in e3 came up, and the peer ends"]);
  expect(bench.log.entries[0]?.fields["error"]).toBeInstanceOf(Error);
  expect(bench.clock.alarmAtMs).toBe(Infinity);
  expect(waited).toBe(true);
});

test("an exception in an effect leaves the effects and events behind it undone", async () => {
  const bench = new Bench();
  bench.dialFails = new Error("no such transport");
  bench.answer = on("alarm", { kind: "received", cursor: 1 }, { kind: "dial", address: "127.0.0.1:1" }, persist(1));
  bench.onTold = () => bench.driver.feed({ kind: "shown", cursor: 1 });
  bench.driver.feed(alarm);
  await calm();
  expect(bench.kinds).toEqual(["alarm"]);
  expect(bench.disk.commits).toEqual([]);
  expect(bench.failures).toEqual(["no such transport"]);
});

test("an exception within a call of the transport does not reach the transport", () => {
  const bench = new Bench();
  const wire = new FakeWire();
  bench.answer = on(
    "link-opened",
    { kind: "frame", link: 1, bytes: new Uint8Array(1) },
    { kind: "frame", link: 1, bytes: new Uint8Array(1) },
  );
  const handler = bench.driver.accept(wire);
  // Drained although the write is still outstanding: the next write throws.
  handler.drained();
  expect(bench.failures).toEqual(["a write is still outstanding"]);
});

test("an exception in what the store's answer brings about does not stay with the store", async () => {
  const bench = new Bench();
  bench.answer = (event) => {
    if (event.kind === "persisted") throw new Error("not that");
    return [persist(1)];
  };
  bench.driver.feed(alarm);
  await calm();
  expect(bench.failures).toEqual(["not that"]);
});

test("a log that throws ends the peer, and nobody else", () => {
  const bench = new Bench();
  vi.spyOn(bench.log, "info").mockImplementation(() => {
    throw new Error("the log is full");
  });
  vi.spyOn(bench.log, "error").mockImplementation(() => {
    throw new Error("the log is full");
  });
  bench.answer = on("alarm", { kind: "notice", level: "info", message: "link up", fields: {} });
  bench.driver.feed(alarm);
  expect(bench.failures).toEqual(["the log is full"]);
});
