import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { ShownNotes } from "../../../src/bridges/udp-chat/shown-notes.ts";
import { E3Error } from "../../../src/core/error.ts";

test("what a node was shown last is known once, after a restart too", async () => {
  const notebook = memoryNotebook();
  await new ShownNotes(notebook).note({ id: "9101", shown: 7n });
  await new ShownNotes(notebook).note({ id: "7493", shown: undefined });
  const again = new ShownNotes(notebook);
  expect([again.take("9101"), again.take("9101"), again.take("7493")]).toEqual([7n, undefined, undefined]);
  expect(notebook.entries()).toEqual([]);
});

test("what is noted of programs that will not go on is dropped", async () => {
  const notebook = memoryNotebook();
  const notes = new ShownNotes(notebook);
  for (const id of ["9101", "7493", "4403"]) await notes.note({ id, shown: 7n });
  await notebook.set("at 9101", "127.0.0.1:5000");
  notes.keepOnly(["7493"]);
  expect(notebook.entries().map(([key]) => key)).toEqual(["at 9101", "shown 7493"]);
});

test("a note that cannot be kept, or makes no sense, is none", async () => {
  const notebook = memoryNotebook();
  await notebook.set("shown 9101", "x");
  expect(new ShownNotes(notebook).take("9101")).toBeUndefined();
  notebook.set = () => Promise.reject(new E3Error("store-failed", "the disk is full"));
  await new ShownNotes(notebook).note({ id: "9101", shown: 7n });
});
