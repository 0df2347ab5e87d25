import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A process of a TypeScript file beside the calling test, its output line by line, and its end. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: AsyncIterableIterator<string>;
  /** How it ended: an exit code, or the name of a signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/**
 * Starts it. It does not outlive the test.
 *
 * @param fileKib largest file the process may write, KiB; unlimited when absent.
 */
export function startChild(script: URL, args: readonly string[], fileKib?: number): Child {
  const command = [process.execPath, "--import", "tsx", fileURLToPath(script), ...args];
  // A shell's file size limit counts 512 bytes (POSIX) or 1 KiB (bash); the tests hold for both.
  const limited = ["sh", "-c", `ulimit -f ${fileKib ?? 0}; exec "$@"`, "sh", ...command];
  const [file = "", ...rest] = fileKib === undefined ? command : limited;
  const child = spawn(file, rest, { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? signal ?? 0));
  });
  return { process: child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), ended };
}

/** The child's next line; an error when it has none any more. */
export async function nextLine(child: Child): Promise<string> {
  const next = await child.lines.next();
  if (next.done === true) throw new Error(`the child ended: ${String(await child.ended)}`);
  return next.value;
}
