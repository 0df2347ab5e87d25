import { expect, test } from "vitest";
import { createEntropy } from "../../src/adapters/node/entropy.ts";
import { hashToken, makeToken, Sessions } from "../../src/registry/sessions.ts";
import { testSigner } from "../../src/testing/signer.ts";

const signer = testSigner(1);
const hash = (token: string): Uint8Array => hashToken(token, signer);

test("a token stands for its user until the session ends", () => {
  const sessions = new Sessions();
  sessions.open("ali", hash("a"));
  expect([sessions.find(hash("a")), sessions.find(hash("b"))]).toEqual(["ali", undefined]);
  sessions.end("ali");
  expect(sessions.find(hash("a"))).toBeUndefined();
  sessions.end("ali");
});

test("a user has one session: the next one ends it", () => {
  const sessions = new Sessions();
  sessions.open("ali", hash("a"));
  sessions.open("veli", hash("v"));
  sessions.open("ali", hash("b"));
  expect([sessions.find(hash("a")), sessions.find(hash("b")), sessions.count]).toEqual([undefined, "ali", 2]);
});

test("of the tokens before, the last one is known until the session ends, and no earlier one", () => {
  const sessions = new Sessions();
  const replaced = (): readonly (string | undefined)[] => ["a", "b", "c"].map((t) => sessions.findReplaced(hash(t)));
  sessions.open("ali", hash("a"));
  sessions.open("ali", hash("a"));
  expect(replaced()).toEqual([undefined, undefined, undefined]);
  sessions.open("ali", hash("b"));
  expect(replaced()).toEqual(["ali", undefined, undefined]);
  sessions.open("ali", hash("b"));
  expect(replaced()).toEqual(["ali", undefined, undefined]);
  sessions.open("ali", hash("c"));
  expect(replaced()).toEqual([undefined, "ali", undefined]);
  sessions.end("ali");
  expect(replaced()).toEqual([undefined, undefined, undefined]);
});

test("tokens are 43 characters that need no quoting, each another", () => {
  const entropy = createEntropy();
  const tokens = Array.from({ length: 100 }, () => makeToken(entropy));
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(new Set(tokens).size).toBe(100);
});

test("what a stranger sends for a token may be long and odd", () => {
  expect(hash("a".repeat(10_000_000))).toHaveLength(32);
  expect(hash("")).toHaveLength(32);
});
