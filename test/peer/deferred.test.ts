import { expect, test } from "vitest";
import { deferred } from "../../src/peer/deferred.ts";

test("a deferred promise is kept with the first value it is given", async () => {
  const { promise, resolve, reject } = deferred<number>();
  resolve(1);
  resolve(2);
  reject(new Error("too late"));
  expect(await promise).toBe(1);
});

test("a deferred promise is broken with the first error it is given", async () => {
  const { promise, resolve, reject } = deferred<number>();
  reject(new Error("broken"));
  resolve(1);
  await expect(promise).rejects.toThrow("broken");
});
