import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDatagram } from "../../../src/bridges/udp-chat/read-datagram.ts";

function read(text: string) {
  return readDatagram(new TextEncoder().encode(text));
}

describe("what the programs send is read as they mean it", () => {
  test("signing up and in", () => {
    expect(read("signup?user1|password123")).toEqual({ kind: "signup", user: "user1", password: "password123" });
    expect(read("signin?user1|password123")).toEqual({ kind: "signin", user: "user1", password: "password123" });
  });

  test("fetching", () => {
    expect(read("fetch?")).toEqual({ kind: "fetch" });
  });

  test("telling a newcomer of nodes", () => {
    expect(read("connect?4403|127.0.0.1:5000|7493|127.0.0.1:5002|9101|127.0.0.1:5001")).toEqual({
      kind: "connect",
      nodes: [
        { id: "4403", address: "127.0.0.1:5000" },
        { id: "7493", address: "127.0.0.1:5002" },
        { id: "9101", address: "127.0.0.1:5001" },
      ],
    });
  });

  test("a broadcast", () => {
    expect(read("broadcast?8313|hi there|7493|{'4403': 0, '9101': 0, '7493': 2}")).toEqual({
      kind: "broadcast",
      textId: "8313",
      text: "hi there",
      from: "7493",
      clock: new Map([
        ["4403", 0],
        ["9101", 0],
        ["7493", 2],
      ]),
    });
  });

  test("a private message", () => {
    expect(read("message?selam, nasılsın|4621|{'9101': 0, '4621': 1}")).toEqual({
      kind: "message",
      text: "selam, nasılsın",
      from: "4621",
      clock: new Map([
        ["9101", 0],
        ["4621", 1],
      ]),
    });
  });
});

describe("a text is taken as it is", () => {
  test("with bars and question marks, which the programs would cut at", () => {
    const said = read("broadcast?1|who|what?|why|{'9': 9}|4621|{'4621': 1}");
    expect(said).toMatchObject({ text: "who|what?|why|{'9': 9}", from: "4621", clock: new Map([["4621", 1]]) });
  });

  test("when it looks like another datagram", () => {
    expect(read("message?signin?ali|secret|4621|{'4621': 1}")).toMatchObject({
      kind: "message",
      text: "signin?ali|secret",
    });
  });

  test("when it is empty", () => {
    expect(read("message?|4621|{'4621': 1}")).toMatchObject({ text: "", from: "4621" });
  });

  test("and a password, too", () => {
    expect(read("signin?ali|a|b?c")).toEqual({ kind: "signin", user: "ali", password: "a|b?c" });
  });

  test("whatever it is, and in the fields of no other", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), (text) => {
        expect(read(`message?${text}|4621|{'4621': 3}`)).toMatchObject({ kind: "message", text, from: "4621" });
        expect(read(`broadcast?7|${text}|4621|{'4621': 3}`)).toMatchObject({ kind: "broadcast", textId: "7", text });
      }),
    );
  });
});

describe("what is wrong is said, and nothing is thrown", () => {
  test.each([
    ["hello", /no question mark/],
    ["", /no question mark/],
    ["shout?hello", /no method/],
    ["connect?4403", /an id and an address/],
    ["connect?", /an id and an address/],
    ["connect?x|127.0.0.1:5000", /an id and an address/],
    ["broadcast?hello", /number of its text/],
    ["broadcast?x|hello|4621|{'4621': 1}", /number of its text/],
    ["broadcast?1|4621|{'4621': 1}", /text\|ID/],
    ["message?hello", /text\|ID/],
    ["message?4621|{'4621': 1}", /text\|ID/],
    ["message?hello|None|{'4621': 1}", /sign in/],
    ["message?hello|4621|{None: 1}", /the clock/],
  ])("%j", (text, reason) => {
    const fault = read(text);
    expect(fault).toMatchObject({ code: "malformed" });
    expect("reason" in fault ? fault.reason : "").toMatch(reason);
  });

  test("of bytes that are not UTF-8", () => {
    expect(readDatagram(Uint8Array.of(0x66, 0x3f, 0xff))).toMatchObject({ code: "malformed" });
  });

  test("of 1,025 bytes, which no program reads, while 1,024 are read", () => {
    const text = (bytes: number) =>
      `message?${"a".repeat(bytes - "message?|4621|{'4621': 1}".length)}|4621|{'4621': 1}`;
    expect(read(text(8_192))).toMatchObject({ kind: "message" });
    expect(read(text(8_193))).toMatchObject({ code: "too-large" });
  });

  test("of any bytes", () => {
    const method = fc.constantFrom("", "signup?", "connect?", "broadcast?1|", "message?", "fetch?");
    fc.assert(
      fc.property(method, fc.uint8Array({ maxLength: 1_100 }), (head, tail) => {
        const said = readDatagram(Uint8Array.from([...new TextEncoder().encode(head), ...tail]));
        expect("kind" in said || said.reason.length > 0).toBe(true);
      }),
    );
  });
});
