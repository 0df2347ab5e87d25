import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { noteLimits } from "../../../src/bridges/limits.ts";
import { ShownNotes } from "../../../src/bridges/udp-chat/shown-notes.ts";
import { E3Error } from "../../../src/core/error.ts";
import type { Notebook } from "../../../src/ports/notebook.ts";

function notesOf(notebook: Notebook, signedIn: readonly string[] = []): ShownNotes {
  return new ShownNotes(notebook, () => signedIn);
}

test("what a node was shown last is known once, after a restart too", async () => {
  const notebook = memoryNotebook();
  await notesOf(notebook).note({ id: "9101", shown: 7n });
  await notesOf(notebook).note({ id: "7493", shown: undefined });
  const again = notesOf(notebook);
  expect([again.take("9101"), again.take("9101"), again.take("7493")]).toEqual([7n, undefined, undefined]);
  expect(notebook.entries()).toEqual([]);
});

test("what is noted of programs that will not go on is dropped", async () => {
  const notebook = memoryNotebook();
  const notes = notesOf(notebook, ["7493"]);
  for (const id of ["9101", "7493", "4403"]) await notes.note({ id, shown: 7n });
  await notebook.set("at 9101", "127.0.0.1:5000");
  notes.tidy();
  expect(notebook.entries().map(([key]) => key)).toEqual(["at 9101", "shown 7493"]);
});

test("a note that cannot be kept, or makes no sense, is none", async () => {
  const notebook = memoryNotebook();
  await notebook.set("shown 9101", "x");
  expect(notesOf(notebook).take("9101")).toBeUndefined();
  notebook.set = () => Promise.reject(new E3Error("store-failed", "the disk is full"));
  await notesOf(notebook).note({ id: "9101", shown: 7n });
});

test("of very many, also of a former life, those are dropped that will not go on", async () => {
  const notebook = memoryNotebook();
  for (let id = 0; id < noteLimits.users; id += 1) await notebook.set(`shown ${id}`, "7");
  await notesOf(notebook, ["12", "9101"]).note({ id: "9101", shown: 7n });
  expect(notebook.entries().map(([key]) => key)).toEqual(["shown 12", "shown 9101"]);
});
