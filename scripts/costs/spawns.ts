import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** How long each start took, milliseconds from the spawn, in order. */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** One way to start a process, and what counts as started. */
export interface Spawn {
  readonly name: string;
  /** What follows `node`. */
  readonly args: readonly string[];
  /** The start is over with the first line of output that has this; undefined for the end of the process. */
  readonly line: string | undefined;
}

/**
 * Starts each of them so often, one process at a time and in turns, so that a machine that slows down does so for all.
 *
 * @param before called before each start: files to begin from, for example.
 * @throws Error when a process ends without what was waited for.
 */
export async function timeSpawns(spawns: readonly Spawn[], rounds: number, before: () => void): Promise<Samples> {
  const samples = new Map(spawns.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const each of spawns) {
      before();
      samples.get(each.name)?.push(await timeSpawn(each));
    }
  }
  return Object.fromEntries(samples);
}

async function timeSpawn({ name, args, line }: Spawn): Promise<number> {
  const beginMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(child, "exit");
  const tookMs = (await (line === undefined ? ended.then(() => performance.now()) : lineOf(child, line))) - beginMs;
  if (line !== undefined) child.kill("SIGTERM");
  await ended;
  if (line === undefined && child.exitCode !== 0) throw new Error(`${name} ended with ${child.exitCode}`);
  return tookMs;
}

function lineOf(child: ChildProcess, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { stdout } = child;
    if (stdout === null) return reject(new Error("there is no output to read"));
    createInterface(stdout).on("line", (line) => line.includes(text) && resolve(performance.now()));
    child.once("exit", (code) => reject(new Error(`it ended (${code}) before it said ${text}`)));
  });
}
