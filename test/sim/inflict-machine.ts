import type { EffectPoint, Fault, StoreFate } from "./plan.ts";
import type { SimPeer } from "./sim-peer.ts";

/** A fault of one peer. */
export type MachineFault = Extract<Fault, { peer: string }>;

type FaultOf<K extends MachineFault["kind"]> = Extract<MachineFault, { kind: K }>;

/** What the world of these faults can do. */
export interface MachineFaultHands {
  /** Does it later, unless all faults are over by then. */
  readonly after: (ms: number, act: () => void) => void;
  /** Does it now, under the name of the fault. */
  readonly begin: (fault: Fault, act: () => void) => void;
  /** Takes it back after its time. */
  readonly endAfter: (fault: Extract<Fault, { forMs: number }>, act: () => void) => void;
}

/** How long after its time a process that was to die at an effect of its own is ended all the same, milliseconds. */
const effectWaitMs = 3_000;
/** How often somebody who left, or has not quite, is looked for before it is started again, milliseconds. */
const leavingMs = 500;

/** MachineFaults: what goes wrong with one process, its disk and its clock. */
export class MachineFaults {
  readonly #hands: MachineFaultHands;
  /** Lives that are to be ended if they do not die by themselves: those with an effect chosen. */
  readonly #doomed = new Map<SimPeer, number>();

  constructor(hands: MachineFaultHands) {
    this.#hands = hands;
  }

  begin(peer: SimPeer, fault: MachineFault): void {
    switch (fault.kind) {
      case "crash":
      case "power-cut":
      case "leave":
        return this.#end(peer, fault);
      case "back-up":
        return this.#hands.begin(fault, () => peer.backUp());
      case "pause":
        return this.#pause(peer, fault);
      case "clock-step":
        return peer.shiftClock(fault.byMs);
      case "clock-freeze":
      case "clock-drift":
        return this.#clock(peer, fault);
      case "disk-fail":
      case "disk-full":
      case "disk-stall":
        return this.#disk(peer, fault);
    }
  }

  /** What is broken works again. Who is down stays down, who is leaving leaves. */
  endAll(peer: SimPeer): void {
    peer.disk.state = "well";
    peer.clock.thaw();
    peer.clock.drift(1);
    peer.resume();
    // An effect that it was to die at may still come.
    if (peer.isUp && this.#isDoomed(peer)) peer.crash();
  }

  #end(peer: SimPeer, fault: FaultOf<"crash" | "power-cut" | "leave">): void {
    if (!peer.isUp || (fault.kind === "leave" && !peer.isReady)) return;
    this.#startAfter(fault.downMs + this.#endBy(peer, fault), peer, fault.store);
  }

  /** @returns how long that may take, milliseconds. */
  #endBy(peer: SimPeer, fault: FaultOf<"crash" | "power-cut" | "leave">): number {
    switch (fault.kind) {
      case "crash":
        return this.#crash(peer, fault.at);
      case "power-cut":
        peer.crash(false);
        return 0;
      case "leave":
        peer.leave();
        return 0;
    }
  }

  #crash(peer: SimPeer, at: "once" | EffectPoint): number {
    if (at === "once") {
      peer.crash();
      return 0;
    }
    this.#doomed.set(peer, peer.lives);
    peer.crashAt(at);
    return effectWaitMs;
  }

  #isDoomed(peer: SimPeer): boolean {
    return this.#doomed.get(peer) === peer.lives;
  }

  /** Starts the next life of a peer, unless somebody else did. */
  #startAfter(ms: number, peer: SimPeer, store: StoreFate): void {
    const { lives } = peer;
    this.#hands.after(ms, () => {
      if (peer.lives !== lives) return;
      if (peer.isUp && this.#isDoomed(peer)) peer.crash();
      if (peer.isUp) return this.#startAfter(leavingMs, peer, store);
      if (store === "lost") peer.loseDisk();
      else if (store === "old") peer.ageDisk();
      else if (store === "damaged") peer.damageDisk();
      peer.start();
    });
  }

  #pause(peer: SimPeer, fault: FaultOf<"pause">): void {
    if (!peer.isUp || peer.isPaused) return;
    this.#hands.begin(fault, () => peer.pause());
    this.#hands.endAfter(fault, () => peer.resume());
  }

  #clock({ clock }: SimPeer, fault: FaultOf<"clock-freeze" | "clock-drift">): void {
    const isDrift = fault.kind === "clock-drift";
    this.#hands.begin(fault, () => (isDrift ? clock.drift(1 + fault.byPerMille / 1_000) : clock.freeze()));
    this.#hands.endAfter(fault, () => (isDrift ? clock.drift(1) : clock.thaw()));
  }

  #disk({ disk }: SimPeer, fault: FaultOf<"disk-fail" | "disk-full" | "disk-stall">): void {
    this.#hands.begin(fault, () => {
      disk.state = states[fault.kind];
    });
    this.#hands.endAfter(fault, () => {
      disk.state = "well";
    });
  }
}

const states = { "disk-fail": "failing", "disk-full": "full", "disk-stall": "stalled" } as const;
