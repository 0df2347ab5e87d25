import { expect } from "vitest";
import { inboxOf } from "./peer-client.ts";
import type { TestPeer } from "./peer.ts";

/** Who sent to whom. */
export interface Exchange {
  readonly sender: TestPeer;
  readonly receiver: TestPeer;
}

/**
 * Nothing accepted lost, nothing shown twice, everything in order, whatever was killed in between.
 *
 * Accepted is what the sender's reader saw as accepted, shown is what the receiver's reader saw, both over all starts.
 * A process that is killed between two instructions cannot both have told its reader and have noted that it did. So the
 * inbox, which is durable, must hold each accepted message exactly once; and what was shown must be runs of the inbox,
 * one for each start of the receiver, that never overlap: only at the very moment of a kill may the next run begin later
 * than the former one ended. A receiver that was never killed shows its whole inbox.
 *
 * Returns the texts of the inbox.
 */
export async function expectExactlyOnce({ sender, receiver }: Exchange): Promise<readonly string[]> {
  const inbox = (await inboxOf(receiver)).filter(({ from }) => String(from) === sender.id);
  const numbers = inbox.map(({ number }) => number);
  const received = inbox.map(({ content }) => String(content.value));
  expect(numbers, "the inbox is in order, each number once").toEqual(ascending(numbers));
  expect(new Set(received).size, "each text is in the inbox once").toBe(received.length);

  const arrived = new Set(numbers.map(String));
  const accepted = sender.all({ event: "status", to: receiver.id, status: "accepted" }).map(({ number }) => number);
  expect(new Set(accepted).size, "each number is accepted once").toBe(accepted.length);
  expect(
    accepted.filter((number) => !arrived.has(number)),
    "accepted and lost",
  ).toEqual([]);
  expectRuns(
    { sender, receiver },
    inbox.map(({ number }) => String(number)),
  );
  return received;
}

/** All of these texts were shown, each once, in this order, and nothing else from this sender. */
export function expectShown({ sender, receiver }: Exchange, texts: readonly string[]): void {
  expect(receiver.shown(sender.id)).toEqual(texts);
}

function expectRuns({ sender, receiver }: Exchange, inbox: readonly string[]): void {
  let next = 0;
  for (const [index, start] of receiver.starts.entries()) {
    const run = receiver.all({ event: "message", from: sender.id }, start, receiver.starts[index + 1]);
    const first = run[0];
    if (first === undefined) continue;
    const begin = inbox.indexOf(first.number);
    const what = `start ${index + 1} of ${receiver.name} shows only what no earlier start showed`;
    expect(begin, what).toBeGreaterThanOrEqual(next);
    if (index === 0) expect(begin, "the very first message is shown").toBe(0);
    expect(run.map(({ number }) => number)).toEqual(inbox.slice(begin, begin + run.length));
    next = begin + run.length;
  }
  expect(next, "the very last message is shown").toBe(inbox.length);
}

function ascending(numbers: readonly bigint[]): readonly bigint[] {
  return [...new Set(numbers)].toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

/** `count` texts that tell where they belong: `<label> 1`, `<label> 2`... */
export function texts(label: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${label} ${index + 1}`);
}
