import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { FakeHost, settled } from "./fake-host.ts";

function writerOn(host: FakeHost) {
  const broken: unknown[] = [];
  return { writer: new LineWriter(host, (error) => broken.push(error)), broken };
}

test("a line is out when write returns", () => {
  const host = new FakeHost();
  const { writer } = writerOn(host);
  writer.write("[1] grüß dich");
  expect(host.out).toBe("[1] grüß dich\n");
  expect(writer.flushed()).toBe(true);
});

test("a message is acknowledged before its line is written, and that is taken back when there is no room", async () => {
  const host = new FakeHost();
  const acknowledged: bigint[] = [];
  const seen: string[] = [];
  const acknowledge = (cursor: bigint): void => {
    acknowledged.push(cursor);
    seen.push(host.out);
  };
  const writer = new LineWriter(host, () => {}, acknowledge);
  writer.write("one", 1n);
  expect([acknowledged, seen]).toEqual([[1n], [""]]);
  host.room = 0;
  writer.write("two", 2n);
  writer.write("three", 3n);
  expect(acknowledged).toEqual([1n, 2n, 1n]);
  host.room = Number.POSITIVE_INFINITY;
  host.wake();
  expect(await writer.flushed()).toBe(true);
  expect(acknowledged).toEqual([1n, 2n, 1n, 3n]);
  expect(host.lines).toEqual(["one", "two", "three"]);
});

test("when the peer is closed, messages that wait are left to its next life, and other lines still come out", async () => {
  const host = new FakeHost();
  const broken: unknown[] = [];
  let isClosed = false;
  const acknowledge = (): void => {
    if (isClosed) throw new E3Error("closed", "the shown cursor is closed");
  };
  const writer = new LineWriter(host, (error) => broken.push(error), acknowledge);
  host.room = 0;
  writer.write("a message", 1n);
  writer.write("the last word");
  isClosed = true;
  host.room = Number.POSITIVE_INFINITY;
  host.wake();
  await writer.flushed();
  expect([host.lines, broken]).toEqual([["the last word"], []]);
});

test("of a chunk that was taken in part, what is not out whole does not count as shown", () => {
  const host = new FakeHost();
  const acknowledged: bigint[] = [];
  const writer = new LineWriter(
    host,
    () => {},
    (cursor) => acknowledged.push(cursor),
  );
  host.room = 5;
  writer.cork();
  for (const [index, line] of ["one", "two", "three"].entries()) writer.write(line, BigInt(index + 1));
  expect(acknowledged).toEqual([]);
  writer.uncork();
  expect(host.out).toBe("one\nt");
  expect(acknowledged).toEqual([3n, 1n]);
});

test("a full pipe loses, repeats and reorders nothing", async () => {
  const host = new FakeHost();
  const { writer } = writerOn(host);
  host.room = 8;
  for (const line of ["first", "second", "third"]) writer.write(line);
  const flushed = writer.flushed();
  expect(host.out).toBe("first\nse");
  host.wake();
  await settled();
  host.room = 6;
  host.wake();
  await settled();
  writer.write("fourth");
  expect(host.out).toBe("first\nsecond\nt");
  host.room = Number.POSITIVE_INFINITY;
  host.wake();
  expect(await flushed).toBe(true);
  expect(host.out).toBe("first\nsecond\nthird\nfourth\n");
  writer.write("fifth");
  expect(host.lines.at(-1)).toBe("fifth");
});

test("a reader that is gone is told once, and what waits for the flush learns that it will not come", async () => {
  const host = new FakeHost();
  const { writer, broken } = writerOn(host);
  host.room = 0;
  writer.write("never read");
  const flushed = writer.flushed();
  host.outputFails = "EPIPE";
  host.wake();
  expect(await flushed).toBe(false);
  writer.write("nor this");
  expect(writer.flushed()).toBe(false);
  expect(broken).toMatchObject([{ code: "EPIPE" }]);
});

test("there is room until a slow reader is megabytes behind, and again once it has caught up", async () => {
  const host = new FakeHost();
  const { writer } = writerOn(host);
  host.room = 0;
  writer.write("x".repeat(1_000_000));
  await writer.room();
  for (let line = 0; line < 9; line++) writer.write("x".repeat(1_000_000));
  let hasRoom = false;
  const room = writer.room().then(() => (hasRoom = true));
  await settled();
  expect(hasRoom).toBe(false);
  host.room = Number.POSITIVE_INFINITY;
  host.wake();
  await room;
  expect(host.lines.length).toBe(10);
});
