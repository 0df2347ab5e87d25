/** A story told on the terminal: timed lines, colour where a person watches. */
export class Story {
  readonly #startMs = performance.now();
  readonly #isColoured = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;

  /** One line, with the seconds since the story began. */
  tell(text: string): void {
    const seconds = ((performance.now() - this.#startMs) / 1_000).toFixed(2).padStart(6);
    this.print(`${this.dim(`${seconds} s`)}  ${text}`);
  }

  /** A line as it is. */
  print(text = ""): void {
    process.stdout.write(`${text}\n`);
  }

  /** Milliseconds since the story began. */
  elapsedMs(): number {
    return performance.now() - this.#startMs;
  }

  good(text: string): string {
    return this.#paint("32", text);
  }

  bad(text: string): string {
    return this.#paint("31", text);
  }

  bold(text: string): string {
    return this.#paint("1", text);
  }

  dim(text: string): string {
    return this.#paint("2", text);
  }

  #paint(code: string, text: string): string {
    return this.#isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** A duration for people: "0.8 ms", "24 ms", "1.25 s". */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
