import { expect, test } from "vitest";
import { checkId } from "../../src/core/ids.ts";
import { villages } from "./world.ts";

const village = villages();

test("a group has an id of its own, and those invited know of it within moments", async () => {
  const here = village();
  const [left, right] = await here.pair();
  const group = await here.time.until(left.groups.create("team", [2n]));
  expect(() => checkId(group)).not.toThrow();
  await here.time.pass(100);
  const members = [
    { id: 1n, state: "joined", invitedBy: 0n },
    { id: 2n, state: "invited", invitedBy: 1n },
  ];
  expect(left.groups.list()).toMatchObject([{ id: group, name: "team", state: "joined", members }]);
  expect(right.groups.list()).toMatchObject([{ id: group, name: "team", state: "invited", members }]);
  right.groups.accept(group);
  await here.time.pass(100);
  expect(left.groups.list()[0]?.members.map(({ state }) => state)).toEqual(["joined", "joined"]);
  const { settled } = left.send(group, "hello");
  expect(await here.time.until(settled)).toEqual({ status: "delivered", reason: "" });
});

test("two groups made at once have different ids", async () => {
  const here = village();
  const [left] = await here.pair();
  const made = await here.time.until(Promise.all(["one", "two"].map((name) => left.groups.create(name, [2n]))));
  expect(new Set(made).size).toBe(2);
});

test("what cannot be is refused at once, and no group is made", async () => {
  const here = village();
  const [left] = await here.pair();
  const create = (name: string, ...members: readonly bigint[]) => here.time.until(left.groups.create(name, members));
  await expect(create("team")).rejects.toMatchObject({ code: "bad-option" });
  await expect(create("team", 1n)).rejects.toMatchObject({ code: "bad-option" });
  await expect(create("team", 2n, 0n)).rejects.toMatchObject({ code: "bad-id" });
  await expect(create("team", 2n, -1n)).rejects.toMatchObject({ code: "bad-id" });
  await expect(create("", 2n)).rejects.toMatchObject({ code: "bad-option" });
  await expect(create("a\u0007b", 2n)).rejects.toMatchObject({ code: "bad-option" });
  expect(left.groups.list()).toEqual([]);
  const group = await create("team", 2n, 2n);
  expect(() => left.groups.invite(group, [2n ** 63n])).toThrow("above the maximum");
  expect(() => left.groups.invite(group, [1n])).toThrow("cannot invite itself");
  expect(() => left.groups.invite(7n, [2n])).toThrow("no group 7");
  expect(() => left.groups.accept(7n)).toThrow("no group 7");
  expect(() => left.groups.reject(group)).toThrow("member already");
  left.groups.leave(group);
  expect(() => left.groups.leave(group)).toThrow("not in group team");
});

test("a closed peer does nothing more with groups, nor makes one that it was asked for before", async () => {
  const here = village();
  const [left] = await here.pair();
  const group = await here.time.until(left.groups.create("team", [2n]));
  await here.time.until(left.close());
  await expect(here.time.until(left.groups.create("late", [2n]))).rejects.toMatchObject({ code: "closed" });
  for (const act of ["accept", "reject", "leave"] as const)
    expect(() => left.groups[act](group)).toThrow("the peer is closed");
  expect(() => left.groups.invite(group, [3n])).toThrow("the peer is closed");
});

test("a peer that is closed before a group has its id does not make it", async () => {
  const here = village();
  const [left] = await here.pair();
  const late = left.groups.create("late", [2n]).catch((error: unknown) => error);
  await here.time.until(left.close());
  expect(await here.time.until(late)).toMatchObject({ code: "closed" });
  expect(left.groups.list()).toEqual([]);
});
