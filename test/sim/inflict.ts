import { E3Error } from "../../src/core/error.ts";
import type { Weather } from "../../src/testing/weather.ts";
import { MachineFaults, type MachineFault } from "./inflict-machine.ts";
import { namesIn, type Fault, type PlannedWeather } from "./plan.ts";
import type { SimPeer } from "./sim-peer.ts";
import type { World } from "./world.ts";

type FaultOf<K extends Fault["kind"]> = Extract<Fault, { kind: K }>;

/**
 * Inflictor: does the faults of a plan to a world, each at its time, and takes back what is to last only so long.
 *
 * A fault of a peer that is not there, or is down already, is nothing. Once all faults are over none begins any more.
 */
export class Inflictor {
  readonly #world: World;
  readonly #machines: MachineFaults;
  readonly #fair: Weather;
  #over = false;

  constructor(world: World) {
    this.#world = world;
    this.#fair = world.network.weather;
    this.#machines = new MachineFaults({
      after: (ms, act) => this.#after(ms, act),
      begin: (fault, act) => this.#note(fault, act),
      endAfter: (fault, act) => this.#endAfter(fault, act),
    });
  }

  /** Plans it. */
  plan(fault: Fault): void {
    this.#after(fault.atMs - this.#world.nowMs, () => this.#begin(fault));
  }

  /** All that is broken works again, and nothing new begins. Who is down stays down, who is leaving leaves. */
  endAll(): void {
    this.#over = true;
    const { network, peers } = this.#world;
    this.#world.healAll();
    network.weather = this.#fair;
    for (const peer of peers) this.#machines.endAll(peer);
  }

  #begin(fault: Fault): void {
    if ("a" in fault) this.#pair(fault);
    else if ("from" in fault) this.#road(fault);
    else if ("peer" in fault) this.#machine(fault);
    else if (fault.kind === "weather") this.#weather(fault);
    else this.#partition(fault);
  }

  #pair(fault: FaultOf<"cut" | "silence" | "drop" | "reset" | "flap" | "both-dial">): void {
    const [a, b] = [this.#find(fault.a), this.#find(fault.b)];
    if (a === undefined || b === undefined) return;
    const world = this.#world;
    switch (fault.kind) {
      case "cut":
        world.cut(a, b);
        return this.#after(fault.forMs, () => world.heal(a, b));
      case "silence":
        world.silence(a, b);
        return this.#after(fault.forMs, () => world.heal(a, b));
      case "drop":
        return world.drop(a, b);
      case "reset":
        return this.#note(fault, () => world.network.reset(a.name, b.name));
      case "flap":
        return this.#flap(a, b, fault);
      case "both-dial":
        return this.#note(fault, () => {
          ask(a, () => a.connect(b));
          ask(b, () => b.connect(a));
        });
    }
  }

  #flap(a: SimPeer, b: SimPeer, { everyMs, times }: FaultOf<"flap">): void {
    for (let turn = 0; turn < times; turn += 1) {
      this.#after(2 * turn * everyMs, () => this.#world.cut(a, b));
      this.#after((2 * turn + 1) * everyMs, () => this.#world.heal(a, b));
    }
  }

  #road(fault: FaultOf<"mute" | "clog" | "connect" | "disconnect">): void {
    const [from, to] = [this.#find(fault.from), this.#find(fault.to)];
    if (from === undefined || to === undefined) return;
    const { network } = this.#world;
    switch (fault.kind) {
      case "mute":
        this.#note(fault, () => network.mute(from.name, to.name));
        return this.#after(fault.forMs, () => this.#world.heal(from, to));
      case "clog":
        this.#note(fault, () => network.clog(from.name, to.name));
        return this.#endAfter(fault, () => network.unclog(from.name, to.name));
      case "connect":
        return this.#note(fault, () => ask(from, () => from.connect(to)));
      case "disconnect":
        return this.#note(fault, () => ask(from, () => from.disconnect(to)));
    }
  }

  #weather(fault: FaultOf<"weather">): void {
    const { network } = this.#world;
    this.#note(fault, () => {
      network.weather = weatherOf(fault.weather, this.#fair);
    });
    this.#endAfter(fault, () => {
      network.weather = this.#fair;
    });
  }

  #partition(fault: FaultOf<"partition">): void {
    const pairs = fault.side.flatMap((side) => fault.other.map((other) => [side, other] as const));
    const { network } = this.#world;
    this.#note(fault, () => {
      for (const [a, b] of pairs)
        if (fault.oneWay) network.mute(a, b);
        else network.cut(a, b);
    });
    const heal = (): void => {
      for (const [a, b] of pairs) network.heal(a, b);
    };
    this.#after(fault.forMs, () => this.#world.inflict("heal", [...fault.side, ...fault.other], heal));
  }

  #machine(fault: MachineFault): void {
    const peer = this.#find(fault.peer);
    if (peer !== undefined) this.#machines.begin(peer, fault);
  }

  #find(name: string): SimPeer | undefined {
    return this.#world.peers.find((peer) => peer.name === name);
  }

  #note(fault: Fault, act: () => void): void {
    const names = fault.kind === "partition" ? [...fault.side, ...fault.other] : namesIn(fault);
    this.#world.inflict(fault.kind, names, act);
  }

  #endAfter(fault: Extract<Fault, { forMs: number }>, act: () => void): void {
    this.#after(fault.forMs, () => this.#world.inflict(`${fault.kind} over`, namesIn(fault), act));
  }

  #after(ms: number, act: () => void): void {
    this.#world.after(ms, () => {
      if (!this.#over) act();
    });
  }
}

/** Asks something of a peer that takes orders, which may refuse. */
function ask(peer: SimPeer, act: () => void): void {
  if (!peer.isReady) return;
  try {
    act();
  } catch (error) {
    if (!(error instanceof E3Error)) throw error;
  }
}

/** On top of how the network is by nature. */
function weatherOf(planned: PlannedWeather, { delayMs: [minMs, maxMs] }: Weather): Weather {
  const [moreMinUs, moreMaxUs] = planned.delayUs;
  return {
    delayMs: [minMs + moreMinUs / 1_000, maxMs + moreMaxUs / 1_000],
    tailRatio: planned.tailPerMille / 1_000,
    tailMs: [planned.tailMs / 2, planned.tailMs],
    lossRatio: planned.lossPerMille / 1_000,
    duplicateRatio: planned.duplicatePerMille / 1_000,
  };
}
