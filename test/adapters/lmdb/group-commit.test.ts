import { expect, test } from "vitest";
import { GroupCommit } from "../../../src/adapters/lmdb/group-commit.ts";

/** A writer whose writes end when the test says so. */
function heldWriter() {
  const groups: (readonly string[])[] = [];
  const ends: PromiseWithResolvers[] = [];
  const write = (jobs: readonly string[]): Promise<void> => {
    groups.push(jobs);
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  return { groups, ends, write };
}

interface PromiseWithResolvers {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Lets every promise that can settle do so. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test("jobs of one turn share a group, and those that come during its write share the next", async () => {
  const { groups, ends, write } = heldWriter();
  const group = new GroupCommit<string>(10, write);
  const first = [group.add("a", 1), group.add("b", 1)];
  await settle();
  const second = [group.add("c", 1), group.add("d", 1)];
  await settle();
  expect(groups).toEqual([["a", "b"]]);
  ends[0]?.resolve();
  await Promise.all(first);
  await settle();
  expect(groups).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  ends[1]?.resolve();
  await Promise.all(second);
  await group.idle();
});

test("a group stays within its weight, but a heavier job is written on its own", async () => {
  const { groups, ends, write } = heldWriter();
  const group = new GroupCommit<string>(10, write);
  const added = [
    ["a", 6],
    ["b", 4],
    ["c", 1],
    ["huge", 50],
    ["d", 1],
    ["alone", Infinity],
    ["e", 1],
  ] as const;
  const done = Promise.all(added.map(([job, weight]) => group.add(job, weight)));
  for (let at = 0; at < 6; at += 1) {
    await settle();
    ends[at]?.resolve();
  }
  await done;
  expect(groups).toEqual([["a", "b"], ["c"], ["huge"], ["d"], ["alone"], ["e"]]);
});

test("a failed write rejects its whole group and nothing else", async () => {
  const { ends, write } = heldWriter();
  const group = new GroupCommit<string>(10, write);
  const failing = Promise.allSettled([group.add("a", 1), group.add("b", 1)]);
  await settle();
  const next = group.add("c", 1);
  ends[0]?.reject(new Error("no room"));
  expect((await failing).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await settle();
  ends[1]?.resolve();
  await expect(next).resolves.toBeUndefined();
});

test("idle waits for what was added before it", async () => {
  const { ends, write } = heldWriter();
  const group = new GroupCommit<string>(10, write);
  await group.idle();
  let idle = false;
  const done = group.add("a", 1);
  const waited = group.idle().then(() => (idle = true));
  await settle();
  expect(idle).toBe(false);
  ends[0]?.resolve();
  await Promise.all([done, waited]);
});
