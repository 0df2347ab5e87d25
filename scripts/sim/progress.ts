import type { Report } from "../../test/sim/report.ts";
import type { SimOptions } from "./arguments.ts";

/** How often a line of progress is printed where there is no terminal, milliseconds. */
const lineEveryMs = 10_000;
/** How often the line of a terminal is written anew, milliseconds. */
const terminalEveryMs = 200;

/** Progress: one line that changes on a terminal, plain lines elsewhere, nothing at all with JSON. */
export class Progress {
  readonly #report: Report;
  readonly #seeds: number;
  readonly #startMs = performance.now();
  readonly #mode: "terminal" | "plain" | "silent";
  #shownMs = performance.now();

  readonly #beforeMs: number;

  /** @param beforeMs how long what is in the report already took, milliseconds. */
  constructor(report: Report, options: Pick<SimOptions, "seeds" | "json">, beforeMs: number) {
    this.#report = report;
    this.#seeds = options.seeds;
    this.#beforeMs = beforeMs;
    this.#mode = options.json ? "silent" : process.stdout.isTTY ? "terminal" : "plain";
  }

  /** Milliseconds since it began. */
  get partMs(): number {
    return performance.now() - this.#startMs;
  }

  /** The same, and what came before. */
  get wallMs(): number {
    return this.#beforeMs + this.partMs;
  }

  /** Another seed is done. @param resumeAt the first that is not. */
  show(resumeAt: number): void {
    const everyMs = this.#mode === "plain" ? lineEveryMs : terminalEveryMs;
    if (this.#seeds === 1 || performance.now() - this.#shownMs < everyMs) return;
    this.#shownMs = performance.now();
    this.transient(this.#line(resumeAt));
  }

  /** Something that the next line may replace. */
  transient(line: string): void {
    if (this.#mode === "terminal") process.stdout.write(`\r\u001b[K${line.slice(0, process.stdout.columns - 1)}`);
    else if (this.#mode === "plain") console.log(line);
  }

  /** Clears the line of the terminal. */
  clear(): void {
    if (this.#mode === "terminal") process.stdout.write("\r\u001b[K");
  }

  #line(resumeAt: number): string {
    const report = this.#report;
    const seconds = this.wallMs / 1_000;
    const parts = [
      `${report.seeds} of ${this.#seeds} seeds`,
      `${(report.seeds / seconds).toFixed(1)} a second`,
      `${(report.simulatedHours / seconds).toFixed(3)} simulated hours a second`,
      `${report.violations} violations`,
      `all below seed ${resumeAt} done`,
    ];
    return parts.join(", ");
  }
}
