/** Characters of the large messages: more than a page of the store. */
const largeChars = 6_000;

/** How many messages each step sends, over and over: single ones, and such as share a commit. */
const steps = [1, 1, 4, 1, 10] as const;

/** The texts of each step of a workload of so many messages; no two alike over all workloads of one serial. */
export function* workload(serial: string, messages: number): Generator<readonly string[]> {
  let sent = 0;
  for (let step = 0; sent < messages; step += 1) {
    const count = Math.min(steps[step % steps.length] ?? 1, messages - sent);
    const first = sent;
    yield Array.from({ length: count }, (_, index) => textOf(serial, first + index));
    sent += count;
  }
}

function textOf(serial: string, index: number): string {
  const text = `${serial} message ${index + 1}`;
  return index % 7 === 6 ? `${text} ${"large ".repeat(largeChars / 6)}`.trimEnd() : text;
}
