import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { FrameWords } from "../story/frame-words.ts";
import { Names } from "../story/names.ts";
import type { DiskChange, End, Observer, Submission } from "./observer.ts";
import { clock, span } from "./plan-words.ts";
import { messagesOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

interface Parts {
  /** Milliseconds since the world began. */
  readonly nowMs: () => number;
  readonly line: (line: string) => void;
  /** Tells what peers say about links, too: most of all that is said. */
  readonly topology: boolean;
}

/**
 * Teller: tells a run as a story, line by line: when, who, and what in words. Pings, and digests that find nothing new,
 * are no story.
 */
export class Teller implements Observer {
  readonly #parts: Parts;
  readonly #names = new Names();
  readonly #words = new FrameWords(this.#names);
  /** Why the last dial from one peer to another failed, in words. */
  readonly #vain = new Map<string, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  started(peer: SimPeer): void {
    this.#tell(peer.name, peer.lives === 1 ? "starts" : `starts again, life ${peer.lives}`);
  }

  ended(peer: SimPeer, end: End): void {
    this.#tell(peer.name, ends[end]);
  }

  submitted(peer: SimPeer, { to, number, text, expiresAtMs }: Submission): void {
    const life = span(expiresAtMs - peer.worldMs);
    this.#tell(peer.name, `sends ${short(text)} to ${this.#names.holder(to)} as #${number}, good for ${life}`);
  }

  stepped(peer: SimPeer, _event: CoreEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      const words = this.#effect(peer, effect);
      if (words !== undefined) this.#tell(peer.name, words);
    }
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    for (const { table, value } of ops) {
      if (table !== "inbox" || value === undefined) continue;
      for (const { from, number, text, missing } of messagesOf(value)) {
        const gap = missing === 0 ? "" : `, ${missing} missing before it`;
        this.#tell(peer.name, `has ${short(text)} in its inbox, #${number} from ${this.#names.holder(from)}${gap}`);
      }
    }
  }

  frame(from: string, to: string, bytes: Uint8Array): void {
    const { topic, lines } = this.#words.of(bytes, { from, to });
    if (topic === "topology" && !this.#parts.topology) return;
    for (const line of lines) this.#tell(`${from} -> ${to}`, line);
  }

  clockSet(peer: SimPeer, byMs: number): void {
    this.#tell(peer.name, `has its clock set by ${span(byMs)}`);
  }

  diskChanged(peer: SimPeer, change: DiskChange): void {
    const what = change.kind === "damaged" ? `damaged: ${change.table} ${change.key} cannot be read` : change.kind;
    this.#tell(peer.name, `finds its disk ${what}`);
  }

  fault(kind: string, names: readonly string[]): void {
    this.#tell("the world", names.length === 0 ? kind : `${kind}: ${names.join(" ")}`);
  }

  #effect(peer: SimPeer, effect: Effect): string | undefined {
    const names = this.#names;
    switch (effect.kind) {
      case "ready":
        return `is ready as ${this.#id(peer, peer.core.id)}`;
      case "id":
        return `is ${this.#id(peer, effect.id)} from now on: ${effect.reason}`;
      case "status": {
        const { to, first, last, status, reason } = effect;
        const numbers = first === last ? `#${first}` : `#${first}-${last}`;
        return `hears of ${numbers} to ${names.holder(to)}: ${[status, reason].filter(Boolean).join(", ")}`;
      }
      case "peer":
        return effect.state === "up" ? `sees ${names.holder(effect.id)}` : `sees ${names.holder(effect.id)} no more`;
      case "error":
        return `hears of an error, ${effect.code}: ${effect.message}`;
      case "notice":
        return this.#notice(peer, effect);
      case "hang-up":
        return `hangs up link ${effect.link}`;
      case "dial":
      case "frame":
      case "envelopes":
      case "persist":
      case "received":
        return undefined;
      default: // Groups and sessions are in no story yet.
        return undefined;
    }
  }

  /** The id, and what stories call it. */
  #id(peer: SimPeer, id: bigint): string {
    const called = this.#names.id(id);
    this.#names.hold(id, peer.name);
    return called === String(id) ? called : `${id}, called ${called}`;
  }

  /** Whom a peer dials in vain, again and again, is told once. */
  #notice({ name }: SimPeer, { message, fields }: Extract<Effect, { kind: "notice" }>): string | undefined {
    const words = `notes: ${[message, ...Object.values(fields).map(String)].join(", ")}`;
    const remote = `${name} ${String(fields["remote"])}`;
    if (message !== "dialling failed") {
      this.#vain.delete(remote);
      return words;
    }
    if (this.#vain.get(remote) === words) return undefined;
    this.#vain.set(remote, words);
    return words;
  }

  #tell(who: string, what: string): void {
    this.#parts.line(`${clock(this.#parts.nowMs())}  ${who.padEnd(10)} ${what}`);
  }
}

const ends: Readonly<Record<End, string>> = {
  crash: "crashes",
  power: "loses its power",
  left: "has left",
};

/** Without what only makes it long. */
function short(text: string): string {
  return text.replace(/~+$/, "");
}
