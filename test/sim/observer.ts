import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { Act } from "./act.ts";
import type { SimPeer } from "./sim-peer.ts";

/** How a process ended: with its wires closed by the machine it ran on, without a word to anybody, or in good order. */
export type End = "crash" | "power" | "left";

/** What a world does to a disk while its process is down. */
export type DiskChange =
  /** Everything is gone. */
  | { readonly kind: "lost" }
  /** It is as it was some time before: a backup. */
  | { readonly kind: "old" }
  /** This record cannot be read any more. */
  | { readonly kind: "damaged"; readonly table: string; readonly key: string };

/** A send as a world asked for it. */
export interface Submission {
  readonly to: bigint;
  readonly conversation: bigint;
  readonly number: number;
  readonly text: string;
  /** By the world's clock. */
  readonly expiresAtMs: number;
}

/**
 * Observer: told of everything that happens in a world, as it happens, and of nothing within the core. What it throws
 * ends the run.
 */
export interface Observer {
  started?(peer: SimPeer): void;
  ended?(peer: SimPeer, end: End): void;
  /** A send was taken by the core; nothing is accepted yet. */
  submitted?(peer: SimPeer, submission: Submission): void;
  /** A peer was asked to do something about groups or sessions, and does it. */
  acted?(peer: SimPeer, act: Act): void;
  /** A process took one event, and this is what it wants done: nothing of it is done yet. */
  stepped?(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void;
  /**
   * The same of a step in which pings came or were due, and pings or their answers leave, and nothing else. Most are such,
   * so few are told.
   */
  idled?(peer: SimPeer, event: CoreEvent): void;
  /** These writes are on the disk now. */
  applied?(peer: SimPeer, ops: readonly StoreOp[]): void;
  /** A ping or its answer sets out. */
  pinged?(): void;
  /** Any other frame sets out. */
  frame?(from: string, to: string, bytes: Uint8Array): void;
  /** A machine's clock was set, forwards or back. */
  clockSet?(peer: SimPeer, byMs: number): void;
  diskChanged?(peer: SimPeer, change: DiskChange): void;
  /** The world does something to wires, clocks, disks or processes: its name, and to whom. */
  fault?(kind: string, names: readonly string[]): void;
}
