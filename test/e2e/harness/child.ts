import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { repository } from "./build.ts";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** What is run. Default: node, this one. */
  readonly command?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The program starts another one: signals go to both. Default false. */
  readonly group?: boolean;
  readonly onStdout: (line: string) => void;
  readonly onStderr: (line: string) => void;
}

/** Every child that was started and has not ended, so that none outlives its test run. */
const alive = new Set<Child>();

process.once("exit", () => {
  for (const child of alive) child.signal("SIGKILL");
});

/** A Node process of ours: its lines, its end, its pid. */
export class Child {
  /** Resolves when the process has ended and all it wrote has been read. Never rejects. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #group: boolean;

  constructor({ command = process.execPath, args, env, group = false, onStdout, onStderr }: ChildOptions) {
    this.#group = group;
    this.#process = spawn(command, [...args], {
      cwd: repository,
      env: { ...cleanEnv(), ...env },
      detached: group,
    });
    createInterface({ input: this.#process.stdout }).on("line", onStdout);
    createInterface({ input: this.#process.stderr }).on("line", onStderr);
    // A child that ends closes its input; what we still write to it is lost, as it should be.
    this.#process.stdin.on("error", () => undefined);
    alive.add(this);
    this.exited = new Promise((resolve) => {
      this.#process.once("error", (error) => onStderr(`did not start: ${error.message}`));
      // "close" comes after the streams have ended, "exit" may come before.
      this.#process.once("close", (code, signal) => {
        alive.delete(this);
        resolve({ code, signal });
      });
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get running(): boolean {
    return alive.has(this);
  }

  signal(name: NodeJS.Signals): void {
    if (!this.#group || this.pid === undefined) {
      this.#process.kill(name);
      return;
    }
    try {
      process.kill(-this.pid, name);
    } catch {
      // The whole group has ended already.
    }
  }

  async kill9(): Promise<Exit> {
    this.signal("SIGKILL");
    return this.exited;
  }

  write(text: string | Uint8Array): void {
    this.#process.stdin.write(text);
  }

  /** End of input, as Ctrl-D gives it. */
  endInput(): void {
    this.#process.stdin.end();
  }

  /** Waits for the end, but not for ever. */
  async untilExit(context: () => string, boundMs = 40_000): Promise<Exit> {
    const failure = new Error("waiting for the process to end");
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        failure.message = `still running after ${boundMs} ms\n${context()}`;
        reject(failure);
      }, boundMs);
    });
    try {
      return await Promise.race([this.exited, bound]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The environment without what the test runner and a caller's terminal put into it. */
function cleanEnv(): NodeJS.ProcessEnv {
  const foreign = /^(VITEST|NODE_OPTIONS$|NODE_ENV$|NODE_V8_COVERAGE$|FORCE_COLOR$|npm_|TEST$|E3_)/;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))), NO_COLOR: "1" };
}
