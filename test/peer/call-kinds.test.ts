import { expect, test } from "vitest";
import type { Peer } from "../../src/peer/types.ts";
import { villages } from "./world.ts";

const village = villages();

/** A peer as plain JavaScript has it. */
type Untyped = Record<string, (...given: unknown[]) => unknown>;

const untyped = (whatever: unknown): Untyped => whatever as Untyped;

test.each<readonly [call: string, of: (peer: Peer) => unknown, given: readonly unknown[], told: string]>([
  ["send", (peer) => peer, [5n, "x", null], "bad-option: the options of a send must be an object"],
  ["send", (peer) => peer, [undefined, "x"], "bad-id: an id must be a bigint, not a undefined"],
  ["sendWhenRoom", (peer) => peer, [5n, "x", null], "bad-option: the options of sendWhenRoom must be an object"],
  [
    "sendWhenRoom",
    (peer) => peer,
    [5n, "x", { signal: 5 }],
    "bad-option: the option signal of sendWhenRoom must be an",
  ],
  ["messages", (peer) => peer, [null], "bad-option: the options of messages must be an object"],
  [
    "messages",
    (peer) => peer,
    [{ after: 5 }],
    "bad-option: the option after of messages must be a cursor as a bigint,",
  ],
  [
    "messages",
    (peer) => peer,
    [{ acknowledge: true }],
    'bad-option: the option acknowledge of messages must be "auto"',
  ],
  ["acknowledge", (peer) => peer, [], "bad-option: the cursor must be a bigint, for example 5n"],
  ["acknowledge", (peer) => peer, [0], "bad-option: the cursor must be a bigint"],
  ["events", (peer) => peer, [{ signal: {} }], "bad-option: the option signal of events must be an AbortSignal"],
  ["peers", (peer) => peer, [{ lately: 1 }], "bad-option: the option lately of peers must be true or false"],
  ["search", (peer) => peer, [], "bad-option: the word for a peer must be text"],
  ["search", (peer) => peer, [5n], "bad-option: the word for a peer must be text"],
  ["connect", (peer) => peer, [], "bad-option: the address must be text, host:port"],
  [
    "connect",
    (peer) => peer,
    ["127.0.0.1:1", { withinMs: "5" }],
    "bad-option: the option withinMs of connect must be a",
  ],
  ["disconnect", (peer) => peer, [], "bad-id: an id must be a bigint"],
  ["setCredential", (peer) => peer, [], "bad-option: the credential must be a Uint8Array"],
  ["rename", (peer) => peer, [], "bad-option: the name must be text"],
  ["markRead", (peer) => peer, [1], "bad-option: the cursor must be a bigint"],
  ["markRead", (peer) => peer, [1n, null], "bad-option: the options of markRead must be an object"],
  ["readBy", (peer) => peer, [], "bad-id: an id must be a bigint"],
  ["history", (peer) => peer, [], "bad-option: the options of history must be an object"],
  ["history", (peer) => peer, [{ with: 5n, from: "2026" }], "bad-option: the option from of history must be a Date"],
  ["history", (peer) => peer, [{ with: 5n, after: 5n }], "bad-option: the option after of history must be text"],
  [
    "create",
    (peer) => peer.groups,
    ["x"],
    "bad-option: the members to invite must be a list of ids, for example [5n, 6n]",
  ],
  ["create", (peer) => peer.groups, [[5n], "x"], "bad-option: the name of the group must be text"],
  ["create", (peer) => peer.groups, ["x", ["5"]], "bad-id: an id must be a bigint, not a string"],
  ["invite", (peer) => peer.groups, [5n], "bad-option: the members to invite must be a list of ids"],
  ["accept", (peer) => peer.groups, [], "unknown-group: "],
  ["request", (peer) => peer.sessions, [], "bad-id: an id must be a bigint"],
  ["accept", (peer) => peer.sessions, [], "no-session: "],
  ["end", (peer) => peer.sessions, [5], "bad-option: the reason must be text"],
  ["explain", (peer) => peer, [], "unknown-number: "],
])("%s with what no type checker would let pass says what would be right", async (call, of, given, told) => {
  const here = village();
  const [left] = await here.pair();
  const made = async (): Promise<unknown> => untyped(of(left))[call]?.bind(of(left))(...given);
  const fault: unknown = await made().then(
    () => "nothing",
    (error: unknown) => error,
  );
  const { code, message } = fault as { readonly code?: string; readonly message?: string };
  expect(`${code}: ${message}`).toContain(told);
});
