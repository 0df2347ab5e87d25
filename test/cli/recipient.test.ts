import { expect, test } from "vitest";
import { everybody, recipientOf } from "../../src/cli/recipient.ts";
import { FakePeer, peerInfo } from "./fake-peer.ts";

function meshOf(...names: readonly (readonly [bigint, string])[]): FakePeer {
  const peer = new FakePeer();
  peer.known = names.map(([id, name]) => peerInfo({ id, name, addresses: [`127.0.0.1:${id}`] }));
  return peer;
}

/** Code and words of what is thrown. */
function failure(typed: string, peer: FakePeer): string {
  try {
    return `${recipientOf(typed, peer)}`;
  } catch (error) {
    const { code, message } = error as { readonly code: string; readonly message: string };
    return `${code}: ${message}`;
  }
}

test("an id is itself, known or not, and a name is its peer's id", () => {
  const peer = meshOf([5n, "ali"], [6n, "Ali Reza"]);
  expect(recipientOf(99n, peer)).toBe(99n);
  expect(recipientOf("ali", peer)).toBe(5n);
  expect(recipientOf('"ali reza"', peer)).toBe(6n);
});

test("one's own name is oneself", () => {
  const peer = meshOf([5n, "ali"]);
  peer.name = "bob";
  expect(recipientOf("bob", peer)).toBe(peer.id);
});

test("of namesakes each is named, with the word that means it", () => {
  const peer = meshOf([1_105n, "ali"], [1_106n, "ali"]);
  peer.name = "ali";
  expect(failure("ali", peer)).toBe(
    'ambiguous-name: "ali" is the name of 3 peers: write ali@104 (id 77252666718255104, you) ' +
      "or ali@105 (id 1105, 127.0.0.1:1105) or ali@106 (id 1106, 127.0.0.1:1106)",
  );
  expect(recipientOf("ali@106", peer)).toBe(1_106n);
});

test("of many namesakes some are listed", () => {
  const peer = meshOf(...Array.from({ length: 9 }, (_, index) => [BigInt(1_000 + index), "ali"] as const));
  expect(failure("ali", peer)).toMatch(/is the name of 9 peers: .*ali@004 \([^)]*\) and 4 more$/);
});

test("nobody is an error that names who may have been meant", () => {
  const peer = meshOf([5n, "ali"], [6n, "Ali Reza"]);
  expect(failure("alli", peer)).toBe(
    'unknown-peer: "alli" is neither an id nor the name of a known peer; did you mean ali?',
  );
  expect(failure("al", peer)).toMatch(/did you mean ali or "Ali Reza"\?$/);
  expect(failure("stranger", peer)).toMatch(/^unknown-peer: "stranger" is neither .* for example "77252666718255106 /);
  expect(failure('"x y', peer)).toMatch(/^unknown-peer: "x y is neither/);
});

test.each(["1.5", "0x10", "12a"])("%s looks like an id, and is said to be none", (word) => {
  expect(failure(word, meshOf())).toMatch(/^bad-id: .*not a number/);
});

test("neither names nor what was typed can steer the screen or fill it", () => {
  const peer = meshOf([5n, "ali\u001b[2J\u202e"]);
  expect(failure("ali\u001b[2J\u202f", peer)).not.toMatch(/[\u001b\u202e]/);
  expect(failure("x".repeat(1_000_000), peer).length).toBeLessThan(300);
});

test("everybody is the peer itself and all it knows", () => {
  const peer = meshOf([5n, "ali"]);
  expect(everybody(peer).map(({ id }) => id)).toEqual([peer.id, 5n]);
});

test("nobody is asked whether he meant himself", () => {
  const peer = meshOf([5n, "alix"], [6n, "bob"]);
  peer.name = "ali";
  expect(failure("alik", peer)).toMatch(/did you mean alix\?$/);
  peer.known = [];
  expect(failure("alik", peer)).toMatch(/^unknown-peer: "alik" is neither/);
  expect(failure("alik", peer)).not.toContain("did you mean");
});

test("what else may be written is said as it is asked for", () => {
  expect(() => recipientOf("nobody", meshOf(), { hint: "/who lists the peers known" })).toThrow(
    /^"nobody" is neither an id nor the name of a known peer; \/who lists the peers known$/,
  );
});
