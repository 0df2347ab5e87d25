import { expect, test } from "vitest";
import { memorySessionStore } from "../../src/adapters/memory/session-store.ts";
import { KeptSession } from "../../src/registry/kept-session.ts";
import { notedLog } from "../adapters/noted-log.ts";
import { storedSession } from "../contract/session-store.ts";

function rig(store = memorySessionStore()) {
  const { log, lines } = notedLog();
  let saves = 0;
  const counting = {
    load: () => store.load(),
    save: (session: Parameters<typeof store.save>[0]) => {
      saves += 1;
      return store.save(session);
    },
  };
  const kept = new KeptSession(storedSession(), counting, log);
  return { kept, store, lines, saves: () => saves };
}

test("what changes is stored, in the order in which it changed", async () => {
  const { kept, store } = rig();
  kept.renew(Uint8Array.of(9));
  kept.remember([{ id: 3n, address: "a:3" }]);
  kept.end();
  await kept.idle();
  const expected = storedSession({ credential: Uint8Array.of(9), neighbours: [{ id: 3n, address: "a:3" }], token: "" });
  expect([kept.now, await store.load()]).toEqual([expected, expected]);
});

test("neighbours are stored when they are others than before, eight at most, and the last ones stand", async () => {
  const { kept, saves } = rig();
  const many = Array.from({ length: 9 }, (_, index) => ({ id: BigInt(index), address: `a:${index}` }));
  kept.remember(kept.now.neighbours);
  kept.remember([]);
  expect(saves()).toBe(0);
  for (let times = 0; times < 3; times += 1) kept.remember(many);
  await kept.idle();
  expect([saves(), kept.now.neighbours]).toEqual([1, many.slice(0, 8)]);
});

test("another session keeps the neighbours, and is not stored twice", () => {
  const { kept, saves } = rig();
  kept.replace(storedSession({ token: "another", neighbours: [] }));
  expect([kept.now, saves()]).toEqual([storedSession({ token: "another" }), 0]);
});

test("a store that fails is logged, without the token, and what comes later is stored all the same", async () => {
  let fails = true;
  const store = memorySessionStore();
  const fragile: typeof store = {
    load: () => store.load(),
    save: (session) => (fails ? Promise.reject(new Error("the disk is full")) : store.save(session)),
  };
  const { kept, lines } = rig(fragile);
  kept.renew(Uint8Array.of(9));
  await kept.idle();
  expect(lines).toEqual([expect.objectContaining({ level: "error" })]);
  expect(JSON.stringify(lines, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value))).not.toContain(
    "a token",
  );
  fails = false;
  kept.end();
  await kept.idle();
  expect(await store.load()).toMatchObject({ token: "", credential: Uint8Array.of(9) });
});
