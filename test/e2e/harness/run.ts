import { program } from "./build.ts";
import { Child, type Exit } from "./child.ts";

/** What became of a command that was expected to end by itself. */
export interface Outcome extends Exit {
  readonly stdout: string;
  readonly stderr: string;
  /** Both, for messages that may be on either. */
  readonly output: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the input at once, as `< /dev/null` does. Default: the input stays open, as on a terminal. */
  readonly noInput?: boolean;
  /** The program starts another one, which must end with it. */
  readonly group?: boolean;
  /** Called with each line; the command is killed when it returns true. For commands that go on for ever. */
  readonly enough?: (stdout: readonly string[]) => boolean;
}

const boundMs = 40_000;

/** Runs `e3 ...words` until it ends. One that does not end in time is killed, and says so. */
export function runE3(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return runNode([program, ...words], options);
}

/** Runs a Node program until it ends. */
export async function runNode(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const child = new Child({
    args,
    ...(options.env === undefined ? {} : { env: options.env }),
    group: options.group ?? false,
    onStdout: (line) => {
      stdout.push(line);
      if (options.enough?.(stdout) === true) child.signal("SIGTERM");
    },
    onStderr: (line) => stderr.push(line),
  });
  if (options.noInput === true) child.endInput();
  try {
    const exit = await child.untilExit(() => `${args.join(" ")}\n${[...stdout, ...stderr].join("\n")}`, boundMs);
    return { ...exit, stdout: stdout.join("\n"), stderr: stderr.join("\n"), output: [...stdout, ...stderr].join("\n") };
  } finally {
    if (child.running) await child.kill9();
  }
}
