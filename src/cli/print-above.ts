import * as readline from "node:readline";
import type { OutputStream } from "./host.ts";
import { tellRow } from "./read-terminal.ts";

/** Prints above the prompt: from the prompt's first row on the screen is cleared, written, and the prompt drawn anew. */
export function printAbove(editor: readline.Interface, screen: OutputStream, text: string): void {
  const { rows } = editor.getCursorPos();
  readline.moveCursor(screen, 0, -rows);
  readline.cursorTo(screen, 0);
  readline.clearScreenDown(screen);
  screen.write(`${text}\n`);
  tellRow(editor, 0);
  editor.prompt(true);
}
