import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp, Table } from "../../src/core/store-op.ts";
import { kindOf } from "./frame-reader.ts";
import type { DiskChange, Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

export const diskPoints = [
  "a disk was lost",
  "a disk came back old",
  "a damaged disk lost a send",
  "a damaged disk lost mail in custody",
  "a damaged disk lost a message received",
  "a damaged disk lost how far a conversation had come",
  "a damaged disk lost what a lane had numbered",
  "a damaged disk lost who the peer is",
  "a store failed",
  "a store that had failed worked again",
  "a store failed while mail came",
  "a process died while its store failed",
  "a write that its process did not live to see was there all the same",
  "a write took over a second",
  "twenty writes went to the disk in one",
] as const;

type DiskPoint = (typeof diskPoints)[number];

interface Store {
  failing: boolean;
  /** The oldest commit that is not durable, and when it was asked for. */
  asked: { readonly commit: number; readonly atMs: number } | undefined;
}

/** SometimesDisk: what disks lose, and what peers do while they fail. */
export class SometimesDisk implements Observer {
  readonly #reach: (point: DiskPoint) => void;
  readonly #stores = new Map<string, Store>();

  constructor(reach: (point: DiskPoint) => void) {
    this.#reach = reach;
  }

  started({ name }: SimPeer): void {
    this.#stores.set(name, { failing: false, asked: undefined });
  }

  ended({ name }: SimPeer): void {
    if (this.#of(name).failing) this.#reach("a process died while its store failed");
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const store = this.#of(peer.name);
    if (event.kind === "store-failing") {
      store.failing = event.failing;
      this.#reach(event.failing ? "a store failed" : "a store that had failed worked again");
    }
    if (event.kind === "persisted" && store.asked !== undefined && event.commit >= store.asked.commit) {
      if (peer.worldMs - store.asked.atMs > 1_000) this.#reach("a write took over a second");
      store.asked = undefined;
    }
    for (const effect of effects) {
      if (effect.kind !== "persist") continue;
      store.asked ??= { commit: effect.commit, atMs: peer.worldMs };
      const isMail = event.kind === "frame" && kindOf(event.bytes) === "envelopes";
      if (store.failing && isMail) this.#reach("a store failed while mail came");
    }
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    if (!peer.isUp && ops.length > 0)
      this.#reach("a write that its process did not live to see was there all the same");
    if (ops.length >= 20) this.#reach("twenty writes went to the disk in one");
  }

  diskChanged(_peer: SimPeer, change: DiskChange): void {
    if (change.kind === "lost") return this.#reach("a disk was lost");
    if (change.kind === "old") return this.#reach("a disk came back old");
    if (change.key === "identity") return this.#reach("a damaged disk lost who the peer is");
    const point = damage.get(change.table);
    if (point !== undefined) this.#reach(point);
  }

  #of(name: string): Store {
    const store = this.#stores.get(name) ?? { failing: false, asked: undefined };
    this.#stores.set(name, store);
    return store;
  }
}

const damage: ReadonlyMap<string, DiskPoint> = new Map<Table, DiskPoint>([
  ["outbox", "a damaged disk lost a send"],
  ["mailbox", "a damaged disk lost mail in custody"],
  ["inbox", "a damaged disk lost a message received"],
  ["marks", "a damaged disk lost how far a conversation had come"],
  ["lanes", "a damaged disk lost what a lane had numbered"],
]);
