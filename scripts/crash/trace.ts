import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** One system call as strace saw it begin. */
export interface TracedCall {
  readonly thread: string;
  readonly call: string;
  /** The last part of the file's path; "stdout" for a pipe. */
  readonly file: string;
  /** How many such calls of this thread there were, this one included. */
  readonly nth: number;
  /** What it returned; "?" when the process was gone first. */
  result: string;
}

const begun = /^(\d+) +(\w+)\((.*)$/;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>.*= (.+)$/;
const returned = / = (\?|-?\d+.*)$/;

/** What strace wrote to its file. */
export class Trace {
  readonly calls: readonly TracedCall[];
  /** The process was killed by SIGKILL, as strace saw it. */
  readonly isKilled: boolean;

  constructor(path: string) {
    const lines = readFileSync(path, "utf8").split("\n");
    this.isKilled = lines.some((line) => line.endsWith("+++ killed by SIGKILL +++"));
    this.calls = parse(lines);
  }

  /** The call at which the process was killed: one that began and never returned. */
  killedAt(call: string, nth: number): TracedCall | undefined {
    if (!this.isKilled) return undefined;
    return this.calls.find((seen) => seen.call === call && seen.nth === nth && seen.result === "?");
  }

  /** The most calls of a kind that any thread made. */
  most(): ReadonlyMap<string, number> {
    const most = new Map<string, number>();
    for (const { call, nth } of this.calls) most.set(call, Math.max(most.get(call) ?? 0, nth));
    return most;
  }
}

function parse(lines: readonly string[]): readonly TracedCall[] {
  const calls: TracedCall[] = [];
  const counts = new Map<string, number>();
  const open = new Map<string, TracedCall>();
  for (const line of lines) {
    const back = resumed.exec(line);
    const waiting = open.get(back?.[1] ?? "");
    if (back !== null && waiting !== undefined) waiting.result = back[3] ?? "?";
    const [, thread = "", call = "", rest = ""] = begun.exec(line) ?? [];
    if (thread === "") continue;
    const nth = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, nth);
    const traced = { thread, call, nth, file: fileOf(rest), result: returned.exec(rest)?.[1] ?? "?" };
    calls.push(traced);
    open.set(thread, traced);
  }
  return calls;
}

/** From `3</path/to/file>, ...` or `AT_FDCWD</where>, "/path/to/file", ...`. */
function fileOf(rest: string): string {
  const path = /^(?:AT_FDCWD<[^>]*>, )?"([^"]*)"/.exec(rest)?.[1] ?? /^\d+<([^>]*)>/.exec(rest)?.[1] ?? "";
  return /^(?:pipe|socket|UNIX)/.test(path) ? "stdout" : basename(path);
}
