import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { DiskChange, End, Observer, Submission } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";
import { SometimesCustody, custodyPoints } from "./sometimes-custody.ts";
import { SometimesDelivery, deliveryPoints } from "./sometimes-delivery.ts";
import { SometimesDisk, diskPoints } from "./sometimes-disk.ts";
import { SometimesId, idPoints } from "./sometimes-id.ts";
import { SometimesLink, linkPoints } from "./sometimes-link.ts";
import { SometimesProcess, processPoints } from "./sometimes-process.ts";
import { SometimesRoad, roadPoints } from "./sometimes-road.ts";
import { SometimesStatus, statusPoints } from "./sometimes-status.ts";

/** Something that must happen in some runs, or the simulator does not test what it is thought to. */
export interface Point {
  /** A sentence: what happened. */
  readonly name: string;
}

/** Everything that is to happen sometimes. */
export const points: readonly Point[] = [
  ...processPoints,
  ...diskPoints,
  ...linkPoints,
  ...roadPoints,
  ...idPoints,
  ...custodyPoints,
  ...deliveryPoints,
  ...statusPoints,
].map((name) => ({ name }));

/** Sometimes: notes which of the points a world comes by. It sees what the checker sees, and judges nothing. */
export class Sometimes implements Observer {
  /** Names of points. */
  readonly reached = new Set<string>();
  readonly #process: SometimesProcess;
  readonly #watchers: readonly Observer[];

  constructor() {
    const reach = (point: string): void => void this.reached.add(point);
    this.#process = new SometimesProcess(reach);
    this.#watchers = [
      this.#process,
      new SometimesDisk(reach),
      new SometimesLink(reach),
      new SometimesRoad(reach),
      new SometimesId(reach),
      new SometimesCustody(reach),
      new SometimesDelivery(reach),
      new SometimesStatus(reach),
    ];
  }

  started(peer: SimPeer): void {
    for (const watcher of this.#watchers) watcher.started?.(peer);
  }

  ended(peer: SimPeer, end: End): void {
    for (const watcher of this.#watchers) watcher.ended?.(peer, end);
  }

  submitted(peer: SimPeer, submission: Submission): void {
    for (const watcher of this.#watchers) watcher.submitted?.(peer, submission);
  }

  idled(peer: SimPeer, event: CoreEvent): void {
    // A late alarm tells of a process that stood still.
    this.#process.stepped(peer, event, []);
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    for (const watcher of this.#watchers) watcher.stepped?.(peer, event, effects);
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    for (const watcher of this.#watchers) watcher.applied?.(peer, ops);
  }

  frame(from: string, to: string, bytes: Uint8Array): void {
    for (const watcher of this.#watchers) watcher.frame?.(from, to, bytes);
  }

  clockSet(peer: SimPeer, byMs: number): void {
    for (const watcher of this.#watchers) watcher.clockSet?.(peer, byMs);
  }

  diskChanged(peer: SimPeer, change: DiskChange): void {
    for (const watcher of this.#watchers) watcher.diskChanged?.(peer, change);
  }

  fault(kind: string, names: readonly string[]): void {
    for (const watcher of this.#watchers) watcher.fault?.(kind, names);
  }
}
