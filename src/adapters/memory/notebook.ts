import { E3Error } from "../../core/error.ts";
import type { Notebook } from "../../ports/notebook.ts";

/** A notebook that is forgotten with the process. */
export function memoryNotebook(entriesMax = 10_000): Notebook {
  const kept = new Map<string, string>();
  let isClosed = false;
  return {
    get: (key) => kept.get(key),
    set(key, value) {
      if (isClosed) return Promise.reject(new E3Error("closed", "the notebook is closed"));
      if (!kept.has(key) && kept.size >= entriesMax)
        return Promise.reject(new E3Error("resource-exhausted", `the notebook holds ${entriesMax} entries`));
      kept.set(key, value);
      return Promise.resolve();
    },
    delete(key) {
      if (isClosed) return Promise.reject(new E3Error("closed", "the notebook is closed"));
      kept.delete(key);
      return Promise.resolve();
    },
    entries: () => [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    close() {
      isClosed = true;
      return Promise.resolve();
    },
  };
}
