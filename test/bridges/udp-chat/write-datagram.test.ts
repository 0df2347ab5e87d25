import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer, Datagram } from "../../../src/bridges/udp-chat/datagram.ts";
import { readDatagram } from "../../../src/bridges/udp-chat/read-datagram.ts";
import { textBytesMax, textFault } from "../../../src/bridges/udp-chat/text.ts";
import { writeConnects, writeDatagram } from "../../../src/bridges/udp-chat/write-datagram.ts";

function write(said: Exclude<Datagram, { readonly kind: "connect" }> | Answer): string {
  return new TextDecoder().decode(writeDatagram(said));
}

const clock = new Map([
  ["4621", 0],
  ["9101", 3],
]);

describe("every datagram has the bytes that the programs expect", () => {
  test.each([
    ["signup?8886|first", { kind: "signup-answer", id: "8886", isFirst: true }],
    ["signup?5663", { kind: "signup-answer", id: "5663", isFirst: false }],
    ["signup?error", { kind: "signup-answer", id: undefined, isFirst: false }],
    ["signin?8886|first", { kind: "signin-answer", id: "8886", isFirst: true }],
    ["signin?3536", { kind: "signin-answer", id: "3536", isFirst: false }],
    ["signin?error", { kind: "signin-answer", id: undefined, isFirst: false }],
    ["fetch?", { kind: "fetch-answer", newcomer: undefined }],
    ["fetch?127.0.0.1:5002|7493", { kind: "fetch-answer", newcomer: { id: "7493", address: "127.0.0.1:5002" } }],
    [
      "broadcast?8313|hi there|9101|{'4621': 0, '9101': 3}",
      { kind: "broadcast", textId: "8313", text: "hi there", from: "9101", clock },
    ],
    ["message?hi|9101|{'4621': 0, '9101': 3}", { kind: "message", text: "hi", from: "9101", clock }],
  ] as const)("%s", (bytes, said) => {
    expect(write(said)).toBe(bytes);
  });

  test("nodes are told with the sender last", () => {
    const nodes = [
      { id: "4403", address: "127.0.0.1:5000" },
      { id: "7493", address: "127.0.0.1:5002" },
    ];
    const [only, ...more] = writeConnects(nodes, { id: "9101", address: "127.0.0.1:5001" });
    expect(new TextDecoder().decode(only)).toBe("connect?4403|127.0.0.1:5000|7493|127.0.0.1:5002|9101|127.0.0.1:5001");
    expect(more).toEqual([]);
  });
});

describe("no datagram is longer than a node reads", () => {
  test("a hundred nodes are told in several, the sender last in each", () => {
    const nodes = Array.from({ length: 100 }, (_, index) => ({ id: `${1000 + index}`, address: "127.0.0.1:32767" }));
    const sender = { id: "9101", address: "127.0.0.1:5001" };
    const all = writeConnects(nodes, sender);
    expect(all.every((bytes) => bytes.length <= 1_024)).toBe(true);
    const told = all.map((bytes) => readDatagram(bytes));
    expect(told.flatMap((said) => ("nodes" in said ? said.nodes.slice(0, -1) : []))).toEqual(nodes);
    expect(told.every((said) => "nodes" in said && said.nodes.at(-1)?.id === "9101")).toBe(true);
  });

  test("a clock is cut to what there is room for, and keeps its first two however long the text is", () => {
    const many = new Map(Array.from({ length: 100 }, (_, index) => [`${1000 + index}`, Number.MAX_SAFE_INTEGER]));
    const text = "é".repeat(textBytesMax / 2);
    const bytes = writeDatagram({ kind: "broadcast", textId: "1".repeat(23), text, from: "1000", clock: many });
    expect(bytes.length).toBeLessThanOrEqual(1_024);
    const said = readDatagram(bytes);
    expect(said).toMatchObject({ text });
    const kept = "clock" in said ? [...said.clock.keys()] : [];
    expect(kept.slice(0, 2)).toEqual(["1000", "1001"]);
  });
});

test("a node that cuts as the original does reads every text that this wire carries", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 100 }).filter((each) => textFault(each) === undefined);
  fc.assert(
    fc.property(text, (said) => {
      const [method, body, ...rest] = write({ kind: "message", text: said, from: "9101", clock }).split("?");
      expect([method, rest]).toEqual(["message", []]);
      expect(body?.split("|")).toEqual([said, "9101", "{'4621': 0, '9101': 3}"]);
    }),
  );
});

test("what was written is read again", () => {
  const id = fc.integer({ min: 1, max: 99_999 }).map(String);
  const clocks = fc.array(fc.tuple(id, fc.maxSafeNat()), { maxLength: 8 }).map((entries) => new Map(entries));
  const text = fc.string({ unit: "grapheme", maxLength: 100 });
  const said = fc.oneof(
    fc.record({ kind: fc.constant("broadcast" as const), textId: id, text, from: id, clock: clocks }),
    fc.record({ kind: fc.constant("message" as const), text, from: id, clock: clocks }),
    fc.record({ kind: fc.constantFrom("signup", "signin"), user: fc.constant("ali"), password: text }),
    fc.constant({ kind: "fetch" as const }),
  );
  fc.assert(
    fc.property(said, (each) => {
      expect(readDatagram(writeDatagram(each))).toEqual(each);
    }),
  );
});
