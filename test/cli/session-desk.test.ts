import { expect, test } from "vitest";
import { parseLine } from "../../src/cli/line.ts";
import { isOfSession, SessionDesk } from "../../src/cli/session-desk.ts";
import { E3Error } from "../../src/core/error.ts";
import { FakePeer, peerInfo } from "./fake-peer.ts";

const since = new Date(0);

function desk(state?: "asking" | "open"): { readonly desk: SessionDesk; readonly peer: FakePeer } {
  const peer = new FakePeer();
  peer.known = [peerInfo({ id: 77252666718255106n, name: "ali" }), peerInfo({ id: 72n, name: "veli" })];
  if (state !== undefined) peer.sessions.current = { peer: 72n, state, since };
  return { desk: new SessionDesk(peer), peer };
}

/** Where a line typed within a session goes: `id: text`, or what else it is. */
function goes(line: string): string {
  const command = desk("open").desk.meaning(parseLine(line));
  if (command.kind === "send") return `${command.to}: ${command.text}`;
  return command.kind === "broadcast" ? `everyone: ${command.text}` : command.kind;
}

test.each([
  ["hello", "72: hello"],
  ["ali is here", "72: ali is here"],
  ["7 o'clock", "72: 7 o'clock"],
  ["007 is a film", "72: 007 is a film"],
  ["0 degrees", "72: 0 degrees"],
  ["  two  blanks \t\r", "72:   two  blanks \t"],
  ['"quoted', '72: "quoted'],
  ["end", "72: end"],
  ["OK", "72: OK"],
  ["//end", "72: /end"],
  ["//", "72: /"],
  [" * indented secret item", "72:  * indented secret item"],
  [" 77252666718255106 hello", "72:  77252666718255106 hello"],
  [" /end", "72:  /end"],
  ["\t//end", "72: \t//end"],
  ["**bold** move", "72: **bold** move"],
  ["*starred", "72: *starred"],
])("within a session %j is text: %j", (line, text) => {
  expect(goes(line)).toBe(text);
});

test.each([
  ["77252666718255106 hello", "77252666718255106: hello"],
  ["* hello", "everyone: hello"],
  ["/all hello", "everyone: hello"],
  ["/end", "end"],
  ["/exit", "exit"],
  ["/nothing", "unknown"],
  ["*", "bad"],
  ["", "empty"],
])("within a session %j is what it is elsewhere: %j", (line, meaning) => {
  expect(goes(line)).toBe(meaning);
});

test("the id of a group that is known is an id", () => {
  const { desk: own, peer } = desk("open");
  peer.groups.list = () => [{ id: 9n, name: "team", state: "joined", members: [] }];
  expect(own.meaning(parseLine("9 hello"))).toMatchObject({ to: 9n, text: "hello" });
});

test("without a session, and while one is only asked for, lines are what they are", () => {
  for (const state of [undefined, "asking"] as const) {
    const { desk: own } = desk(state);
    for (const line of ["hello", "ali hi", "//x", "7"]) expect(own.meaning(parseLine(line))).toEqual(parseLine(line));
  }
});

test("commands go to the peer's sessions", () => {
  const { desk: own, peer } = desk();
  const perform = (line: string): void => {
    const command = parseLine(line);
    if (!isOfSession(command)) throw new Error(`${line} is no command about sessions`);
    own.perform(command, (typed) => (typed === "ali" ? 71n : 0n));
  };
  peer.sessions.requests = [72n];
  for (const line of ["/chat ali", "/accept", "/reject veli", "/end it is late"]) perform(line);
  expect(peer.asked).toEqual(["request 71", "accept 72", "reject 72", "end it is late"]);
  expect(() => perform("//x")).toThrow(expect.objectContaining({ code: "no-session" }));
  expect(isOfSession(parseLine("/peers"))).toBe(false);
});

test("leaving within a session is refused once", () => {
  const { desk: own, peer } = desk("open");
  const exits = (): boolean => {
    own.meaning({ kind: "exit" });
    try {
      own.checkExit();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(E3Error);
      expect(error).toMatchObject({ code: "in-session" });
      expect(String(error)).toContain("with 72 veli: /end it");
      return false;
    }
  };
  expect(exits()).toBe(false);
  own.meaning(parseLine("no"));
  expect([exits(), exits()]).toEqual([false, true]);
  peer.sessions.current = { peer: 72n, state: "asking", since };
  own.meaning(parseLine("no"));
  expect(exits()).toBe(true);
});

test("a group is no partner: it is said how one writes to it", () => {
  const { desk: own, peer } = desk();
  peer.groups.list = () => [{ id: 9n, name: "my team", state: "joined", members: [] }];
  expect(() => own.perform({ kind: "chat", to: "x" }, () => 9n)).toThrow(
    '"my team" is a group, and a session is with one peer; to write to the group: "my team" your text',
  );
  expect(peer.asked).toEqual([]);
});
