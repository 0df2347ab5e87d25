import { expect, test } from "vitest";
import { atChoice, menuLines, promptOf, takeAnswer, type MenuAction, type MenuState } from "../../src/cli/menu.ts";

/** Answers the questions one after the other. @returns what was asked, and the action or error it came to. */
function answer(...lines: readonly string[]) {
  const prompts: string[] = [];
  let state: MenuState = atChoice;
  let action: MenuAction | undefined;
  let error: string | undefined;
  for (const line of lines) {
    prompts.push(promptOf(state));
    const turn = takeAnswer(state, line);
    state = turn.kind === "ask" ? turn.state : atChoice;
    action = turn.kind === "act" ? turn.action : undefined;
    error = turn.kind === "bad" ? `${turn.error.code}: ${turn.error.message}` : undefined;
  }
  return { prompts, state, action, error };
}

test("the menu and its questions are those of the assignment, letter by letter", () => {
  expect(menuLines).toEqual([
    "***** Menu *****",
    "1. Send message",
    "2. Query active peers",
    "3. Connect to active peers",
    "0. Quit",
  ]);
  expect(answer("1", "127.0.0.1", "9090", "hello").prompts).toEqual([
    "Enter choice: ",
    "Enter the recipient's IP address: ",
    "Enter the recipient's port number: ",
    "Enter your message: ",
  ]);
});

test("three answers make a message, and then the menu stands again", () => {
  const { action, state } = answer("1", " 127.0.0.1 ", "09090\r", "hello\r");
  expect(action).toEqual({ kind: "send", to: { kind: "address", address: "127.0.0.1:9090" }, text: "hello" });
  expect(state).toEqual(atChoice);
});

test.each([
  ["2", "query"],
  ["3", "connect"],
  [" 0 ", "quit"],
])("choice %j is %s at once", (choice, kind) => {
  expect(answer(choice).action).toEqual({ kind });
});

test("an empty choice shows the menu again", () => {
  expect(answer("")).toMatchObject({ state: atChoice, action: undefined, error: undefined });
});

test.each([
  [["9"], /^bad-option: "9" is no choice; enter 1, 2, 3 or 0$/],
  [["exit"], /^bad-option: "exit" is no choice/],
  [["1", ""], /^bad-address: "" is no IP address/],
  [["1", "127.0.0.256"], /^bad-address: "127.0.0.256" is no IP address; enter one such as 127.0.0.1/],
  [["1", "not a host"], /^bad-address/],
  [["1", "foo"], /^bad-address: "foo" is no IP address; enter one such as 127.0.0.1$/],
  [["1", "peer.example.org"], /^bad-address: "peer.example.org" is no IP address/],
  [["1", "300.1.1.1"], /^bad-address: "300.1.1.1" is no IP address/],
  [["1", "127.0.0.1:99999"], /^bad-address: .*not a number from 1 to 65535/],
  [["1", "0"], /^bad-id/],
  [["1", "127.0.0.1", "0"], /^bad-address: "0" is no port number; enter one from 1 to 65535$/],
  [["1", "127.0.0.1", "many"], /^bad-address: "many" is no port number/],
  [["1", "127.0.0.1", ""], /^bad-address: "" is no port number/],
  [["1", "127.0.0.1", "9090", ""], /^bad-content: the message is empty; nothing was sent$/],
])("%j is told to be wrong, and the menu stands again", (lines, expected) => {
  const { error, state } = answer(...lines);
  expect(error).toMatch(expected);
  expect(state).toEqual(atChoice);
});

test.each([
  ["a whole address", "127.0.0.1:9090", { kind: "address", address: "127.0.0.1:9090" }],
  ["a whole IPv6 address", "[::1]:9090", { kind: "address", address: "[::1]:9090" }],
  ["a host with its port", "foo:9090", { kind: "address", address: "foo:9090" }],
  ["an id", "77252666718255104", { kind: "id", id: 77252666718255104n }],
])("%s needs no port", (_, typed, to) => {
  expect(answer("1", typed, "hello").action).toEqual({ kind: "send", to, text: "hello" });
});

test.each([
  ["localhost", "localhost:9090"],
  ["::1", "[::1]:9090"],
  ["[0:0::1]", "[::1]:9090"],
])("the host %s is understood", (host, address) => {
  expect(answer("1", host, "9090", "x").action).toMatchObject({ to: { kind: "address", address } });
});

test("a message is taken as it is: blanks, digits, and words that are choices elsewhere", () => {
  for (const text of ["  two blanks ", "0", "1", "exit", "/exit", "quit"])
    expect(answer("1", "127.0.0.1", "9090", text).action).toMatchObject({ kind: "send", text });
});
