import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { End, Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

export const processPoints = [
  "a process died before it had its id",
  "a process died twice within a second",
  "a process died with writes on their way to the disk",
  "a power cut left neighbours with links that nobody ends",
  "a peer died with sends in its outbox",
  "a peer died with mail in its custody",
  "a peer left with sends in its outbox",
  "a peer left with mail in its custody",
  "a paused peer came back with stale timers",
  "a paused peer came back to links that had ended",
  "a peer died while it was paused",
  "a clock stepped by years",
  "a process began with its clock behind what its former life had seen",
  "a process began with its clock years ahead of its former life",
] as const;

type ProcessPoint = (typeof processPoints)[number];

interface Life {
  endedMs: number;
  /** The newest commit asked for, and the newest that is durable. */
  asked: number;
  durable: number;
  ready: boolean;
  links: number;
  /** By the process's own clock, when the former one ended; undefined before. */
  clockMs: number | undefined;
  isFresh: boolean;
}

const yearMs = 365 * 24 * 3_600_000;
/** After so long a pause neighbours have given the peer up. */
const staleMs = 4_000;

/** SometimesProcess: how processes end and begin, and what clocks do to them. */
export class SometimesProcess implements Observer {
  readonly #reach: (point: ProcessPoint) => void;
  readonly #lives = new Map<string, Life>();
  /** Peers that are there, or were. */
  readonly #peers = new Map<string, SimPeer>();
  /** Since when peers are paused that took no event since, milliseconds of the world. */
  readonly #pausedMs = new Map<string, number>();
  /** Who came back last from a long pause, and when. */
  #resumed: { readonly name: string; readonly atMs: number } | undefined;

  constructor(reach: (point: ProcessPoint) => void) {
    this.#reach = reach;
  }

  started(peer: SimPeer): void {
    const { name } = peer;
    this.#peers.set(name, peer);
    this.#pausedMs.delete(name);
    Object.assign(this.#life(name), { asked: 0, durable: 0, ready: false, links: 0, isFresh: true });
  }

  idled(peer: SimPeer, event: CoreEvent): void {
    if (this.#pausedMs.size > 0 || this.#resumed !== undefined) this.#pause(peer, event);
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const life = this.#life(peer.name);
    if (life.isFresh) this.#clock(life, peer.nowMs);
    this.#pause(peer, event);
    if (event.kind === "persisted") life.durable = event.commit;
    for (const effect of effects) {
      if (effect.kind === "persist") life.asked = effect.commit;
      else if (effect.kind === "ready") life.ready = true;
      else if (effect.kind === "notice" && effect.message === "link up") life.links += 1;
      else if (effect.kind === "notice" && effect.message === "link down") life.links -= 1;
    }
  }

  ended(peer: SimPeer, end: End): void {
    const life = this.#life(peer.name);
    life.clockMs = peer.nowMs;
    const [outbox, mailbox] = [peer.disk.size("outbox"), peer.disk.size("mailbox")];
    if (end === "left") {
      if (outbox > 0) this.#reach("a peer left with sends in its outbox");
      if (mailbox > 0) this.#reach("a peer left with mail in its custody");
      return;
    }
    if (!life.ready) this.#reach("a process died before it had its id");
    if (peer.worldMs - life.endedMs < 1_000) this.#reach("a process died twice within a second");
    if (life.asked > life.durable) this.#reach("a process died with writes on their way to the disk");
    if (end === "power" && life.links > 0) this.#reach("a power cut left neighbours with links that nobody ends");
    if (outbox > 0) this.#reach("a peer died with sends in its outbox");
    if (mailbox > 0) this.#reach("a peer died with mail in its custody");
    if (this.#pausedMs.has(peer.name)) this.#reach("a peer died while it was paused");
    life.endedMs = peer.worldMs;
  }

  clockSet(_peer: SimPeer, byMs: number): void {
    if (byMs >= yearMs || byMs <= -yearMs) this.#reach("a clock stepped by years");
  }

  fault(kind: string, names: readonly string[]): void {
    if (kind !== "pause") return;
    for (const name of names) this.#pausedMs.set(name, this.#peers.get(name)?.worldMs ?? 0);
  }

  #clock(life: Life, nowMs: number): void {
    life.isFresh = false;
    if (life.clockMs === undefined) return;
    if (nowMs < life.clockMs) this.#reach("a process began with its clock behind what its former life had seen");
    if (nowMs > life.clockMs + yearMs) this.#reach("a process began with its clock years ahead of its former life");
  }

  #pause({ name, worldMs }: SimPeer, event: CoreEvent): void {
    const sinceMs = this.#pausedMs.get(name);
    if (sinceMs !== undefined) {
      this.#pausedMs.delete(name);
      if (worldMs - sinceMs >= staleMs) this.#resumed = { name, atMs: worldMs };
    }
    const resumed = this.#resumed;
    if (resumed === undefined) return;
    if (resumed.atMs !== worldMs) return void (this.#resumed = undefined);
    if (resumed.name !== name) return;
    if (event.kind === "link-closed") this.#reach("a paused peer came back to links that had ended");
    if (event.kind === "alarm") this.#reach("a paused peer came back with stale timers");
  }

  #life(name: string): Life {
    const known = this.#lives.get(name);
    if (known !== undefined) return known;
    const none = { asked: 0, durable: 0, ready: false, links: 0, clockMs: undefined, isFresh: true };
    const life: Life = { ...none, endedMs: -Infinity };
    this.#lives.set(name, life);
    return life;
  }
}
