import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLine } from "../../src/cli/line.ts";
import { idMax } from "../../src/core/ids.ts";

function faultOf(line: string): { readonly code: string; readonly message: string } | undefined {
  const command = parseLine(line);
  return command.kind === "bad" ? { code: command.error.code, message: command.error.message } : undefined;
}

test("an id and a text is a message", () => {
  expect(parseLine("77252666718255106 Hi there!")).toMatchObject({
    kind: "send",
    to: 77252666718255106n,
    text: "Hi there!",
  });
});

test.each([
  ["* hello", "hello"],
  ["/all hello", "hello"],
  ["*  /who \r", " /who "],
  ["/all * 7 hi", "* 7 hi"],
])("of %j the text for everyone is %j", (line, text) => {
  expect(parseLine(line)).toEqual({ kind: "broadcast", text });
});

test.each([
  ["7  two spaces", " two spaces"],
  ["7 in  side ", "in  side "],
  ["7\ttab", "tab"],
  ["7 windows\r", "windows"],
  ["7 two returns\r\r", "two returns\r"],
  ["7 /peers", "/peers"],
  ["7 //x", "//x"],
  ["7  ", " "],
  ["9223372036854775807 last", "last"],
])("of %j the text is %j", (line, text) => {
  expect(parseLine(line)).toMatchObject({ kind: "send", text });
});

test.each(["", " ", "\t", "\r", "  \r"])("%j asks for nothing", (line) => {
  expect(parseLine(line)).toEqual({ kind: "empty" });
});

test.each([
  ["0 hello", "bad-id", "zero"],
  ["-5 hello", "bad-id", "negative"],
  ["9223372036854775808 hello", "bad-id", "above the maximum"],
  ["77252666718255106", "bad-content", 'no message: write "77252666718255106 your text"'],
  ["77252666718255106 ", "bad-content", "no message"],
  ["77252666718255106 \r", "bad-content", "no message"],
  ["*", "bad-content", "no message"],
  ["/all", "bad-content", "no message"],
  ["** hello", "no-session", "in double quotes"],
  ["*hello", "no-session", 'write "77252666718255106 your text" to a peer, "* your text" to everyone'],
  ["  7 indented", "no-session", "begins with a blank, so it is text, and you are in no session"],
  [" * indented", "no-session", "nothing was sent"],
  [" /peers", "no-session", "nothing was sent"],
  ["\t//x", "no-session", "nothing was sent"],
  ['"Ali Reza hello', "bad-option", "no end"],
])("%j is refused with %s, saying %j", (line, code, part) => {
  expect(faultOf(line)).toEqual({ code, message: expect.stringContaining(part) as string });
});

test.each([
  ["ali Hi there", { kind: "send", to: "ali", text: "Hi there" }],
  ["ali@106  /x", { kind: "send", to: "ali@106", text: " /x" }],
  ['"Ali Reza" hello', { kind: "send", to: '"Ali Reza"', text: "hello" }],
  ["ali", { kind: "send", to: "ali", text: "" }],
  ["3com hello", { kind: "send", to: "3com", text: "hello" }],
])("%j goes to a name yet to be looked up", (line, command) => {
  expect(parseLine(line)).toEqual({ ...command, line });
});

test.each([
  ["/peers", { kind: "peers" }],
  ["/who", { kind: "who" }],
  ["/clear", { kind: "clear" }],
  ["/chat ali", { kind: "chat", to: "ali" }],
  ["/chat Ali Reza", { kind: "chat", to: "Ali Reza" }],
  ["/chat 77252666718255106", { kind: "chat", to: 77252666718255106n }],
  ["/accept", { kind: "answer", answer: "accept", word: undefined }],
  ["/reject 7", { kind: "answer", answer: "reject", word: 7n }],
  ['/accept "Ali Reza"', { kind: "answer", answer: "accept", word: '"Ali Reza"' }],
  ["/end", { kind: "end", reason: "" }],
  ["/end  dinner is ready ", { kind: "end", reason: "dinner is ready" }],
  ["/search ali", { kind: "search", word: "ali" }],
  ["/search  Ali  Reza ", { kind: "search", word: "Ali Reza" }],
  ['/search "Ali  Reza"', { kind: "search", word: '"Ali  Reza"' }],
  ["/search 77252666718255106", { kind: "search", word: "77252666718255106" }],
  ["/explain 3 ali", { kind: "explain", number: 3n, to: "ali" }],
  ['/explain 3 "Ali Reza"', { kind: "explain", number: 3n, to: '"Ali Reza"' }],
  ["/peers  \r", { kind: "peers" }],
  ["/help", { kind: "help" }],
  ["/exit", { kind: "exit" }],
  ["/connect LOCALHOST:08082", { kind: "connect", addresses: ["localhost:8082"] }],
  ["/explain 3", { kind: "explain", number: 3n, to: undefined }],
  ["/explain #3  77252666718255106", { kind: "explain", number: 3n, to: 77252666718255106n }],
])("%j is a command", (line, command) => {
  expect(parseLine(line)).toEqual(command);
});

test.each([
  ["/connect", "bad-option", "write /connect host:port"],
  ["/connect 127.0.0.1:1 127.0.0.1", "bad-address", "port"],
  ["/connect 127.0.0.1", "bad-address", "port"],
  ["/connect 127.0.0.1:0", "bad-address", "port"],
  ["/explain", "bad-option", "write /explain number [name]"],
  ["/explain x", "unknown-number", '"x" is no message number'],
  ["/explain 0", "unknown-number", "they count 1, 2, 3"],
  ["/explain 1 0", "bad-id", "zero"],
  ["/peers now", "bad-option", "too much"],
  ["/search", "bad-option", "write /search name"],
  ["/chat", "bad-option", "write /chat name"],
  ["/accept 0", "bad-id", "zero"],
  ['/search "ali', "bad-option", "no end"],
  ["/explain 3 Ali Reza", "bad-option", "too much"],
])("%j is refused with %s, saying %j", (line, code, part) => {
  expect(faultOf(line)).toEqual({ code, message: expect.stringContaining(part) as string });
});

test.each([
  ["/pears", "/peers"],
  ["/Peers", "/peers"],
  ["/exlpain 3", "/explain"],
  ["/quit", "/exit"],
  ["/?", "/help"],
  ["/find ali", "/search"],
])("%j is unknown, and %s is suggested", (line, suggestion) => {
  expect(parseLine(line)).toMatchObject({
    kind: "unknown",
    suggestion,
    message: expect.stringContaining(`nothing was sent; did you mean ${suggestion}?`) as string,
  });
});

test.each(["/", "/7 hello", "/constructor", "/toString x"])("%j is unknown", (line) => {
  expect(parseLine(line)).toMatchObject({ kind: "unknown", suggestion: undefined });
});

test.each([
  ["//", "/"],
  ["//77252666718255106 hi", "/77252666718255106 hi"],
  ["///end \r", "//end "],
])("%j is for the other end of a session, as %j", (line, text) => {
  expect(parseLine(line)).toEqual({ kind: "said", text });
});

test.each([
  ["ali", "ali"],
  [" 07 in  all\t \r", " 07 in  all\t "],
  ["0 hello", "0 hello"],
  ['"Ali Reza hello', '"Ali Reza hello'],
  ["7", "7"],
  ["  * indented secret item", "  * indented secret item"],
  [" /end", " /end"],
  ["  ///end \r", "  ///end "],
  ["**bold** move", "**bold** move"],
  ["*starred", "*starred"],
])("%j is kept as it was typed, since it may be text", (typed, line) => {
  expect(parseLine(typed)).toMatchObject({ line });
});

test.each(["*", "* ", "/explain", "/nothing", "//x"])("%j is no text, wherever it is typed", (line) => {
  expect(parseLine(line)).not.toHaveProperty("line");
});

test("an unknown command cannot smuggle control characters onto the screen", () => {
  const command = parseLine("/\u001b[2Jx");
  expect(command).toMatchObject({ kind: "unknown" });
  expect(JSON.stringify(command)).not.toMatch(/\\u001b/);
});

/** Anything a string can hold, lone surrogates included. */
const codeUnits = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
const ids = fc.bigInt({ min: 1n, max: idMax });
const texts = fc.string({ unit: codeUnits, minLength: 1 }).filter((text) => !text.endsWith("\r"));

test("any id with any text comes back as it was typed", () => {
  fc.assert(
    fc.property(ids, texts, (to, text) => {
      expect(parseLine(`${to} ${text}`)).toEqual({ kind: "send", to, text, line: `${to} ${text}` });
    }),
  );
});

test("no line throws, and one that begins with a slash is never sent", () => {
  fc.assert(
    fc.property(fc.string({ unit: codeUnits }), (text) => {
      expect(parseLine(text).kind).toBeDefined();
      expect(parseLine(`/${text}`).kind).not.toBe("send");
      expect(["bad", "empty"]).toContain(parseLine(` ${text}`).kind);
    }),
  );
});

test("what is sent is always meant: its line begins with the digits of its id, or with the word to be looked up", () => {
  const lines = fc.oneof(
    fc.string(),
    fc.tuple(fc.string(), fc.nat(), fc.string()).map(([before, id, after]) => `${before}${id} ${after}`),
  );
  fc.assert(
    fc.property(lines, (line) => {
      const command = parseLine(line);
      if (command.kind !== "send") return;
      if (typeof command.to === "bigint") expect(/^0*(\d+)/.exec(line)?.[1]).toBe(`${command.to}`);
      else expect(line.startsWith(command.to)).toBe(true);
      expect(`${command.to}`).not.toMatch(/^[/*]/);
    }),
  );
});
