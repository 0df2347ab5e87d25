/**
 * Plan: a run of the simulator as data. Nothing of a run is decided elsewhere but what the world draws from the seed:
 * delays within their span, keys, and what is chance to a peer.
 *
 * All times are whole milliseconds since the world began, unless a name says otherwise. Peers, sends and faults have
 * names that say where they stood in the plan that was drawn (p3, s12, f1), and keep them when others are left out.
 */
export interface Plan {
  readonly seed: number;
  readonly nature: Nature;
  readonly peers: readonly PlannedPeer[];
  readonly sends: readonly PlannedSend[];
  readonly faults: readonly Fault[];
  /** When all faults end, and the world is to come to rest. */
  readonly endMs: number;
}

/** What does not change during a run. */
export interface Nature {
  /** Microseconds a frame travels, from and to. */
  readonly delayUs: readonly [min: number, max: number];
  /** Microseconds until a write is durable, from and to. */
  readonly writeUs: readonly [min: number, max: number];
  /** The bounds of all peers: those of the product, or so low that they are reached. */
  readonly bounds: "usual" | "tight";
}

/** A peer, and when it starts first. */
export interface PlannedPeer {
  readonly name: string;
  readonly joinsMs: number;
  /** The id it wishes for; 0n for none. Several may wish for one. */
  readonly wish: bigint;
  /** Whom it dials. */
  readonly dials: readonly string[];
  /** Keeps mail for others. */
  readonly custody: boolean;
  /** Is a leaf. Default false. */
  readonly leaf?: boolean;
  /** How far its clock is ahead of the world's at first. */
  readonly clockMs: number;
}

/** One or several messages at one instant. */
export interface PlannedSend {
  readonly name: string;
  readonly atMs: number;
  readonly from: string;
  /** A peer, under the id it has at that time, an id that nobody ever holds, or 0n: everyone. */
  readonly to: string | bigint;
  /** 0 for the longest there is. */
  readonly ttlMs: number;
  /** How many messages. */
  readonly burst: number;
  /** How long each is beyond its name. */
  readonly padBytes: number;
  /** What is done instead; who is concerned besides is the target. Default nothing. */
  readonly deed?: Deed;
}

/** What somebody does about groups and sessions, in place of a send to one peer. Groups are told apart by their places. */
export type Deed =
  | { readonly kind: "found"; readonly group: number; readonly others: readonly string[] }
  /** Into a group, or for a session: whom the send is to. */
  | { readonly kind: "invite" | "leave" | "say"; readonly group: number }
  /** All invitations that are open; the first request for a session. */
  | { readonly kind: "answer-groups"; readonly joins: boolean }
  | { readonly kind: "answer-sessions"; readonly accepts: boolean }
  /** Ask for a session, end it, or say something to the other end of it. */
  | { readonly kind: "ask" | "end" | "talk" };

/** Something that goes wrong, or is done to the world, at a time. */
export type Fault = Occasion & FaultKind;

/** What all faults have. */
export interface Occasion {
  readonly name: string;
  readonly atMs: number;
}

/** The kinds of faults. What lasts (forMs, downMs) ends with all faults at the latest. */
export type FaultKind =
  | PairFault
  | RoadFault
  | ProcessFault
  | ClockFault
  /** All wires change for a while. */
  | { readonly kind: "weather"; readonly weather: PlannedWeather; readonly forMs: number }
  /** Nothing passes between the sides, or from the first to the other only; who is on neither side is a bridge. */
  | {
      readonly kind: "partition";
      readonly oneWay: boolean;
      readonly side: readonly string[];
      readonly other: readonly string[];
      readonly forMs: number;
    }
  /** Writes fail; the disk is full; writes and reads take as long as this lasts. */
  | { readonly kind: "disk-fail" | "disk-full" | "disk-stall"; readonly peer: string; readonly forMs: number };

/** What happens to a pair of peers, whichever of them has dialled. */
export type PairFault =
  /** Wires end and dials are refused; nothing passes and nobody is told. */
  | { readonly kind: "cut" | "silence"; readonly a: string; readonly b: string; readonly forMs: number }
  /** Wires end, between two frames or in the middle of one; they may be dialled again at once. */
  | { readonly kind: "drop" | "reset"; readonly a: string; readonly b: string }
  /** Cut and healed in turn. */
  | { readonly kind: "flap"; readonly a: string; readonly b: string; readonly everyMs: number; readonly times: number }
  /** They are told, at one instant, to dial each other. */
  | { readonly kind: "both-dial"; readonly a: string; readonly b: string };

/** What happens one way. */
export type RoadFault =
  /** Nothing passes; what passes waits until this ends. */
  | { readonly kind: "mute" | "clog"; readonly from: string; readonly to: string; readonly forMs: number }
  /** By hand: keeps the other dialled, or ends the link and dials it no more. */
  | { readonly kind: "connect" | "disconnect"; readonly from: string; readonly to: string };

/** What happens to a process. */
export type ProcessFault =
  /** It dies and the machine lives on, at once or at an effect to come. */
  | {
      readonly kind: "crash";
      readonly peer: string;
      readonly at: "once" | EffectPoint;
      readonly downMs: number;
      readonly store: StoreFate;
    }
  /** The machine loses its power: nobody is told. Or it leaves in good order. */
  | { readonly kind: "power-cut" | "leave"; readonly peer: string; readonly downMs: number; readonly store: StoreFate }
  /** A copy of its disk is made, for the store that is old some day. */
  | { readonly kind: "back-up"; readonly peer: string }
  /** It does nothing, as if the machine slept; then it goes on, its timers stale. */
  | { readonly kind: "pause"; readonly peer: string; readonly forMs: number };

/** The n-th thing the process asks of its world from now on: a write to a wire or a disk, something told. From 1. */
export interface EffectPoint {
  readonly call: number;
  readonly side: "before" | "during" | "after";
}

/** What becomes of a disk while its process is down: nothing, all is gone, an old backup is back, some of it is unreadable. */
export type StoreFate = "kept" | "lost" | "old" | "damaged";

/** What happens to the clock of a machine. */
export type ClockFault =
  | { readonly kind: "clock-step"; readonly peer: string; readonly byMs: number }
  | { readonly kind: "clock-freeze"; readonly peer: string; readonly forMs: number }
  /** It is fast by so many parts in a thousand; slow, below 0. */
  | { readonly kind: "clock-drift"; readonly peer: string; readonly byPerMille: number; readonly forMs: number };

/** How the network behaves beyond its nature; what is 0 is as usual. */
export interface PlannedWeather {
  /** More delay for every frame, microseconds, from and to. */
  readonly delayUs: readonly [min: number, max: number];
  /** So many of a thousand frames take longer, by up to so much. */
  readonly tailPerMille: number;
  readonly tailMs: number;
  readonly lossPerMille: number;
  readonly duplicatePerMille: number;
}

/** Names of the peers a fault is about: without one of them it makes no sense. A partition makes do with some. */
export function namesIn(fault: Fault): readonly string[] {
  if ("peer" in fault) return [fault.peer];
  if ("a" in fault) return [fault.a, fault.b];
  if ("from" in fault) return [fault.from, fault.to];
  return [];
}
