import type { CommandQueue } from "./command-queue.ts";
import type { LineWriter } from "./line-writer.ts";
import type { MenuScreen } from "./menu-screen.ts";
import type { TypedLine } from "./read-lines.ts";

/**
 * Shows a menu as plain lines, for pipes and files. A prompt is a line of its own, blank at its end and all: what arrives
 * while it stands begins a new line, and a program can wait for either.
 */
export class PlainMenu implements MenuScreen {
  readonly lines: CommandQueue<TypedLine>;
  readonly #writer: LineWriter;

  constructor(lines: CommandQueue<TypedLine>, writer: LineWriter) {
    this.lines = lines;
    this.#writer = writer;
  }

  ask(prompt: string): void {
    this.#writer.write(prompt);
  }

  show(line: string): void {
    this.#writer.write(line);
  }

  message(line: string, cursor: bigint): void {
    this.#writer.write(line, cursor);
  }

  flushed(): boolean | Promise<boolean> {
    return this.#writer.flushed();
  }

  room(): Promise<void> {
    return this.#writer.room();
  }

  close(): void {
    this.lines.end();
  }
}
