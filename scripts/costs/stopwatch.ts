import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

// A context made after the flag is set has the function.
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Processor time of this process that the work takes, microseconds: it hardly depends on what else the machine does. */
export function cpuUsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * Processor time of one piece of work, microseconds: the median of five runs of so many pieces each, after one that warms
 * the code up. Each piece is told its number, from 0 and none twice.
 */
export function cpuUsEach(pieces: number, work: (piece: number) => void): number {
  let next = 0;
  const run = (): number =>
    cpuUsOf(() => {
      for (let count = 0; count < pieces; count += 1) work(next++);
    }) / pieces;
  run();
  const runs = Array.from({ length: 5 }, run).toSorted((a, b) => a - b);
  return runs[2] ?? Number.NaN;
}

/** Bytes that this process keeps, once what nobody needs is thrown away. */
export function keptBytes(): number {
  // Twice: what a first run finds to be garbage may free more.
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
