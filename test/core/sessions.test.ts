import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { SessionRoom } from "./session-room.ts";

function code(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof E3Error) return error.code;
    throw error;
  }
  return "no error";
}

/** In session 1 with peer 7, which asked. */
function accepted(): SessionRoom {
  const room = new SessionRoom();
  room.hear(7n, { kind: "request" });
  room.sessions.answer(7n, "accept", room.nowMs);
  room.told();
  room.sent.length = 0;
  return room;
}

/** Asks peer 7 for session 101. */
function asking(): SessionRoom {
  const room = new SessionRoom();
  room.sessions.request(7n, room.nowMs);
  room.told();
  room.sent.length = 0;
  return room;
}

test("a request is sent at once and told once it is durable", () => {
  const room = new SessionRoom();
  room.write();
  room.sessions.request(7n, room.nowMs);
  expect(room.sent).toEqual(["request 101 to 7"]);
  expect(room.sessions.current).toEqual({ peer: 7n, state: "asking", sinceMs: room.nowMs });
  room.effects.close(room.nowMs);
  expect(room.effects.take().filter(({ kind }) => kind === "session")).toEqual([]);
  expect(room.told()).toEqual(["asking 7 by self"]);
});

test("invariant 1: one at a time", () => {
  const room = asking();
  expect(code(() => room.sessions.request(8n, room.nowMs))).toBe("in-session");
  expect(code(() => room.sessions.request(7n, room.nowMs))).toBe("in-session");
  room.hear(8n, { kind: "request", session: 5n });
  expect(room.sent).toEqual(["busy 5 to 8"]);
  expect(room.told()).toEqual(["busy 8 by self"]);
  expect(room.sessions.requests).toEqual([]);
});

test("a request that was there before the own one can be accepted only once that is taken back", () => {
  const room = new SessionRoom();
  room.hear(8n, { kind: "request", session: 5n });
  expect(room.told()).toEqual(["asked 8 by peer"]);
  room.sessions.request(7n, room.nowMs);
  expect(code(() => room.sessions.answer(8n, "accept", room.nowMs))).toBe("in-session");
  room.sessions.end("", room.nowMs);
  room.sessions.answer(8n, "accept", room.nowMs);
  expect(room.sent).toEqual(["request 101 to 7", "end 101 to 7", "accept 5 to 8"]);
  expect(room.told()).toEqual(["asking 7 by self", "withdrawn 7 by self", "accepted 8 by self"]);
});

test("what cannot be sent changes nothing", () => {
  const room = new SessionRoom();
  room.isFull = true;
  expect(code(() => room.sessions.request(7n, room.nowMs))).toBe("resource-exhausted");
  expect(room.sessions.current).toBeUndefined();
  room.hear(8n, { kind: "request" });
  expect(code(() => room.sessions.answer(8n, "accept", room.nowMs))).toBe("resource-exhausted");
  expect([room.sessions.current, room.sessions.requests]).toEqual([undefined, [8n]]);
  expect(room.told()).toEqual(["asked 8 by peer"]);
});

test("an answer to another peer that cannot be sent is left out", () => {
  const room = accepted();
  room.isFull = true;
  room.hear(8n, { kind: "request", session: 5n });
  expect([room.sent, room.told()]).toEqual([[], ["busy 8 by self"]]);
});

test("who asked dials, and nobody else", () => {
  const one = asking();
  one.hear(7n, { kind: "accept", session: 101n });
  expect(one.links).toEqual(["open 7"]);
  expect(one.told()).toEqual(["accepted 7 by peer"]);
  const other = accepted();
  expect(other.links).toEqual([]);
  other.hear(7n, { kind: "end" });
  expect(other.links).toEqual(["close"]);
});

test("an answer that comes twice counts once", () => {
  const room = asking();
  room.hear(7n, { kind: "accept", session: 101n });
  room.hear(7n, { kind: "accept", session: 101n });
  room.hear(7n, { kind: "reject", session: 101n });
  room.hear(7n, { kind: "busy", session: 101n });
  expect([room.sessions.current?.state, room.sent]).toEqual(["open", []]);
});

test("rejected and busy end the request", () => {
  for (const [kind, told] of [
    ["reject", "rejected 7 by peer: no"],
    ["busy", "busy 7 by peer: no"],
    ["end", "unanswered 7 by peer: no"],
  ] as const) {
    const room = asking();
    room.hear(7n, { kind, session: 101n, reason: "no" });
    expect(room.told()).toEqual([told]);
    expect(room.sessions.current).toBeUndefined();
  }
});

test("invariant 2: of two that ask each other the higher accepts, and the lower waits for that", () => {
  const lower = new SessionRoom();
  lower.sessions.request(70n, lower.nowMs);
  lower.hear(70n, { kind: "request", session: 5n });
  expect(lower.sent).toEqual(["request 101 to 70"]);
  lower.hear(70n, { kind: "accept", session: 101n });
  expect(lower.told()).toEqual(["asking 70 by self", "accepted 70 by peer"]);
  expect(lower.links).toEqual(["open 70"]);

  const higher = asking();
  higher.hear(7n, { kind: "request", session: 5n });
  expect(higher.sent).toEqual(["accept 5 to 7"]);
  expect(higher.told()).toEqual(["accepted 7 by peer"]);
  expect(higher.links).toEqual([]);
  higher.hear(7n, { kind: "end", session: 101n });
  expect(higher.sessions.current?.state).toBe("open");
  higher.hear(7n, { kind: "end", session: 5n });
  expect(higher.told()).toEqual(["ended 7 by peer"]);
});

test("invariant 3: words about another session count for nothing, and an acceptance is answered with the end", () => {
  const room = accepted();
  for (const kind of ["reject", "busy", "end"] as const) room.hear(7n, { kind, session: 9n });
  room.hear(8n, { kind: "end", session: 1n });
  expect([room.sessions.current?.peer, room.sent, room.told()]).toEqual([7n, [], []]);
  room.hear(8n, { kind: "accept", session: 9n });
  room.unknown.add(6n);
  room.hear(6n, { kind: "accept", session: 9n });
  expect(room.sent).toEqual(["end 9 to 8: there is no such session"]);
  expect(room.sessions.current?.state).toBe("open");
});

test("who asks while it is in a session with this peer has none any more", () => {
  const room = accepted();
  room.hear(7n, { kind: "request", session: 1n });
  expect(room.told()).toEqual([]);
  room.hear(7n, { kind: "request", session: 2n });
  expect(room.told()).toEqual(["ended 7 by peer: it asks for another one", "asked 7 by peer"]);
  expect(room.sent).toEqual([]);
});

test("who asks again and again while this peer is busy is told each time, and its user once", () => {
  const room = accepted();
  for (const session of [2n, 3n, 4n]) room.hear(8n, { kind: "request", session });
  expect(room.sent).toEqual(["busy 2 to 8", "busy 3 to 8", "busy 4 to 8"]);
  expect(room.told()).toEqual(["busy 8 by self"]);
  room.hear(7n, { kind: "end" });
  room.hear(7n, { kind: "request", session: 5n });
  room.sessions.answer(7n, "accept", room.nowMs);
  room.told();
  room.hear(8n, { kind: "request", session: 6n });
  expect(room.told()).toEqual(["busy 8 by self"]);
});

test("a request that nobody answers is taken back after a minute", () => {
  const room = asking();
  room.pass(59_999);
  expect(room.told()).toEqual([]);
  expect(room.sessions.nextDeadlineMs).toBe(room.nowMs + 1);
  room.pass(1);
  expect(room.sent).toEqual(["end 101 to 7: nobody answered in time"]);
  expect(room.told()).toEqual(["unanswered 7 by peer: nobody answered in time"]);
  expect(room.sessions.nextDeadlineMs).toBe(Infinity);
});

test("a request that is older than it can be, or of nobody known, is not told", () => {
  const room = new SessionRoom();
  room.hear(7n, { kind: "request" }, 400_000);
  room.unknown.add(8n);
  room.hear(8n, { kind: "request" });
  expect([room.sessions.requests, room.sent, room.told()]).toEqual([[], [], []]);
  room.hear(7n, { kind: "request" }, 300_000);
  room.hear(9n, { kind: "request" }, -1e15);
  expect(room.sessions.requests).toEqual([7n, 9n]);
});

test("more requests than can wait are answered with busy", () => {
  const room = new SessionRoom({ sessionRequestsMax: 2 });
  for (const id of [7n, 8n, 9n]) room.hear(id, { kind: "request", session: id });
  expect(room.sent).toEqual(["busy 9 to 9: too many ask it"]);
  expect(room.told()).toEqual(["asked 7 by peer", "asked 8 by peer"]);
});

test("the other end is gone: the session is over, and it is told so unless it sees for itself", () => {
  for (const [isDeaf, sent] of [
    [true, []],
    [false, ["end 1 to 7: this peer was out of its reach"]],
  ] as const) {
    const room = accepted();
    room.judged.set(7n, { againMs: room.nowMs + 5_000 });
    room.sessions.reroute(room.nowMs);
    expect(room.sessions.nextDeadlineMs).toBe(room.nowMs + 5_000);
    room.judged.set(7n, { fault: "it is gone", isDeaf });
    room.pass(5_000);
    expect(room.told()).toEqual(["ended 7 by peer: it is gone"]);
    expect(room.sent).toEqual(sent);
    expect(room.links).toEqual(["close"]);
  }
});

test("a session with who is not the same any more is told as begun before it is told as over, and makes nobody busy", () => {
  const room = asking();
  room.judged.set(7n, { fault: "it was started anew", isDeaf: true });
  room.hear(7n, { kind: "accept", session: 101n });
  expect(room.told()).toEqual(["accepted 7 by peer", "ended 7 by peer: it was started anew"]);
  const other = asking();
  other.sessions.end("", other.nowMs);
  other.hear(8n, { kind: "request", session: 5n });
  other.hear(7n, { kind: "request", session: 6n });
  other.judged.set(7n, { fault: "it was started anew", isDeaf: true });
  other.sessions.answer(7n, "accept", other.nowMs);
  expect([other.sessions.current, other.sessions.requests]).toEqual([undefined, [8n]]);
});

test("ended by this end, with a reason", () => {
  const room = accepted();
  expect(code(() => room.sessions.end("x".repeat(1_025), room.nowMs))).toBe("too-large");
  expect(code(() => room.sessions.end("\ud800", room.nowMs))).toBe("bad-content");
  expect(room.sessions.current?.state).toBe("open");
  room.sessions.end("dinner", room.nowMs);
  expect(room.sent).toEqual(["end 1 to 7: dinner"]);
  expect(room.told()).toEqual(["ended 7 by self: dinner"]);
  expect(code(() => room.sessions.end("", room.nowMs))).toBe("no-session");
});

test("a peer that leaves ends its session, and takes part in no other", () => {
  const room = accepted();
  room.sessions.leave(room.nowMs);
  room.hear(8n, { kind: "request", session: 5n });
  expect(room.sent).toEqual(["end 1 to 7: it leaves", "end 5 to 8: it leaves"]);
  expect(room.told()).toEqual(["ended 7 by self"]);
});

test("a signal that cannot be read is refused", () => {
  const room = new SessionRoom();
  const bytes = Uint8Array.of(1, 2, 3);
  const meant = { origin: 7n, epoch: 1n, sentAtMs: 0, after: [], lamport: 0, bytes };
  expect(room.sessions.meaning(meant)).toBeUndefined();
});
