import { createInterface, type Interface } from "node:readline";
import { CommandQueue } from "./command-queue.ts";
import type { Completion } from "./completion.ts";
import type { InputStream, OutputStream } from "./host.ts";
import { parseLine } from "./line.ts";

/** A prompt and the commands typed at it. */
export interface TerminalInput {
  readonly editor: Interface;
  readonly commands: CommandQueue;
}

/** What a terminal input asks and tells. */
export interface TerminalListener {
  /** Called on Ctrl-C. */
  readonly interrupted: () => void;
  /** Called on Ctrl-D at an empty line, and when the terminal is gone; what was entered before is still read. */
  readonly ended: () => void;
  /** What a line may go on with, called on Tab with the line up to the cursor. */
  readonly complete: (line: string) => Completion;
}

/** Reads commands from a terminal, with a prompt, editing, completion and history. */
export function readTerminal(
  input: InputStream,
  output: OutputStream,
  { interrupted, ended, complete }: TerminalListener,
): TerminalInput {
  const completer = (line: string): [string[], string] => {
    const [candidates, word] = complete(line);
    return [[...candidates], word];
  };
  const editor = createInterface({ input, output, prompt: "> ", terminal: true, historySize: 1_000, completer });
  const commands = takeTyped({ input, output, editor, interrupted, ended, take: parseLine });
  editor.on("line", () => editor.prompt());
  return { editor, commands };
}

/** What lines are taken from. */
interface TypedSource<T> {
  readonly input: InputStream;
  readonly output: OutputStream;
  readonly editor: Interface;
  readonly interrupted: () => void;
  readonly ended: () => void;
  readonly take: (line: string) => T;
}

/** What is typed at an editor, line by line, until its end. */
export function takeTyped<T>({ input, output, editor, interrupted, ended, take }: TypedSource<T>): CommandQueue<T> {
  const commands = new CommandQueue<T>(
    {
      // Not editor.pause(): the next prompt would undo it. In raw mode Ctrl-C is a byte of the input; while that is not
      // read, it must be a signal again.
      pause: () => {
        input.setRawMode?.(false);
        input.pause();
      },
      resume: () => {
        input.setRawMode?.(true);
        input.resume();
      },
    },
    waitingMax,
  );
  editor.on("line", (line) => commands.push(take(line)));
  input.on("data", () => tellRow(editor, editor.getCursorPos().rows));
  // A terminal that is made wider or narrower wraps its lines anew, before the editor, which is told next, draws its own.
  output.prependListener("resize", () => tellRow(editor, editor.getCursorPos().rows));
  editor.on("SIGINT", interrupted);
  editor.on("close", () => {
    ended();
    commands.end();
  });
  return commands;
}

/**
 * Tells the editor in which row below the prompt's first its cursor is, as it goes up by that many when it draws anew.
 *
 * It keeps the number itself, but does not count the rows that pasted text fills, nor know what others print. The property
 * has no documentation; should it go, a redraw after a long paste shows some rows twice. Source: Node's
 * lib/internal/readline/interface.js, _refreshLine and _insertString.
 */
export function tellRow(editor: Interface, row: number): void {
  Reflect.set(editor, "prevRows", row);
}

/** Lines pasted ahead of the peer before the terminal is held back. */
const waitingMax = 1_000;
