import { expect, test } from "vitest";
import { Pending } from "../../src/registry/pending.ts";

const limits = { pendingMs: 200_000, handOutMs: 10_000 };
const all = { countMax: 64, waitedMinMs: 0 };

test("a newcomer is handed to one peer, and to the next one when nothing came of it", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  expect(pending.handOut("a", all, 1_000)).toEqual(["new"]);
  expect(pending.handOut("b", all, 10_999)).toEqual([]);
  expect(pending.handOut("b", all, 11_000)).toEqual(["new"]);
});

test("once it is reported it is handed out no more", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.handOut("a", all, 0);
  pending.report("new", "a");
  expect(pending.handOut("b", all, 100_000)).toEqual([]);
  expect(pending.count).toBe(0);
});

test("a peer that took too long may still report it", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.handOut("a", all, 0);
  pending.handOut("b", all, 10_000);
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
  expect(pending.handOut("new", all, 0)).toEqual([]);
  expect(pending.handOut("a", all, 0)).toEqual(["new"]);
});

test("first come, first served, and no more than asked for", () => {
  const pending = new Pending(limits);
  for (const name of ["x", "y", "z"]) pending.add(name, 0);
  pending.add("x", 50);
  expect(pending.handOut("a", { ...all, countMax: 2 }, 60)).toEqual(["x", "y"]);
  expect(pending.handOut("b", { ...all, countMax: 2 }, 60)).toEqual(["z"]);
});

test("after its time it waits no more, however often it was added", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.add("new", 150_000);
  pending.add("late", 150_000);
  pending.expire(199_999);
  expect(pending.count).toBe(2);
  pending.expire(200_000);
  expect(pending.handOut("a", all, 200_000)).toEqual(["late"]);
});

test("who left waits no more", () => {
  const pending = new Pending(limits);
  pending.add("new", 0);
  pending.remove("new");
  expect(pending.handOut("a", all, 0)).toEqual([]);
});

test("who is to get those alone that have waited for long gets no others", () => {
  const pending = new Pending(limits);
  pending.add("old", 0);
  pending.add("new", 10);
  expect(pending.handOut("a", { ...all, waitedMinMs: 100 }, 99)).toEqual([]);
  expect(pending.handOut("a", { ...all, waitedMinMs: 100 }, 100)).toEqual(["old"]);
});
