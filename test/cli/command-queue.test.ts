import { expect, test } from "vitest";
import { CommandQueue } from "../../src/cli/command-queue.ts";
import { settled } from "./fake-host.ts";

const peers = { kind: "peers" } as const;
const help = { kind: "help" } as const;

function queueOf(waitingMax: number) {
  const flow: string[] = [];
  const queue = new CommandQueue({ pause: () => flow.push("pause"), resume: () => flow.push("resume") }, waitingMax);
  return { queue, flow };
}

async function readAll(queue: CommandQueue): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const { kind } of queue) kinds.push(kind);
  return kinds;
}

test("commands come out in order, those before the end and none after it", async () => {
  const { queue } = queueOf(10);
  queue.push(peers);
  queue.push(help);
  queue.end();
  queue.push(peers);
  expect(await readAll(queue)).toEqual(["peers", "help"]);
});

test("a reader that waits is woken by a command and by the end", async () => {
  const { queue } = queueOf(10);
  const reading = readAll(queue);
  await settled();
  queue.push(peers);
  await settled();
  queue.end();
  expect(await reading).toEqual(["peers"]);
});

test("the source is paused once too much waits, and resumed once all of it is taken", async () => {
  const { queue, flow } = queueOf(2);
  queue.push(peers);
  queue.push(peers);
  expect(flow).toEqual([]);
  queue.push(peers);
  queue.push(peers);
  expect(flow).toEqual(["pause"]);
  const reader = queue[Symbol.asyncIterator]();
  for (let taken = 0; taken < 4; taken++) await reader.next();
  expect(flow).toEqual(["pause"]);
  const next = reader.next();
  await settled();
  expect(flow).toEqual(["pause", "resume"]);
  queue.push(help);
  expect((await next).value).toEqual(help);
});

test("the size counts what waits", async () => {
  const { queue } = queueOf(10);
  queue.push(peers);
  queue.push(help);
  expect(queue.size).toBe(2);
  await queue[Symbol.asyncIterator]().next();
  expect(queue.size).toBe(1);
});
