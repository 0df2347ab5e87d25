import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { notebookContract } from "../../contract/notebook.ts";

notebookContract("a notebook in memory", async (entriesMax) => memoryNotebook(entriesMax));
