import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCommand, type Command } from "../../../src/bridges/registry-chat/command.ts";

test.each<readonly [string, Command]>([
  ["&&REGISTER&&|ali|4920", { kind: "register", name: "ali", port: 4920 }],
  ["&&SEARCH&&|beyza|ali", { kind: "search", name: "beyza" }],
  ["&&CHATREQUEST&&|beyza|ali", { kind: "chat-request", to: "beyza" }],
  ["&&OK&&|beyza|ali|7123", { kind: "ok", to: "ali", port: 7123 }],
  ["&&REJECT&&|beyza|ali", { kind: "reject", to: "ali" }],
  ["&&GROUPCHAT&&|ali|beyza|ahmet|", { kind: "group-chat", invited: ["beyza", "ahmet"] }],
  ["&&OKGROUP&&|beyza|1", { kind: "ok-group", room: "1" }],
  ["&&REJECTGROUP&&|beyza|1", { kind: "reject-group", room: "1" }],
  ["&&MESSAGE&&|ali: Hi there!", { kind: "message", text: "ali: Hi there!" }],
  ["&&EXIT&&|ali", { kind: "exit" }],
  ["&&EXITGROUP&&|ali", { kind: "exit-group" }],
  ["&&LOGOUT&&", { kind: "logout" }],
  ["&&HELLO&&|ali", { kind: "hello", name: "ali" }],
])("%s", (payload, command) => {
  expect(parseCommand(payload)).toEqual(command);
});

test.each<readonly [string, Command]>([
  ["&&REJECT&& | beyza | ali", { kind: "reject", to: "ali" }],
  ["&&EXITGROUP&& ali", { kind: "exit-group" }],
  ["&&GROUPCHAT&&|ali|beyza|ahmet", { kind: "group-chat", invited: ["beyza", "ahmet"] }],
  ["&&OK&&|beyza|ali", { kind: "ok", to: "ali", port: undefined }],
  ["&&EXIT&&", { kind: "exit" }],
])("%s is read as it is meant", (payload, command) => {
  expect(parseCommand(payload)).toEqual(command);
});

test.each([
  "",
  "hello",
  " &&LOGOUT&&",
  "&&LOGOUT",
  "&&logout&&",
  "&&DANCE&&|ali",
  "&&constructor&&",
  "&&REGISTER&&|ali",
  "&&REGISTER&&||4920",
  "&&REGISTER&&|ali|0",
  "&&REGISTER&&|ali|65536",
  "&&REGISTER&&|ali|49a",
  "&&SEARCH&&|",
  "&&CHATREQUEST&&",
  "&&OK&&|beyza",
  "&&OKGROUP&&|beyza|",
])("%j is no command", (payload) => {
  expect(parseCommand(payload)).toMatchObject({ code: "malformed" });
});

test("text is never a command, whatever is in it", () => {
  const words = fc.constantFrom("&&EXIT&&", "&&LOGOUT&&|", "OK", "|", "\n", " 7   ", "&&MESSAGE&&|", "EXIT");
  const text = fc.array(fc.oneof(words, fc.string({ unit: "grapheme" }))).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (said) => {
      expect(parseCommand(`&&MESSAGE&&|${said}`)).toEqual({ kind: "message", text: said });
    }),
  );
});
