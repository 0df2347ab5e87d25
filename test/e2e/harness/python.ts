import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repository } from "./build.ts";
import { Child, type Exit } from "./child.ts";
import { Trail } from "./trail.ts";

/** Whether this machine has Python 3, which the clients of other wires are written in. */
export const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** A client of another wire, in Python: what is typed into it, and the lines it prints. */
export class PythonClient implements AsyncDisposable {
  readonly lines = new Trail<string>(() => this.describe());
  readonly #errors: string[] = [];
  readonly #child: Child;
  readonly #words: readonly string[];

  /** @param script its path in the repository. @param words what follows it. */
  constructor(script: string, ...words: readonly string[]) {
    this.#words = [script, ...words];
    this.#child = new Child({
      command: "python3",
      args: ["-u", join(repository, script), ...words],
      onStdout: (line) => this.lines.push(line),
      onStderr: (line) => this.#errors.push(line),
    });
  }

  /** Types a line. */
  type(line: string): void {
    this.#child.write(`${line}\n`);
  }

  /** Waits for a line that is printed. @param times how often. */
  async until(line: string, times = 1): Promise<void> {
    await this.lines.until(`"${line}"`, (printed) => printed === line, { times });
  }

  /** Waits for a line that matches, and gives it. */
  match(pattern: RegExp, since = 0): Promise<string> {
    return this.lines.until(`${pattern}`, (printed) => pattern.test(printed), { since });
  }

  endInput(): void {
    this.#child.endInput();
  }

  /** Resolves with how it ended. */
  async exited(): Promise<Exit> {
    return this.#child.untilExit(() => this.describe());
  }

  async kill9(): Promise<void> {
    await this.#child.kill9();
  }

  /** What it wrote to its standard error, line by line. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  describe(): string {
    return [this.#words.join(" "), ...this.lines.items(), ...this.#errors].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill9();
  }
}
