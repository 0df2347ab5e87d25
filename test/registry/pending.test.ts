import { expect, test } from "vitest";
import { Pending } from "../../src/registry/pending.ts";

const limits = { pendingMs: 200_000, handOutMs: 10_000 };

test("a newcomer is handed to one peer, and to the next one when nothing came of it", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  expect(pending.handOut("a", 64, 1_000)).toEqual(["new"]);
  expect(pending.handOut("b", 64, 10_999)).toEqual([]);
  expect(pending.handOut("b", 64, 11_000)).toEqual(["new"]);
});

test("once it is reported it is handed out no more", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.handOut("a", 64, 0);
  pending.report("new", "a");
  expect(pending.handOut("b", 64, 100_000)).toEqual([]);
  expect(pending.count).toBe(0);
});

test("a peer that took too long may still report it", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.handOut("a", 64, 0);
  pending.handOut("b", 64, 10_000);
  pending.report("new", "a");
  expect(pending.count).toBe(0);
});

test("who was not given it has no say in it, but the newcomer itself has", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.report("new", "stranger");
  expect(pending.count).toBe(1);
  pending.report("new", "new");
  expect(pending.count).toBe(0);
  pending.report("new", "new");
});

test("nobody is given itself", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  expect(pending.handOut("new", 64, 0)).toEqual([]);
  expect(pending.handOut("a", 64, 0)).toEqual(["new"]);
});

test("first come, first served, and no more than asked for", () => {
  const pending = new Pending(limits);
  for (const name of ["x", "y", "z"]) pending.add(name, 0);
  pending.add("x", 50);
  expect(pending.handOut("a", 2, 60)).toEqual(["x", "y"]);
  expect(pending.handOut("b", 2, 60)).toEqual(["z"]);
});

test("after its time it waits no more, however often it was added", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.add("new", 150_000);
  pending.add("late", 150_000);
  pending.expire(199_999);
  expect(pending.count).toBe(2);
  pending.expire(200_000);
  expect(pending.handOut("a", 64, 200_000)).toEqual(["late"]);
});

test("who left waits no more", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.remove("new");
  expect(pending.handOut("a", 64, 0)).toEqual([]);
});
