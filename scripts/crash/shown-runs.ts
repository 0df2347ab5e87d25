/**
 * What the reader of one sender's messages was shown, process by process.
 *
 * e3 notes that a message is shown and then prints it, since no program can do both in one instant: a kill in between
 * leaves the last lines of a process unprinted. None is printed twice, and none is missing anywhere else.
 */
export class ShownRuns {
  #runs: bigint[][] = [];
  /** The highest number shown since the last comparison or before. */
  last = 0n;

  /** Another process shows from here on. */
  begin(): void {
    this.#runs.push([]);
  }

  show(number: bigint): void {
    this.#runs.at(-1)?.push(number);
    this.last = number > this.last ? number : this.last;
  }

  /**
   * Holds the processes since the last comparison against what came into the inbox meanwhile, of which everything was
   * shown by now.
   */
  compare(inbox: readonly bigint[]): { readonly faults: readonly string[]; readonly unprinted: number } {
    const faults: string[] = [];
    let next = 0;
    let unprinted = 0;
    for (const [index, run] of this.#runs.entries()) {
      const first = run[0];
      if (first === undefined) continue;
      const begin = inbox.indexOf(first);
      if (begin < next) faults.push(`shown again, or never received: number ${first}`);
      else if (begin > next && index === 0) faults.push(`not shown, though nothing was killed: before number ${first}`);
      else unprinted += begin - next;
      const wanted = inbox.slice(begin, begin + run.length);
      if (wanted.some((number, at) => number !== run[at]) || wanted.length < run.length)
        faults.push(`shown ${run.join(" ")} where the inbox has ${wanted.join(" ")}`);
      next = Math.max(next, begin + run.length);
    }
    if (next < inbox.length) faults.push(`received and not shown: ${inbox.slice(next).join(" ")}`);
    this.#runs = [];
    return { faults: faults.map((fault) => `receiver: ${fault}`), unprinted };
  }
}
