import { expect, test } from "vitest";
import { Deadlines } from "../../src/bridges/deadlines.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";

test("each rings once, in the order of their times, and one that is set anew or cleared does not ring as before", async () => {
  const mesh = createTestMesh();
  const deadlines = new Deadlines(mesh.clock());
  const beganMs = deadlines.nowMs;
  const rung: (readonly [string, number])[] = [];
  const note = (name: string) => (): void => void rung.push([name, Math.round(deadlines.nowMs - beganMs)]);
  deadlines.set("late", 30, note("late"));
  deadlines.set("early", 10, note("early"));
  deadlines.set("moved", 5, note("moved"));
  deadlines.set("moved", 20, note("moved"));
  deadlines.set("cleared", 15, note("cleared"));
  deadlines.clear("cleared");
  deadlines.clear("unknown");
  await mesh.run(1_000);
  expect(rung).toEqual([
    ["early", 10],
    ["moved", 20],
    ["late", 30],
  ]);
});

test("one that rings may set others, itself too, and clear those of the same time", async () => {
  const mesh = createTestMesh();
  const deadlines = new Deadlines(mesh.clock());
  const rung: string[] = [];
  deadlines.set("a", 10, () => {
    rung.push("a");
    deadlines.clear("b");
    deadlines.set("a", 10, () => rung.push("a again"));
  });
  deadlines.set("b", 10, () => rung.push("b"));
  await mesh.run(1_000);
  expect(rung).toEqual(["a", "a again"]);
});

test("once closed none rings", async () => {
  const mesh = createTestMesh();
  const deadlines = new Deadlines(mesh.clock());
  const rung: string[] = [];
  deadlines.set("a", 10, () => rung.push("a"));
  deadlines.close();
  await mesh.run(1_000);
  expect(rung).toEqual([]);
});
