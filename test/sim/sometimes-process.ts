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
  /** By the process's own clock, as it was last seen; undefined before. */
  clockMs: number | undefined;
  isFresh: boolean;
  isPaused: boolean;
  /** When it took an event last, and when the first after a long pause. */
  seenMs: number;
  resumedMs: number;
}

const yearMs = 365 * 24 * 3_600_000;
/** After so long a pause neighbours have given the peer up. */
const staleMs = 4_000;

/** SometimesProcess: how processes end and begin, and what clocks do to them. */
export class SometimesProcess implements Observer {
  readonly #reach: (point: ProcessPoint) => void;
  readonly #lives = new Map<string, Life>();

  constructor(reach: (point: ProcessPoint) => void) {
    this.#reach = reach;
  }

  started({ name }: SimPeer): void {
    Object.assign(this.#life(name), { asked: 0, durable: 0, ready: false, links: 0, isFresh: true, isPaused: false });
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const life = this.#life(peer.name);
    this.#clock(life, peer.nowMs);
    this.#pause(life, peer, event);
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
    if (life.isPaused) this.#reach("a peer died while it was paused");
    life.endedMs = peer.worldMs;
  }

  clockSet(_peer: SimPeer, byMs: number): void {
    if (byMs >= yearMs || byMs <= -yearMs) this.#reach("a clock stepped by years");
  }

  fault(kind: string, names: readonly string[]): void {
    if (kind !== "pause") return;
    for (const name of names) this.#life(name).isPaused = true;
  }

  #clock(life: Life, nowMs: number): void {
    if (life.isFresh && life.clockMs !== undefined) {
      if (nowMs < life.clockMs) this.#reach("a process began with its clock behind what its former life had seen");
      if (nowMs > life.clockMs + yearMs) this.#reach("a process began with its clock years ahead of its former life");
    }
    life.isFresh = false;
    life.clockMs = nowMs;
  }

  #pause(life: Life, { worldMs }: SimPeer, event: CoreEvent): void {
    const isLong = life.isPaused && worldMs - life.seenMs >= staleMs;
    life.isPaused = false;
    life.seenMs = worldMs;
    if (isLong) life.resumedMs = worldMs;
    if (life.resumedMs !== worldMs) return;
    if (event.kind === "link-closed") this.#reach("a paused peer came back to links that had ended");
    if (event.kind === "alarm") this.#reach("a paused peer came back with stale timers");
  }

  #life(name: string): Life {
    const known = this.#lives.get(name);
    if (known !== undefined) return known;
    const none = { asked: 0, durable: 0, ready: false, links: 0, clockMs: undefined, isFresh: true, isPaused: false };
    const life = { ...none, endedMs: -Infinity, seenMs: -Infinity, resumedMs: -Infinity };
    this.#lives.set(name, life);
    return life;
  }
}
