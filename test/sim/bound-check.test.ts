import { expect, test } from "vitest";
import { World } from "./world.ts";

test("a table with more records than its bound is found, when it is written to", () => {
  const world = new World({ seed: 1, limits: { lanesMax: 2 } });
  const a = world.peer("a", { id: 1n });
  world.run(1_000);
  for (const to of [5n, 6n]) a.send(to, "hi");
  world.run(100);
  world.checker.applied(a, []);
  const value = new Uint8Array();
  a.disk.commit([{ table: "lanes", key: "f".repeat(16), value }], () => {});
  expect(() => world.run(100)).toThrow("broken: 12");
});

test("a peer with more sends than its bound is found", () => {
  const world = new World({ seed: 1 });
  const a = world.peer("a", { id: 1n });
  world.run(1_000);
  for (let text = 0; text < 3; text += 1) a.send(5n, `text ${text}`);
  const commit = { kind: "persist", commit: 1, ops: [] } as const;
  world.checker.stepped(a, { kind: "alarm" }, [commit]);
  Object.assign(a.limits, { outboxCountMax: 2 });
  expect(() => world.checker.stepped(a, { kind: "alarm" }, [commit])).toThrow("broken: 12");
});
