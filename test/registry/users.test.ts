import { expect, test } from "vitest";
import type { User } from "../../src/registry/user.ts";
import { Users } from "../../src/registry/users.ts";

const ali: User = { name: "Ali", id: 5n, passwordHash: "x", serial: 0n, signedUpAtMs: 0, session: undefined };

test("a user is found by id, and by name in any case", () => {
  const users = new Users();
  users.put(ali);
  expect([users.find("Ali"), users.find("aLI"), users.findId(5n)]).toEqual([ali, ali, ali]);
  expect([users.find("veli"), users.findId(6n), users.count]).toEqual([undefined, undefined, 1]);
});

test("what changed of a user takes the place of what was known", () => {
  const users = new Users();
  users.put(ali);
  users.put({ ...ali, serial: 9n });
  expect([users.find("ali")?.serial, users.count]).toEqual([9n, 1]);
});
