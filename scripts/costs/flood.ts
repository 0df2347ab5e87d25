import { Random } from "../../src/testing/random.ts";
import type { Shape } from "./shape.ts";

/** What a flood of adverts among so many took. */
export interface FloodCosts {
  readonly peers: number;
  readonly links: number;
  /** Time of the simulation until nobody learnt anything more. */
  readonly ms: number;
}

/** A frame takes a whole number of milliseconds, 1 to 3, the same on a link each time. */
const delayMsMax = 3;
/** From the start until a peer states itself the first time: its write is durable. And until its links are up, one after another. */
const statedMs = [1, 5] as const;
const linkedMs = [6, 12] as const;
/** Frames before both ends of a new link hold what either held: the list, and what the other lacks of it. */
const exchangeFrames = 2;

/**
 * The rules of the flood alone, without cores, for more peers than fit into one process as cores: all start at once, each
 * states itself anew for each of its links, who learns of an edition passes it on to all its other links, and a new link has
 * both ends exchange what they hold. Each peer is a row of version numbers, a byte for each other. It tells how long a flood
 * takes, not what it costs: editions that are learnt of in the same millisecond count as one.
 *
 * @throws Error when not everybody knows everybody's last edition in the end.
 */
export function flood(shape: Shape): FloodCosts {
  return new Flood(shape).run();
}

interface Direction {
  readonly from: number;
  readonly to: number;
  readonly delayMs: number;
  readonly upMs: number;
}

class Flood {
  readonly #shape: Shape;
  readonly #held: readonly Uint8Array[];
  readonly #directions: readonly Direction[];
  /** Editions of each peer's own advert, by when it states them: 1 for itself, and one for each link. */
  readonly #statements = new Map<number, number[]>();
  /** Whose editions each peer learnt of, in each of the last milliseconds: by time modulo the longest delay and one. */
  readonly #news: number[][][];

  constructor(shape: Shape) {
    const random = new Random(shape.peers);
    this.#shape = shape;
    this.#held = Array.from({ length: shape.peers }, () => new Uint8Array(shape.peers));
    this.#news = Array.from({ length: delayMsMax + 1 }, () => Array.from({ length: shape.peers }, (): number[] => []));
    for (let peer = 0; peer < shape.peers; peer += 1) this.#state(peer, random.whole(...statedMs));
    this.#directions = shape.links.flatMap(([low, high]) => {
      const upMs = random.whole(...linkedMs);
      const delayMs = random.whole(1, delayMsMax);
      for (const end of [low, high]) this.#state(end, upMs);
      return [
        { from: low, to: high, delayMs, upMs },
        { from: high, to: low, delayMs, upMs },
      ];
    });
  }

  run(): FloodCosts {
    const { peers, links } = this.#shape;
    const quietMs = linkedMs[1] + delayMsMax * (exchangeFrames + 1);
    let learntMs = 0;
    for (let nowMs = 1; nowMs <= learntMs + quietMs; nowMs += 1) if (this.#tick(nowMs)) learntMs = nowMs;
    for (const row of this.#held) {
      if (row.some((version, peer) => version !== this.#held[peer]?.[peer]))
        throw new Error("somebody lacks an edition");
    }
    return { peers, links: links.length, ms: learntMs };
  }

  #state(peer: number, atMs: number): void {
    const stating = this.#statements.get(atMs) ?? [];
    stating.push(peer);
    this.#statements.set(atMs, stating);
  }

  /** @returns whether somebody learnt something. */
  #tick(nowMs: number): boolean {
    const news = this.#news[nowMs % this.#news.length] ?? [];
    for (const list of news) list.length = 0;
    for (const peer of this.#statements.get(nowMs) ?? []) {
      const row = this.#held[peer];
      if (row !== undefined) row[peer] = (row[peer] ?? 0) + 1;
      news[peer]?.push(peer);
    }
    for (const direction of this.#directions) this.#pass(direction, nowMs, news[direction.to] ?? []);
    return news.some(({ length }) => length > 0);
  }

  /** What left so long ago arrives: what was learnt then, or on a link that has just come up, all that is held. */
  #pass({ from, to, delayMs, upMs }: Direction, nowMs: number, news: number[]): void {
    const [theirs, ours] = [this.#held[from], this.#held[to]];
    const leftMs = nowMs - delayMs;
    if (theirs === undefined || ours === undefined || leftMs < upMs) return;
    const isExchange = nowMs === upMs + exchangeFrames * delayMs;
    const told = isExchange ? theirs.keys() : (this.#news[leftMs % this.#news.length]?.[from] ?? []);
    for (const peer of told) {
      const version = theirs[peer] ?? 0;
      if (version <= (ours[peer] ?? 0)) continue;
      ours[peer] = version;
      news.push(peer);
    }
  }
}
