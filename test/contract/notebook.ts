import { describe, expect, test } from "vitest";
import type { Notebook } from "../../src/ports/notebook.ts";

/** What every adapter of src/ports/notebook.ts promises. @param make one that holds nothing, and at most so many entries. */
export function notebookContract(name: string, make: (entriesMax: number) => Promise<Notebook>): void {
  describe(`${name} keeps the notebook contract`, () => {
    test("what was set last is there, and what was deleted is not", async () => {
      const notebook = await make(10);
      await Promise.all([notebook.set("b", "1"), notebook.set("a", "2"), notebook.set("b", "3")]);
      expect([notebook.get("a"), notebook.get("b"), notebook.get("c")]).toEqual(["2", "3", undefined]);
      await notebook.delete("a");
      await notebook.delete("c");
      expect(notebook.get("a")).toBeUndefined();
    });

    test("entries are all that are kept, ascending by key", async () => {
      const notebook = await make(10);
      for (const key of ["b", "a", "ä", "B"]) await notebook.set(key, key.toUpperCase());
      expect(notebook.entries()).toEqual([
        ["B", "B"],
        ["a", "A"],
        ["b", "B"],
        ["ä", "Ä"],
      ]);
    });

    test("a full one takes no new keys, and new values for those it has", async () => {
      const notebook = await make(2);
      await notebook.set("a", "1");
      await notebook.set("b", "1");
      await expect(notebook.set("c", "1")).rejects.toMatchObject({ code: "resource-exhausted" });
      await notebook.set("a", "2");
      await notebook.delete("b");
      await notebook.set("c", "1");
      expect(notebook.entries()).toEqual([
        ["a", "2"],
        ["c", "1"],
      ]);
    });

    test("once closed, what was set before is kept, and nothing is set any more", async () => {
      const notebook = await make(10);
      await notebook.set("a", "1");
      const last = notebook.set("b", "1");
      await notebook.close();
      await last;
      await expect(notebook.set("a", "1")).rejects.toMatchObject({ code: "closed" });
      await expect(notebook.set("c", "1")).rejects.toMatchObject({ code: "closed" });
      await expect(notebook.delete("a")).rejects.toMatchObject({ code: "closed" });
      expect(notebook.entries()).toEqual([
        ["a", "1"],
        ["b", "1"],
      ]);
      await notebook.close();
    });
  });
}
