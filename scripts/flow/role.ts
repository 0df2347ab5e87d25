/** A process of peers, and what its parent has them do. Started by scripts/flow/actor.ts. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Peer, PeerOptions } from "../../src/index.ts";
import { root } from "../lib/tree.ts";
import type { Answers, Counts, Letter, Order, PeerPlan, Production, Reply } from "./order.ts";
import { Producer } from "./producer.ts";
import { Reading } from "./reading.ts";
import { Tally } from "./tally.ts";

interface Library {
  createPeer(options: PeerOptions): Promise<Peer>;
}

// What is measured is what is shipped.
const library = (await import(pathToFileURL(join(root, "dist/index.js")).href)) as Library;

/** Role: does what it is asked, one answer for each question. */
class Role {
  readonly #tally = new Tally();
  readonly #peers = new Map<bigint, Peer>();
  readonly #producers: Producer[] = [];
  readonly #readings: Reading[] = [];

  async answer(order: Order): Promise<Answers[Order["kind"]]> {
    switch (order.kind) {
      case "open":
        return Promise.all(order.plans.map((plan) => this.#open(plan)));
      case "sees":
        return this.#sees(order.ids, order.gone !== true);
      case "produce":
        return this.#produce(order.production);
      case "halt":
        for (const producer of this.#producers) producer.halt();
        return undefined;
      case "read":
        return this.#read();
      case "pause":
        for (const reading of this.#readings) reading.pause();
        return undefined;
      case "counts":
        return this.#counts();
      case "reach":
        await this.#tally.reach(order.count, order.least);
        return this.#counts();
      case "settled":
        await Promise.all([...this.#peers.values()].map(isSettled));
        return this.#counts();
      case "collect":
        return collect();
      case "close":
        return this.close();
    }
  }

  async close(): Promise<undefined> {
    for (const producer of this.#producers) producer.halt();
    await Promise.all([...this.#peers.values()].map((peer) => peer.close()));
    return undefined;
  }

  async #open({ id, peers, state, custody, leaf }: PeerPlan): Promise<string> {
    const peer = await library.createPeer({
      listen: "127.0.0.1:0",
      desiredId: id,
      peers,
      ...(state === undefined ? { store: "memory" } : { state }),
      ...(custody === undefined ? {} : { custody }),
      ...(leaf === undefined ? {} : { leaf }),
    });
    this.#peers.set(id, peer);
    this.#readings.push(new Reading(peer, this.#tally));
    return peer.listen;
  }

  async #sees(ids: readonly bigint[], wanted: boolean): Promise<undefined> {
    await Promise.all([...this.#peers.values()].map((peer) => sees(peer, ids, wanted)));
    return undefined;
  }

  #produce(production: Production): undefined {
    const peer = this.#peers.get(production.from);
    if (peer === undefined) throw new Error(`there is no peer ${production.from} here`);
    const producer = new Producer(peer, production, this.#tally);
    this.#producers.push(producer);
    producer.start();
    return undefined;
  }

  #read(): undefined {
    for (const reading of this.#readings) reading.go();
    return undefined;
  }

  #counts(): Counts {
    const { user, system } = process.cpuUsage();
    let [outbox, mailbox, cursor, links] = [0, 0, 0, 0];
    for (const peer of this.#peers.values()) {
      const status = peer.status();
      outbox += status.outbox;
      mailbox += status.mailbox;
      cursor += Number(status.cursor);
      links += status.links;
    }
    const { heapUsed: heapBytes, arrayBuffers: bufferBytes } = process.memoryUsage();
    const rest = { heapBytes, bufferBytes, atMs: performance.now(), cpuUs: user + system };
    return { ...this.#tally.counts, outbox, mailbox, cursor, links, ...rest };
  }
}

/** Resolves once the peer can reach all of these ids; once it can reach none of them, when they are not wanted. */
async function sees(peer: Peer, ids: readonly bigint[], wanted: boolean): Promise<void> {
  const events = peer.events();
  const others = ids.filter((id) => id !== peer.id);
  const reachable = new Set(peer.peers().flatMap((other) => (other.reachable ? [other.id] : [])));
  const wrong = new Set(others.filter((id) => reachable.has(id) !== wanted));
  if (wrong.size === 0) return void (await events.return?.());
  for await (const event of events) {
    if (event.kind !== "peer" || !others.includes(event.id)) continue;
    if ((event.state === "up") === wanted) wrong.delete(event.id);
    else wrong.add(event.id);
    if (wrong.size === 0) return;
  }
}

/** Resolves once the peer has nothing unsettled. */
async function isSettled(peer: Peer): Promise<void> {
  const events = peer.events();
  while (peer.status().outbox > 0) await events.next();
  await events.return?.();
}

async function collect(): Promise<undefined> {
  if (globalThis.gc === undefined) throw new Error("garbage can be collected with node --expose-gc only");
  // Twice, with a turn between: what is released in the first, such as a stream's buffers, is garbage in the second.
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc();
  return undefined;
}

const role = new Role();

process.on("message", ({ id, order }: Letter) => {
  void role
    .answer(order)
    .then(
      (value): Reply => ({ id, value }),
      (error: unknown): Reply => ({ id, error: error instanceof Error ? error.message : String(error) }),
    )
    .then((reply) =>
      process.send?.(reply, undefined, {}, () => {
        if (order.kind === "close") process.exit(0);
      }),
    );
});
// The parent is gone, or has no more use for this process.
process.on("disconnect", () => process.exit(0));
// An interrupt at the terminal is for the parent.
process.on("SIGINT", () => undefined);
