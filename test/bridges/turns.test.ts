import { expect, test } from "vitest";
import { Turns } from "../../src/bridges/turns.ts";
import { settled } from "../cli/fake-host.ts";

test("work of one key goes on in the order it came, also after a failure, and that of another key beside it", async () => {
  const turns = new Turns();
  const log: string[] = [];
  let finish: () => void = () => {};
  const first = turns.take("a", async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    log.push("a1");
    throw new Error("a1 fails");
  });
  const second = turns.take("a", async () => log.push("a2"));
  await turns.take("b", async () => log.push("b1"));
  await settled();
  expect(log).toEqual(["b1"]);
  finish();
  await expect(first).rejects.toThrow("a1 fails");
  expect(await second).toBe(3);
  expect(log).toEqual(["b1", "a1", "a2"]);
});
