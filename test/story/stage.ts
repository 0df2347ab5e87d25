import type { Limits } from "../../src/core/limits.ts";
import { meet } from "../sim/meet.ts";
import type { Observer } from "../sim/observer.ts";
import type { SimPeerOptions } from "../sim/sim-peer-parts.ts";
import type { SimPeer } from "../sim/sim-peer.ts";
import { World } from "../sim/world.ts";
import { FrameWords, type Topic } from "./frame-words.ts";
import { Losing, type Loss } from "./losing.ts";
import { Names } from "./names.ts";
import { PeopleWords } from "./people-words.ts";

/** How often is looked whether people see something new, milliseconds. */
const glanceMs = 1;
/** How long peers that a story begins with are left alone once they have met, milliseconds. */
const calmMs = 3_000;

/**
 * Stage: the world that one transcript plays in, and what is told of it.
 *
 * Frames take 1 ms, writes to disks too, so that what depends on chance in the world does not in the telling.
 */
export class Stage {
  readonly names = new Names();
  readonly #limits: Partial<Record<keyof Limits, number>> = {};
  readonly #frames = new FrameWords(this.names);
  readonly #people = new PeopleWords(this.names);
  readonly #peers = new Map<string, SimPeer>();
  #topics: ReadonlySet<string> = new Set<Topic>(["people", "mail"]);
  #lines: string[] = [];
  #sinceMs = 0;
  /** Something happened since people were last looked at. */
  #stirred = false;
  #set: { readonly world: World; readonly losing: Losing } | undefined;

  /** What is told from now on: topics, "floors" and "times". */
  show(topics: readonly string[]): void {
    this.#topics = new Set(topics);
    this.#frames.mail.floors = this.#topics.has("floors");
  }

  /** Another bound than the usual one. @throws Error once there are peers. */
  limit(name: keyof Limits, value: number): void {
    if (this.#set !== undefined) throw new Error("limits come before the first peer");
    this.#limits[name] = value;
  }

  get world(): World {
    return this.#built.world;
  }

  /** The peer of that letter. @throws Error when there is none. */
  peer(letter: string): SimPeer {
    const peer = this.#peers.get(letter);
    if (peer === undefined) throw new Error(`there is no peer ${letter} yet`);
    return peer;
  }

  /** All peers, by letter. */
  get peers(): readonly SimPeer[] {
    return [...this.#peers.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Makes a peer and starts it. */
  start(letter: string, options: SimPeerOptions): SimPeer {
    this.names.introduce(letter, options.id ?? 0n);
    const peer = this.world.peer(letter, options);
    this.#peers.set(letter, peer);
    return peer;
  }

  /** Peers that know each other when the story begins: nothing is told of how they met. */
  begin(links: readonly (readonly [string, readonly string[]])[]): void {
    const peers = links.map(([letter, dials]) => this.start(letter, { id: this.names.idOf(letter), dials }));
    meet(this.world, ...peers);
    this.pass(calmMs);
    this.#lines = [];
  }

  /** Frames that are to come are lost. */
  lose(losses: readonly Loss[]): void {
    for (const loss of losses) this.#built.losing.next(loss);
  }

  /** How many frames are still to be lost. */
  get pendingLosses(): number {
    return this.#set?.losing.pending ?? 0;
  }

  /** The id that a letter or number in a story stands for. */
  idOf(who: string): bigint {
    if (/^\d+$/.test(who)) return BigInt(who);
    const peer = this.#peers.get(who);
    if (peer !== undefined) return peer.id;
    this.names.introduce(who);
    return this.names.idOf(who);
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.#sinceMs = this.world.nowMs;
    const endMs = this.#sinceMs + ms;
    while (this.world.nowMs < endMs) {
      this.world.run(Math.min(glanceMs, endMs - this.world.nowMs));
      if (this.#stirred) this.#glance();
      this.#stirred = false;
    }
  }

  /** Adds an answer to a question. */
  answer(who: string, words: string): void {
    this.#lines.push(`${who.padEnd(whoWidth)}  ${words}`);
  }

  /** Adds a line to what is told, if the story tells of such things. */
  tell(topic: Topic, who: string, words: string): void {
    if (!this.#topics.has(topic)) return;
    const time = this.#topics.has("times") ? `${((this.world.nowMs - this.#sinceMs) / 1_000).toFixed(1)} s  ` : "";
    this.#lines.push(`${time}${who.padEnd(whoWidth)}  ${words}`);
  }

  /** What was told since the last call. */
  take(): readonly string[] {
    if (this.#set !== undefined) this.#glance();
    return this.#lines.splice(0);
  }

  get #built(): { readonly world: World; readonly losing: Losing } {
    if (this.#set !== undefined) return this.#set;
    const stir = (): void => {
      this.#stirred = true;
    };
    const observer: Observer = {
      stepped: stir,
      idled: stir,
      frame: (from, to, bytes) => this.#frame({ from, to }, bytes, ""),
      ended: ({ name }, end) => {
        if (end === "left") this.tell("people", name, "has left");
      },
    };
    const options = { limits: this.#limits, observers: [observer] };
    const world = new World({ seed: 1, delayMs: [1, 1], writeMs: [1, 1], ...options });
    const losing = new Losing(world.network, (from, to, bytes) => this.#frame({ from, to }, bytes, " (lost)"));
    this.#set = { world, losing };
    return this.#set;
  }

  #frame(way: { readonly from: string; readonly to: string }, bytes: Uint8Array, note: string): void {
    // People see what they see before the frame leaves.
    this.#glance();
    const { topic, lines } = this.#frames.of(bytes, way);
    for (const line of lines) this.tell(topic, `${way.from} -> ${way.to}`, line + note);
  }

  #glance(): void {
    for (const peer of this.peers) for (const news of this.#people.news(peer)) this.tell("people", peer.name, news);
  }
}

const whoWidth = "a -> b".length;
