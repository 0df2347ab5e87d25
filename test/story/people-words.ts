import type { SimPeer } from "../sim/sim-peer.ts";
import { listed, type Names } from "./names.ts";
import { inRows, type Numbered } from "./numbered.ts";

/** How much of what a peer's people saw was told. */
interface Told {
  shown: number;
  statuses: number;
  events: number;
  ready: boolean;
}

/** PeopleWords: what people at their peers see, in words, as far as it was not told yet. */
export class PeopleWords {
  readonly #names: Names;
  readonly #told = new Map<SimPeer, Told>();

  constructor(names: Names) {
    this.#names = names;
  }

  /** What is new at a peer. */
  news(peer: SimPeer): readonly string[] {
    const told = this.#told.get(peer) ?? { shown: 0, statuses: 0, events: 0, ready: false };
    const { shown, statuses, events, isReady } = peer;
    this.#names.hold(peer.id, peer.name);
    this.#told.set(peer, {
      shown: shown.length,
      statuses: statuses.length,
      events: events.length,
      ready: isReady || (told.ready && peer.isUp),
    });
    return [
      ...(isReady && !told.ready ? [this.#ready(peer)] : []),
      ...this.#events(events.slice(told.events)),
      ...shown.slice(told.shown).map((line) => this.#message(line)),
      ...inRows(statuses.slice(told.statuses).map((line) => this.#status(line))),
    ];
  }

  #ready(peer: SimPeer): string {
    const { verdict } = peer.core.identity;
    const is = `is ready as ${this.#names.id(peer.id)}`;
    return verdict === "refused" ? `${is}, not as ${this.#names.id(peer.wish)}` : is;
  }

  /** Who comes and goes in one moment is told in one line. */
  #events(lines: readonly string[]): readonly string[] {
    const came = this.#holders(lines, "up");
    const went = this.#holders(lines, "down");
    const others = lines.filter((line) => !/^\d+ (?:up|down)$/.test(line));
    return [
      ...others.map((line) => this.#event(line)),
      ...(went.length > 0 ? [`sees ${listed(went)} no more`] : []),
      ...(came.length > 0 ? [`sees ${listed(came)}`] : []),
    ];
  }

  #holders(lines: readonly string[], state: string): readonly string[] {
    const ids = lines.filter((line) => line.endsWith(` ${state}`)).map((line) => line.split(" ")[0] ?? "0");
    return ids.map((id) => this.#holder(id)).sort();
  }

  #event(line: string): string {
    const { id, reason } = /^id (?<id>\d+): (?<reason>.*)$/s.exec(line)?.groups ?? {};
    return id === undefined ? `is told: ${line}` : `is ${this.#names.id(BigInt(id))} from now on: ${reason ?? ""}`;
  }

  #message(line: string): string {
    const {
      from = "0",
      number,
      text,
      note = "",
    } = groups(/^(?<from>\d+)#(?<number>\d+) (?<text>.*?)(?<note> \(\d+ missing before\))?$/s, line);
    return `reads "${text}", #${number} from ${this.#holder(from)}${note}`;
  }

  #status(line: string): Numbered {
    const { to = "0", number, status } = groups(/^(?<to>\d+)#(?<number>\d+) (?<status>.*)$/s, line);
    return { first: Number(number), last: Number(number), rest: `to ${this.#holder(to)}: ${status}` };
  }

  #holder(id: string): string {
    return this.#names.holder(BigInt(id));
  }
}

function groups(pattern: RegExp, line: string): Readonly<Record<string, string | undefined>> {
  const found = pattern.exec(line)?.groups;
  if (found === undefined) throw new Error(`a peer says what stories have no words for: ${line}`);
  return found;
}
