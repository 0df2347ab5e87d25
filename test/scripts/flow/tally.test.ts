import { expect, test } from "vitest";
import { Tally } from "../../../scripts/flow/tally.ts";

test("whoever waits for a count goes on when it is reached, and not before", async () => {
  const tally = new Tally();
  const reached: string[] = [];
  const two = tally.reach("read", 2).then(() => reached.push("two"));
  const one = tally.reach("read", 1).then(() => reached.push("one"));
  tally.add("sent");
  tally.add("read");
  await one;
  expect(reached).toEqual(["one"]);
  tally.add("read");
  await two;
  expect(reached).toEqual(["one", "two"]);
  expect(tally.counts).toMatchObject({ sent: 1, read: 2, wrong: 0 });
});

test("a count that is reached already is not waited for", async () => {
  const tally = new Tally();
  tally.add("delivered");
  await tally.reach("delivered", 1);
  await tally.reach("waited", 0);
});
