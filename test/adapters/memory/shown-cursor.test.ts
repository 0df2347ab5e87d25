import { memoryShownCursor } from "../../../src/adapters/memory/shown-cursor.ts";
import { shownCursorContract } from "../../contract/shown-cursor.ts";

shownCursorContract("the shown cursor in memory", async () => memoryShownCursor());
