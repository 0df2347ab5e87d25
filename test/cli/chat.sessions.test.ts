import { expect, test } from "vitest";
import { chat } from "../../src/cli/chat.ts";
import type { SessionEvent } from "../../src/peer/session-types.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { message, peerInfo } from "./fake-peer.ts";

function start(json = true): { readonly host: FakeHost; readonly ended: Promise<number> } {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 72n, name: "veli" })];
  return { host, ended: chat({ peer: { listen: "127.0.0.1:8081" }, json, logLevel: "warn" }, host) };
}

async function type(host: FakeHost, ...lines: readonly string[]): Promise<void> {
  host.stdin.write(lines.map((line) => `${line}\n`).join(""));
  await settled();
}

/** The session with 72 comes to that state. */
async function happens(host: FakeHost, state: SessionEvent["state"], cursor = 0n): Promise<void> {
  host.peer.sessions.current = state === "accepted" ? { peer: 72n, state: "open", since: new Date(0) } : undefined;
  host.peer.happenings.push({ kind: "session", peer: 72n, state, by: "peer", reason: "", cursor });
  await settled();
}

const codes = (host: FakeHost) => host.json.filter(({ event }) => event === "error").map(({ code }) => code);

test("a session is asked for, talked in and ended, and lines go where they should", async () => {
  const { host, ended } = start();
  await type(host, "/chat veli", "hello?");
  await happens(host, "accepted");
  await type(host, "hello!", "//end", "/end late");
  await happens(host, "ended");
  await type(host, "hello?");
  expect(host.peer.asked).toEqual(["request 72", "end late"]);
  expect(host.peer.sends.map(({ to, text }) => [to, text])).toEqual([
    [72n, "hello!"],
    [72n, "/end"],
  ]);
  expect(codes(host)).toEqual(["unknown-peer", "unknown-peer"]);
  expect(host.json.filter(({ event }) => event === "session")).toEqual([
    { event: "session", peer: "72", name: "veli", state: "accepted", by: "peer" },
    { event: "session", peer: "72", name: "veli", state: "ended", by: "peer" },
  ]);
  host.signal("SIGTERM");
  expect(await ended).toBe(0);
});

test("/exit within a session leaves only when it is typed twice; a signal leaves at once", async () => {
  const { host, ended } = start();
  await happens(host, "accepted");
  await type(host, "/exit", "hello", "/exit");
  expect([codes(host), host.peer.closed, host.peer.sends.length]).toEqual([["in-session", "in-session"], 0, 1]);
  await type(host, "/exit");
  expect([await ended, host.peer.closed]).toEqual([0, 1]);
  const other = start();
  await happens(other.host, "accepted");
  other.host.signal("SIGTERM");
  expect(await other.ended).toBe(0);
});

test("people read sentences", async () => {
  const { host, ended } = start(false);
  await happens(host, "asked");
  await happens(host, "accepted");
  expect(host.lines).toContain("72 veli asks you for a session: /accept or /reject");
  expect(host.lines).toContain("you are in a session with 72 veli: what you type goes there; /end ends it");
  host.signal("SIGTERM");
  await ended;
});

test("the end of a session is shown after all that was said before, and not held back for ever", async () => {
  const { host, ended } = start();
  await happens(host, "accepted");
  await happens(host, "ended", 2n);
  const order = () => host.json.flatMap(({ event, state, text }) => (event === "session" ? [state] : (text ?? [])));
  expect(order()).toEqual(["accepted"]);
  host.peer.inbox.push(message({ cursor: 1n, from: 72n, text: "one" }));
  await settled();
  expect(order()).toEqual(["accepted", "one"]);
  host.peer.inbox.push(message({ cursor: 2n, from: 72n, text: "two" }));
  await settled();
  expect(order()).toEqual(["accepted", "one", "two", "ended"]);
  await happens(host, "asked", 9n);
  host.wake();
  await settled();
  expect(order()).toEqual(["accepted", "one", "two", "ended", "asked"]);
  host.signal("SIGTERM");
  expect(await ended).toBe(0);
});
