import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { program } from "./build.ts";
import type { Mesh } from "./mesh.ts";

/** What runs in a terminal, and how large that is. */
export interface TerminalPlan {
  /** Words of the command line. */
  readonly words: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
}

/** Whether this machine has tmux, which the terminals of these tests are made of. */
export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

/** What a chat's prompt begins with where something is unread, or was read: `(2 unread: ali) (ali read #3) `. */
export function notesOf(line: string): string {
  return /^(?:\(\d+ unread: [^()]+\) )?(?:\([^()]+ read #\d+(?: in [^()]+)?\) )?/.exec(line)?.[0] ?? "";
}

const run = promisify(execFile);
const boundMs = 40_000;
const pauseMs = 20;
/** Sockets of the tmux servers that run, so that none outlives its test run. */
const alive = new Set<string>();
let opened = 0;

process.once("exit", () => {
  for (const socket of alive) spawnSync("tmux", ["-S", socket, "kill-server"]);
});

/** The program in a real terminal, as a person has it before them: keys go in, and what is on the screen is looked at. */
export class TestTerminal implements AsyncDisposable {
  readonly #socket: string;
  #columns: number;

  private constructor(socket: string, columns: number) {
    this.#socket = socket;
    this.#columns = columns;
  }

  get columns(): number {
    return this.#columns;
  }

  /** Starts the program in a terminal of its own. */
  static async open(mesh: Mesh, name: string, plan: TerminalPlan): Promise<TestTerminal> {
    const { words, columns = 80, rows = 24 } = plan;
    // A server that was told to end may not have by the time the next one starts.
    const terminal = new TestTerminal(join(mesh.root, `${name}.tmux-${(opened += 1)}`), columns);
    alive.add(terminal.#socket);
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    const command = [process.execPath, program, ...words, "--state", mesh.stateOf(name)];
    // The shell's line comes last, and only once the program has given the terminal back is there an echo of what is typed.
    const shell = ["sh", "-c", '"$@"; echo "ended with $?"; exec cat', "sh"];
    await terminal.#tmux(["-f", "/dev/null", "new-session", "-d", ...size, "--", ...shell, ...command]);
    return terminal;
  }

  /** Types text, as if each character were a key. */
  async type(text: string): Promise<void> {
    await this.#tmux(["send-keys", "-l", "--", text]);
  }

  /** Presses keys by the names that tmux has for them: Enter, BSpace, Left, Up, C-a... */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux(["send-keys", "--", ...keys]);
  }

  /** All that is on the screen and was scrolled off it, a line however often it wraps, down to the last that is not empty. */
  async lines(): Promise<readonly string[]> {
    const { stdout } = await this.#tmux(["capture-pane", "-p", "-J", "-S", "-"]);
    const lines = stdout.split("\n").map((line) => line.trimEnd());
    return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  }

  /** Makes the window wider or narrower, as dragging its edge does, and waits until the program is told: tmux takes its time. */
  async resize(columns: number): Promise<void> {
    await this.#tmux(["resize-window", "-x", `${columns}`]);
    this.#columns = columns;
    const { stdout: device } = await this.#tmux(["display-message", "-p", "#{pane_tty}"]);
    await this.until(`a width of ${columns}`, async () => {
      const { stdout: size } = await run("stty", ["-F", device.trim(), "size"]);
      return size.trim().endsWith(` ${columns}`);
    });
  }

  /** Column of the cursor, from 0. */
  async column(): Promise<number> {
    const { stdout } = await this.#tmux(["display-message", "-p", "#{cursor_x}"]);
    return Number(stdout);
  }

  /** Waits until what is shown is right. @throws Error that shows the screen when it never is. */
  async until(
    what: string,
    isRight: (lines: readonly string[]) => boolean | Promise<boolean>,
  ): Promise<readonly string[]> {
    const failure = new Error(`waiting for ${what}`);
    for (const giveUpMs = Date.now() + boundMs; ;) {
      const lines = await this.lines();
      if (await isRight(lines)) return lines;
      if (Date.now() > giveUpMs) {
        failure.message = `waiting for ${what}, the screen is\n${lines.map((line) => `|${line}`).join("\n")}`;
        throw failure;
      }
      await sleep(pauseMs);
    }
  }

  /** Waits for a line, besides the last one. */
  async shows(line: string): Promise<void> {
    await this.until(JSON.stringify(line), (lines) => lines.slice(0, -1).includes(line));
  }

  /**
   * Waits until the last line, which is the one that is being typed, is this one, and the cursor stands where it should.
   * @param column where that is, given the notes that the prompt begins with.
   */
  async stands(line: string, column: (notes: string) => number): Promise<void> {
    const what = `the last line to be ${JSON.stringify(line)}, with the cursor in column ${column("")} of it`;
    await this.until(what, async (lines) => {
      const last = lines.at(-1) ?? "";
      const notes = notesOf(last);
      return last.slice(notes.length) === line.trimEnd() && (await this.column()) === column(notes);
    });
  }

  /** Waits until the program has ended and a shell would have the terminal again, as it was before. @returns the exit code. */
  async exitCode(): Promise<number> {
    const ended = await this.until("the end", (lines) => /^ended with \d+$/.test(lines.at(-1) ?? ""));
    await this.type("echoed");
    await this.press("Enter");
    await this.until("what is typed to be echoed, and read as a line", (lines) => {
      return lines.slice(-2).every((line) => line === "echoed") && lines.length > ended.length;
    });
    return Number(ended.at(-1)?.replace("ended with ", ""));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux(["kill-server"]).catch(() => undefined);
    alive.delete(this.#socket);
  }

  #tmux(words: readonly string[]): Promise<{ readonly stdout: string }> {
    const { PATH = "" } = process.env;
    // Nothing of the caller's own terminal, nor of the test runner.
    const env = { PATH, LC_ALL: "C.UTF-8", TERM: "xterm-256color" };
    return run("tmux", ["-u", "-S", this.#socket, ...words], { env, encoding: "utf8" });
  }
}
