import { createInterface, type Interface } from "node:readline";
import type { CommandQueue } from "./command-queue.ts";
import type { InputStream, OutputStream } from "./host.ts";
import type { MenuScreen } from "./menu-screen.ts";
import { printAbove } from "./print-above.ts";
import type { TypedLine } from "./read-lines.ts";
import { takeTyped } from "./read-terminal.ts";

/** What a terminal menu works with. */
export interface TerminalMenuParts {
  readonly input: InputStream;
  readonly output: OutputStream;
  /** Called on Ctrl-C. */
  readonly interrupted: () => void;
  /** Called on Ctrl-D at an empty line. */
  readonly ended: () => void;
  readonly acknowledge: (cursor: bigint) => void;
}

/** Shows a menu to a person. Lines arrive above the question that stands; what is being typed stays as it is. */
export class TerminalMenu implements MenuScreen {
  readonly lines: CommandQueue<TypedLine>;
  readonly #editor: Interface;
  readonly #output: OutputStream;
  readonly #acknowledge: (cursor: bigint) => void;
  #isEditing = true;

  constructor({ input, output, interrupted, ended, acknowledge }: TerminalMenuParts) {
    this.#output = output;
    this.#acknowledge = acknowledge;
    this.#editor = createInterface({ input, output, prompt: "", terminal: true, historySize: 100 });
    this.lines = takeTyped({
      ...{ input, output, editor: this.#editor, interrupted, ended },
      take: (line) => this.#answered(line),
    });
    this.#editor.once("close", () => {
      this.#isEditing = false;
      if (this.#editor.getPrompt() + this.#editor.line !== "") output.write("\n");
    });
  }

  ask(prompt: string): void {
    if (!this.#isEditing) return;
    this.#editor.setPrompt(prompt);
    // With what was typed ahead.
    this.#editor.prompt(true);
  }

  show(line: string): void {
    if (this.#isEditing) printAbove(this.#editor, this.#output, line);
    else this.#output.write(`${line}\n`);
  }

  message(line: string, cursor: bigint): void {
    this.#acknowledge(cursor);
    this.show(line);
  }

  /** A terminal takes what it is given. */
  flushed(): boolean {
    return true;
  }

  room(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#editor.close();
  }

  /** No question stands any longer. */
  #answered(text: string): TypedLine {
    this.#editor.setPrompt("");
    return { kind: "text", text };
  }
}
