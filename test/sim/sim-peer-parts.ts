import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Limits } from "../../src/core/limits.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { Signer } from "../../src/core/world.ts";
import type { Agenda } from "../../src/testing/agenda.ts";
import type { Network } from "../../src/testing/network.ts";
import type { Random, Span } from "../../src/testing/random.ts";
import type { Act } from "./act.ts";
import type { DiskChange, End, Submission } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

/** How a peer of the world is started. */
export interface SimPeerOptions {
  /** The id it wishes for. */
  readonly id?: bigint;
  /** Names of the peers it dials; they may come later. */
  readonly dials?: readonly string[];
  /** Keeps mail for others. Default true. */
  readonly custody?: boolean;
  /** It is a leaf. Default false. */
  readonly leaf?: boolean;
  /** How far its clock is ahead of the world's, milliseconds. Default 0. */
  readonly clockMs?: number;
}

/** What a peer tells the world that it lives in. */
export interface SimPeerWatch {
  readonly started: (peer: SimPeer) => void;
  readonly ended: (peer: SimPeer, end: End) => void;
  readonly submitted: (peer: SimPeer, submission: Submission) => void;
  readonly acted: (peer: SimPeer, act: Act) => void;
  readonly stepped: (peer: SimPeer, event: CoreEvent, effects: readonly Effect[]) => void;
  readonly applied: (peer: SimPeer, ops: readonly StoreOp[]) => void;
  readonly clockSet: (peer: SimPeer, byMs: number) => void;
  readonly diskChanged: (peer: SimPeer, change: DiskChange) => void;
  readonly note: (line: () => string) => void;
}

/** What a peer needs of its world. */
export interface SimPeerParts {
  readonly name: string;
  readonly options: SimPeerOptions;
  readonly agenda: Agenda;
  readonly network: Network;
  readonly random: Random;
  readonly signer: Signer;
  readonly limits: Limits;
  readonly writeMs: Span;
  readonly watch: SimPeerWatch;
}
