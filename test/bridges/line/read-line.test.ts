import fc from "fast-check";
import { expect, test } from "vitest";
import { readLine } from "../../../src/bridges/line/read-line.ts";

const author = { address: "127.0.0.1:8080", team: "blockchain", bracketed: false };

test.each([
  ["127.0.0.1:8080 blockchain hello", { kind: "text", author, text: "hello" }],
  ["<127.0.0.1:8080> blockchain hello", { kind: "text", author: { ...author, bracketed: true }, text: "hello" }],
  ["127.0.0.1:8080 blockchain hello\n", { kind: "text", author, text: "hello" }],
  ["127.0.0.1:8080 blockchain hello\r\n", { kind: "text", author, text: "hello" }],
  ["127.0.0.1:8080  blockchain\ta  b", { kind: "text", author, text: "a  b" }],
  ["127.0.0.1:8080 blockchain exit now", { kind: "text", author, text: "exit now" }],
  ["127.0.0.1:8080 blockchain a\n127.0.0.1:9090 P2 b", { kind: "text", author, text: "a\n127.0.0.1:9090 P2 b" }],
  ["localhost:08080 blockchain hi", { kind: "text", author: { ...author, address: "localhost:8080" }, text: "hi" }],
  ["127.0.0.1:8080 blockchain exit", { kind: "exit", author }],
  ["127.0.0.1:8080 blockchain QUIT\n", { kind: "exit", author }],
  ["127.0.0.1:8080 blockchain connect", { kind: "connect", author }],
  ["127.0.0.1:8080 blockchain CONNECT", { kind: "connect", author }],
  ["127.0.0.1:8080 blockchain CONNECT_REQUEST", { kind: "connect", author }],
  ["127.0.0.1:8080 blockchain connected", { kind: "connected", author }],
  ["127.0.0.1:8080 blockchain connect_ack", { kind: "connected", author }],
  ["127.0.0.1:8080 blockchain CONNECT_ACCEPTED", { kind: "connected", author }],
])("%j is in the wire's form", (said, line) => {
  expect(readLine(said)).toEqual(line);
});

test.each([
  "hello",
  "exit",
  "127.0.0.1:8080",
  "127.0.0.1:8080 blockchain",
  "127.0.0.1:8080 blockchain ",
  "<127.0.0.1:8080 blockchain hello",
  "127.0.0.1:8080> blockchain hello",
  "10.103.45.601:8080 P1 hello , you there",
  "127.0.0.1:0 blockchain hello",
  "127.0.0.1:65536 blockchain hello",
  "127.0.0.1 blockchain hello",
])("%j is not, and is kept as it is", (said) => {
  expect(readLine(said)).toEqual({ kind: "raw", text: said });
});

test("no text makes it throw, and none is lost", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (said) => {
      const line = readLine(said);
      if (line.kind === "raw") expect(said.startsWith(line.text)).toBe(true);
    }),
  );
});

test("a long run of newlines is read in no more time than it takes to look at it once", () => {
  const text = `${"\n".repeat(60_000)}x`;
  expect(readLine(`127.0.0.1:8080 P1 y${text}`)).toMatchObject({ kind: "text", text: `y${text}` });
  expect(readLine("127.0.0.1:8080 P1 y\r\n\n\r\n")).toMatchObject({ kind: "text", text: "y" });
});

test("a team of more than 64 characters is none", () => {
  expect(readLine(`127.0.0.1:8080 ${"t".repeat(64)} x`)).toMatchObject({ kind: "text" });
  expect(readLine(`127.0.0.1:8080 ${"t".repeat(65)} x`)).toMatchObject({ kind: "raw" });
});
