import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import type { E3Setup } from "../order.ts";
import type { Scenario } from "../scenario.ts";
import type { DrainSubject, LineSubject, Rig } from "../subject.ts";
import type { Ready, Workshop } from "../workshop.ts";

/** Ids of peers: forwarders from 1 on, receivers from 101 on. */
const senderId = 1_000;
const receiverId = 101;

/** How long mail may take to reach its custodian without any progress, milliseconds. */
const storeMsMax = 10_000;

/** The library with nothing on a disk. */
export const e3Memory: LineSubject = line("e3-memory", "e3, memory store", false);

/** The library as it is unless told otherwise. */
export const e3Lmdb: LineSubject = line("e3-lmdb", "e3, durable: synced at sender and receiver", true);

/** A mailbox that is emptied. */
export const e3Drain: DrainSubject = {
  kind: "drain",
  name: "e3-drain",
  what: "e3, durable: a mailbox kept for an absent peer, which comes back; its sender is gone",
  against: "e3-drain",
  missing: () => undefined,
  drain: async (workshop, { count, bodyBytes }) => {
    const town = new Town(workshop, bodyBytes, await workshop.directory());
    const b = await town.start("b", { part: "forwarder", id: 1 });
    const road = { peers: [b.opened.address] };
    const c = await town.start("c", { part: "receiver", id: receiverId, ...road });
    const a = await town.start("a", { part: "sender", id: senderId, targets: [receiverId], ...road });
    await c.worker.close();
    await a.worker.ask({ kind: "fill", count });
    await kept(b, count);
    // With its sender there, mail would come from that, and not from the mailbox.
    await a.worker.close();
    const back = await town.start("c", { part: "receiver", id: receiverId, ...road });
    const [arrived] = await Promise.all([back.worker.ask({ kind: "drain", count }), emptied(b)]);
    return Math.max(arrived.atMs, performance.timeOrigin + performance.now()) - back.opened.atMs;
  },
};

function line(name: string, what: string, isDurable: boolean): LineSubject {
  return {
    kind: "line",
    name,
    what,
    against: name,
    missing: () => undefined,
    unfit: () => undefined,
    open: async (workshop, scenario) =>
      openLine(new Town(workshop, scenario.bodyBytes, isDurable ? await workshop.directory() : undefined), scenario),
  };
}

/** Forwarders first, each dialling the one before it; the sender dials the first of them and the receivers dial the last. */
async function openLine(town: Town, { line: length, fanout }: Scenario): Promise<Rig> {
  const workers: Record<string, Ready["worker"]> = {};
  let first: string | undefined;
  let last: string | undefined;
  for (let id = 1; id <= length - 2; id += 1) {
    const name = length === 3 ? "b" : `b${id}`;
    const { worker, opened } = await town.start(name, {
      part: "forwarder",
      id,
      peers: last === undefined ? [] : [last],
    });
    workers[name] = worker;
    last = opened.address;
    first ??= last;
  }
  const targets = Array.from({ length: fanout }, (_, index) => receiverId + index);
  for (const id of targets) {
    const name = fanout === 1 ? "c" : `c${id - receiverId + 1}`;
    const { worker, opened } = await town.start(name, {
      part: "receiver",
      id,
      peers: last === undefined ? [] : [last],
    });
    workers[name] = worker;
    // In a line of two there is nobody between.
    first ??= opened.address;
  }
  const sender = await town.start("a", { part: "sender", id: senderId, peers: [first ?? ""], targets });
  return { sender: sender.worker, workers: { a: sender.worker, ...workers } };
}

/** Resolves once the custodian keeps all. @throws Error when it gets no more. */
async function kept({ worker }: Ready, count: number): Promise<void> {
  let before = 0;
  let sinceMs = performance.now();
  for (;;) {
    const held = await worker.ask({ kind: "held" });
    if (held >= count) return;
    if (held > before) sinceMs = performance.now();
    before = held;
    if (performance.now() - sinceMs > storeMsMax)
      throw new Error(`${held} of ${count} messages were stored, and no more`);
    await sleep(50);
  }
}

/** Resolves once receipts have come for all that the custodian kept. */
async function emptied({ worker }: Ready): Promise<void> {
  while ((await worker.ask({ kind: "held" })) > 0) await sleep(5);
}

/** Starts peers that have their memory, or each its own directory. */
class Town {
  readonly #workshop: Workshop;
  readonly #bodyBytes: number;
  readonly #directory: string | undefined;

  constructor(workshop: Workshop, bodyBytes: number, directory: string | undefined) {
    this.#workshop = workshop;
    this.#bodyBytes = bodyBytes;
    this.#directory = directory;
  }

  start(
    name: string,
    peer: Pick<E3Setup, "part" | "id"> & Partial<Pick<E3Setup, "peers" | "targets">>,
  ): Promise<Ready> {
    const state = this.#directory === undefined ? undefined : join(this.#directory, name);
    const setup: E3Setup = { role: "e3", peers: [], targets: [], ...peer, state, bodyBytes: this.#bodyBytes };
    return this.#workshop.start(name, setup);
  }
}
