import type { Wire, WireHandler } from "../ports/transport.ts";
import type { Agenda } from "./agenda.ts";
import { Cable, type CableNature } from "./cable.ts";
import type { Random, Span } from "./random.ts";
import { Road } from "./road.ts";
import { Station, type Accept } from "./station.ts";
import { fairWeather, Sky, type Weather } from "./weather.ts";

/** What a network is made of. */
export interface NetworkParts {
  readonly agenda: Agenda;
  readonly random: Random;
  /** Milliseconds a frame travels, in the weather it begins with. Default 1 to 3. */
  readonly delayMs?: Span;
  /** Largest frame, bytes. Default 4 MiB, as over gRPC. */
  readonly frameBytesMax?: number;
  /** Told of each frame that sets out. It must not be kept: its reader may change it. */
  readonly sent?: (from: string, to: string, frame: Uint8Array) => void;
  /** Told of each frame that its reader is about to get. It must not be kept either. */
  readonly arrived?: (from: string, to: string, frame: Uint8Array) => void;
}

/**
 * Network: wires between processes in one world. A process is reached by its name.
 *
 *     cut     wires end, dials are refused
 *     silent  nothing arrives and nobody is told, dials get no answer
 *     muted   the same, in one direction
 *     clogged what is sent waits, in one direction
 *
 * A wire that went silent or mute stays so: only new ones work once the network is healed. Frames are handed over, not
 * copied: who writes one must not use it again, as src/peer/link-queue.ts does not.
 */
export class Network {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #nature: CableNature;
  readonly #sky: Sky;
  readonly #stations = new Map<string, Station>();
  readonly #roads = new Map<string, Road>();
  readonly #cables = new Set<Cable>();

  constructor(parts: NetworkParts) {
    const { agenda, random, delayMs = fairWeather.delayMs, frameBytesMax = 4 * 1_024 * 1_024, ...watch } = parts;
    this.#agenda = agenda;
    this.#random = random;
    this.#sky = new Sky({ ...fairWeather, delayMs }, random);
    this.#nature = { agenda, sky: this.#sky, frameBytesMax, ...watch };
  }

  /** What befalls frames that set out from now on. */
  get weather(): Weather {
    return this.#sky.weather;
  }

  set weather(weather: Weather) {
    this.#sky.weather = weather;
  }

  listen(name: string, accept: Accept): void {
    this.#station(name).accept = accept;
  }

  /** Dials are refused; wires stay. */
  unlisten(name: string): void {
    this.#station(name).accept = undefined;
  }

  /** Whether dials are accepted there. */
  listens(name: string): boolean {
    return this.#stations.get(name)?.accept !== undefined;
  }

  dial(from: string, to: string, handler: WireHandler): Wire {
    const road = this.#road(from, to);
    const cable = new Cable(this.#nature, this.#station(from), this.#station(to), () => {
      this.#cables.delete(cable);
      road.cables.delete(cable);
    });
    this.#cables.add(cable);
    road.cables.add(cable);
    cable.dialler.attach(handler);
    this.#agenda.after(this.#sky.delayMs(), () => this.#connect(cable, road, this.#station(to)));
    return cable.dialler;
  }

  /** Wires end, in-flight frames are lost, dials are refused. */
  cut(a: string, b: string): void {
    this.#road(a, b).state = "cut";
    this.drop(a, b);
  }

  /** Wires end, in-flight frames are lost; dialling anew works. */
  drop(a: string, b: string): void {
    for (const cable of this.#road(a, b).cables) cable.cut("connection lost");
  }

  /** Wires end: of what is in flight some arrives, in each direction for itself. Dialling anew works. */
  reset(a: string, b: string): void {
    for (const cable of this.#road(a, b).cables) cable.reset(this.#random);
  }

  /** Nothing arrives any more, and nobody is told; dials get no answer. */
  silence(a: string, b: string): void {
    this.#road(a, b).silence();
  }

  /** Nothing arrives any more in that direction, and nobody is told; dials, which need both, get no answer. */
  mute(from: string, to: string): void {
    this.#road(from, to).mute(from);
  }

  /** What is sent in that direction waits, and so do dials. At most one write waits beside what is in flight. */
  clog(from: string, to: string): void {
    this.#road(from, to).clog(from);
  }

  /** What waited in that direction arrives, in order. */
  unclog(from: string, to: string): void {
    for (const act of this.#road(from, to).unclog(from)) this.#agenda.soon(act);
  }

  /** Ends all that was done to the network between the two; wires that are lost, silent or mute stay so. */
  heal(a: string, b: string): void {
    for (const act of this.#road(a, b).heal()) this.#agenda.soon(act);
  }

  healAll(): void {
    for (const road of this.#roads.values()) for (const act of road.heal()) this.#agenda.soon(act);
  }

  /** The process stands still: what would reach it waits, dials to it as well. Its machine goes on, up to a window. */
  pause(name: string): void {
    this.#station(name).pause();
  }

  /** It goes on: what waited comes, in order, at this instant. */
  resume(name: string): void {
    this.#station(name).resume();
  }

  /** The process is gone. @param told whether the others hear of it, as when a machine lives on without the process. */
  kill(name: string, told: boolean): void {
    this.#station(name).die(told);
  }

  /** Pairs of processes with a wire that works, the dialler first. */
  wires(): readonly (readonly [string, string])[] {
    const alive = [...this.#cables].filter((cable) => cable.alive);
    return alive.map(({ dialler, acceptor }) => [acceptor.remote, dialler.remote] as const);
  }

  #connect(cable: Cable, road: Road, to: Station): void {
    const again = (): void => this.#connect(cable, road, to);
    if (cable.hopeless) return;
    if (road.isClogged) return road.hold(again);
    if (road.isSilent) return cable.silence();
    const { accept } = to;
    if (road.state === "cut" || accept === undefined || cable.acceptor.over) cable.refuse();
    else if (to.paused) to.hold(again);
    else cable.join(accept);
  }

  #station(name: string): Station {
    const station = this.#stations.get(name) ?? new Station(name, this.#agenda);
    this.#stations.set(name, station);
    return station;
  }

  #road(a: string, b: string): Road {
    const pair = a < b ? `${a} ${b}` : `${b} ${a}`;
    const road = this.#roads.get(pair) ?? new Road();
    this.#roads.set(pair, road);
    return road;
  }
}
