import { encodeBatch } from "../../src/core/batch.ts";
import { Core } from "../../src/core/core.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import type { StoreEntry, Table } from "../../src/core/store-op.ts";
import { fakePeer } from "./adverts.ts";
import { seededEntropy } from "./entropy.ts";
import { tableOf } from "./table.ts";

/** What a wired core is made from; the seed is its key. */
export interface WiredOptions {
  readonly seed: number;
  readonly desiredId?: bigint;
  /** By default "peer" and its seed. */
  readonly name?: string;
  readonly limits?: Partial<Limits>;
  readonly leaf?: boolean;
  /** What an earlier life left behind. */
  readonly store?: ReadonlyMap<Table, readonly StoreEntry[]>;
  /** Tells lives of one peer apart. */
  readonly life?: number;
}

/** One core and what came out of it. */
export interface WiredPeer {
  readonly core: Core;
  readonly node: bigint;
  readonly address: string;
  readonly store: Map<Table, readonly StoreEntry[]>;
  /** Everything it wanted done, oldest first. */
  readonly effects: Effect[];
  /** Set to keep its commits from becoming durable. */
  stalled: boolean;
  /** Set to keep it from hearing or doing anything: its machine sleeps, and its wires stand. */
  frozen: boolean;
}

interface Delivery {
  readonly order: number;
  readonly to: WiredPeer;
  readonly event: CoreEvent;
}

/**
 * Wire: a few cores, wired to each other by hand. What one sends waits in a queue of its direction until run hands it on.
 *
 * It keeps order within a direction only, as streams do; between directions the test may choose.
 */
export class Wire {
  nowMs: number;
  /** Chooses which of so many directions goes on; by default the one that waits longest. */
  pick: ((count: number) => number) | undefined;
  /** Whether the next batch of envelopes is lost on its way; by default none is. */
  loses: (() => boolean) | undefined;
  readonly #peers = new Map<string, WiredPeer>();
  readonly #queues = new Map<string, Delivery[]>();
  /** The other end of each end of a link. */
  readonly #ends = new Map<string, { readonly peer: WiredPeer; readonly link: number }>();
  #links = 0;
  #order = 0;

  constructor(nowMs = 1_800_000_000_000) {
    this.nowMs = nowMs;
  }

  /** A peer at 127.0.0.1:seed, alias localhost:seed, not started yet. An earlier one there is gone without a word; its links are cut. */
  add(options: WiredOptions): WiredPeer {
    const { seed, life = 1 } = options;
    const address = `127.0.0.1:${seed}`;
    const { signer, node } = fakePeer(seed);
    const store = new Map(options.store);
    const core = new Core(
      {
        signer,
        entropy: seededEntropy(`${seed}/${life}`),
        limits: { ...defaultLimits, ...options.limits },
        desiredId: options.desiredId ?? 0n,
        name: options.name ?? `peer ${seed}`,
        custody: true,
        leaf: options.leaf ?? false,
        stored: (table) => store.get(table) ?? [],
      },
      this.nowMs,
    );
    const peer = { core, node, address, store, effects: [], stalled: false, frozen: false };
    const before = this.#peers.get(address);
    if (before !== undefined) this.kill(before);
    this.#peers.set(address, peer);
    return peer;
  }

  /** The peer begins to listen and to dial. */
  start(peer: WiredPeer, ...others: readonly WiredPeer[]): void {
    this.step(peer, { kind: "start", listen: peer.address, peers: others.map(({ address }) => address) });
  }

  /** Feeds one event and performs what comes of it. */
  step(peer: WiredPeer, event: CoreEvent): readonly Effect[] {
    const effects = peer.core.step(event, this.nowMs);
    peer.effects.push(...effects);
    for (const effect of effects) this.#perform(peer, effect);
    return effects;
  }

  /** Hands on whatever waits, at this very time, and rings due alarms, until all is quiet. */
  run(): void {
    for (let turn = 0; turn < 20_000; turn += 1) {
      if (this.#deliver()) continue;
      const due = this.#awake().filter(({ core }) => core.nextDeadlineMs <= this.nowMs);
      if (due.length === 0) return;
      for (const peer of due) this.step(peer, { kind: "alarm" });
    }
    throw new Error(`the cores do not come to rest at ${this.nowMs}`);
  }

  /** Lets time pass, from deadline to deadline. */
  advance(forMs: number): void {
    const untilMs = this.nowMs + forMs;
    this.run();
    for (;;) {
      const nextMs = Math.min(...this.#awake().map(({ core }) => core.nextDeadlineMs));
      if (nextMs > untilMs) break;
      this.nowMs = nextMs;
      this.run();
    }
    this.nowMs = untilMs;
    this.run();
  }

  /** A wire from outside: whatever is sent on it is kept by the peer's effects alone. @returns its number. */
  open(peer: WiredPeer, address?: string): number {
    const link = ++this.#links;
    this.step(peer, { kind: "link-opened", link, address, remote: address ?? "127.0.0.1:9" });
    return link;
  }

  /** The peer is gone: it hears nothing more, and its links break. */
  kill(peer: WiredPeer): void {
    this.#peers.delete(peer.address);
    for (const [key, end] of this.#ends) {
      if (end.peer !== peer) continue;
      const [node = "", link = ""] = key.split("/");
      const other = [...this.#peers.values()].find((candidate) => String(candidate.node) === node);
      if (other !== undefined) this.step(other, { kind: "link-closed", link: Number(link), reason: "the wire broke" });
      this.#ends.delete(key);
    }
  }

  #awake(): readonly WiredPeer[] {
    return [...this.#peers.values()].filter(({ frozen }) => !frozen);
  }

  #perform(peer: WiredPeer, effect: Effect): void {
    switch (effect.kind) {
      case "dial":
        return this.#dial(peer, effect.address);
      case "frame":
        return this.#send(peer, effect.link, effect.bytes);
      case "envelopes":
        if (this.loses?.() !== true) this.#send(peer, effect.link, encodeBatch(effect.envelopes));
        return undefined;
      case "hang-up":
        return this.#hangUp(peer, effect.link, effect.reason);
      case "persist": {
        const names = new Set(effect.ops.map(({ table }) => table));
        for (const name of names) {
          const ops = effect.ops.filter(({ table }) => table === name);
          peer.store.set(name, tableOf(ops, peer.store.get(name)));
        }
        return this.#queue(`store ${peer.node}`, peer, { kind: "persisted", commit: effect.commit });
      }
      default:
        return undefined;
    }
  }

  #dial(peer: WiredPeer, address: string): void {
    const link = ++this.#links;
    const other = this.#peers.get(address.replace("localhost", "127.0.0.1"));
    if (other === undefined) {
      this.#queue(`dial ${link}`, peer, { kind: "link-opened", link, address, remote: address });
      this.#queue(`dial ${link}`, peer, { kind: "link-closed", link, reason: "nobody listens there" });
      return;
    }
    const far = ++this.#links;
    this.#ends.set(`${peer.node}/${link}`, { peer: other, link: far });
    this.#ends.set(`${other.node}/${far}`, { peer, link });
    this.#queue(`to ${link}`, peer, { kind: "link-opened", link, address, remote: address });
    this.#queue(`to ${far}`, other, { kind: "link-opened", link: far, address: undefined, remote: peer.address });
  }

  #send(peer: WiredPeer, link: number, bytes: Uint8Array): void {
    const end = this.#ends.get(`${peer.node}/${link}`);
    if (end !== undefined) this.#queue(`to ${end.link}`, end.peer, { kind: "frame", link: end.link, bytes });
  }

  #hangUp(peer: WiredPeer, link: number, reason: string): void {
    const end = this.#ends.get(`${peer.node}/${link}`);
    this.#ends.delete(`${peer.node}/${link}`);
    this.#queue(`to ${link}`, peer, { kind: "link-closed", link, reason });
    if (end !== undefined) this.#queue(`to ${end.link}`, end.peer, { kind: "link-closed", link: end.link, reason });
  }

  #queue(direction: string, to: WiredPeer, event: CoreEvent): void {
    const queue = this.#queues.get(direction) ?? [];
    this.#queues.set(direction, queue);
    queue.push({ order: (this.#order += 1), to, event });
  }

  #deliver(): boolean {
    const heads = [...this.#queues].filter(([, [head]]) => head !== undefined && !this.#waits(head));
    heads.sort(([, [a]], [, [b]]) => (a?.order ?? 0) - (b?.order ?? 0));
    const [direction, queue] = heads[this.pick?.(heads.length) ?? 0] ?? [];
    const head = queue?.shift();
    if (direction === undefined || head === undefined) return false;
    if (queue?.length === 0) this.#queues.delete(direction);
    if (this.#isHere(head.to)) this.step(head.to, head.event);
    return true;
  }

  /** What is for a peer that is gone waits for nothing, or it would keep from its next life what that is to hear. */
  #waits({ to, event }: Delivery): boolean {
    return this.#isHere(to) && (to.frozen || (event.kind === "persisted" && to.stalled));
  }

  #isHere(peer: WiredPeer): boolean {
    return this.#peers.get(peer.address) === peer;
  }
}
