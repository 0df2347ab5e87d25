import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { LocalIds } from "../../../src/bridges/udp-chat/local-ids.ts";

test("a peer has a number of four digits, the same whenever it is asked for and after a restart", async () => {
  const notebook = memoryNotebook();
  const ids = new LocalIds(notebook, { isInUse: () => true, onForgotten: () => {} });
  const made = await Promise.all([1n, 9_001n, 77_252_666_718_255_104n].map((id) => ids.of(id)));
  expect(made).toEqual(["1001", "1002", "7104"]);
  expect(await ids.of(9_001n)).toBe("1002");
  const again = new LocalIds(notebook, { isInUse: () => true, onForgotten: () => {} });
  expect([1n, 9_001n, 2n].map((id) => again.known(id))).toEqual(["1001", "1002", undefined]);
});

test("where there are too many, those that are not in use make room, and others do not", async () => {
  const forgotten: string[] = [];
  const onForgotten = (meshId: bigint, id: string): void => void forgotten.push(`${meshId} ${id}`);
  const ids = new LocalIds(memoryNotebook(), { isInUse: (id) => id !== 17n, onForgotten });
  for (let id = 1n; id <= 4_000n; id++) await ids.of(id);
  const [kept] = [await ids.of(18n)];
  expect(await ids.of(5_000n)).toMatch(/^\d{4}$/);
  expect(ids.known(17n)).toBeUndefined();
  expect(forgotten).toEqual(["17 1017"]);
  expect(ids.known(18n)).toBe(kept);
  await expect(ids.of(5_001n)).rejects.toMatchObject({ code: "resource-exhausted" });
});

test("a number that could not be noted is not given", async () => {
  const ids = new LocalIds(memoryNotebook(1), { isInUse: () => true, onForgotten: () => {} });
  await ids.of(1n);
  await expect(ids.of(2n)).rejects.toMatchObject({ code: "resource-exhausted" });
  expect(ids.known(2n)).toBeUndefined();
});
