import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { envelopesIn, frameOf, kindOf } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

export const roadPoints = [
  "a change of links could not be applied and the whole advert was asked for",
  "two neighbours found that they did not know the same",
  "a peer lost sight of everybody",
  "three peers that had gone out of sight came back at once",
  "a peer was out of sight for less than a second",
  "a message took another road than before",
  "an envelope found no road and was not kept",
  "an envelope came a second time and was dropped",
  "an envelope made four hops",
  "a network was cut in two and healed",
  "nothing passed one way, and everything the other",
] as const;

type RoadPoint = (typeof roadPoints)[number];

/** SometimesRoad: what peers know of each other, and the roads that envelopes take. */
export class SometimesRoad implements Observer {
  readonly #reach: (point: RoadPoint) => void;
  /** When each peer lost sight of another last. */
  readonly #downMs = new Map<string, number>();
  /** By message and peer, to whom it went on last. */
  readonly #next = new Map<string, string>();
  #isCut = false;
  readonly #counted = new Map<string, { stranded: number; suppressed: number }>();

  constructor(reach: (point: RoadPoint) => void) {
    this.#reach = reach;
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    let up = 0;
    for (const effect of effects) {
      if (effect.kind === "peer") {
        this.#sight(peer, effect);
        up += effect.state === "up" && this.#downMs.has(`${peer.name} ${effect.id}`) ? 1 : 0;
      }
      if (effect.kind === "frame" && event.kind === "frame") this.#answered(event.bytes, effect.bytes);
    }
    if (up >= 3) this.#reach("three peers that had gone out of sight came back at once");
    if (event.kind === "frame" && kindOf(event.bytes) === "envelopes") this.#counts(peer);
  }

  frame(from: string, to: string, bytes: Uint8Array): void {
    for (const { epoch, conversation, number, hopsLeft } of envelopesIn(bytes)) {
      if (hopsLeft <= 60) this.#reach("an envelope made four hops");
      if (conversation === 0n) continue;
      const message = `${epoch}/${conversation}/${number}`;
      const here = `${message} ${from}`;
      const before = this.#next.get(here);
      if (before !== undefined && before !== to) this.#reach("a message took another road than before");
      this.#next.set(here, to);
    }
  }

  fault(kind: string): void {
    if (kind === "partition" || kind === "cut") this.#isCut = true;
    if (kind.startsWith("heal") && this.#isCut) this.#reach("a network was cut in two and healed");
    if (kind === "mute") this.#reach("nothing passed one way, and everything the other");
  }

  #sight(peer: SimPeer, { id, state }: Extract<Effect, { kind: "peer" }>): void {
    const pair = `${peer.name} ${id}`;
    if (state === "up") {
      if (peer.worldMs - (this.#downMs.get(pair) ?? -Infinity) < 1_000)
        this.#reach("a peer was out of sight for less than a second");
      return;
    }
    this.#downMs.set(pair, peer.worldMs);
    if (peer.core.view.figures().peers === 0) this.#reach("a peer lost sight of everybody");
  }

  #answered(asked: Uint8Array, answer: Uint8Array): void {
    if (kindOf(answer) !== "digest") return;
    const [question, digest] = [frameOf(asked), frameOf(answer)];
    if (digest.case !== "digest") return;
    if (question.case === "adverts" && question.value.deltas.length > 0 && digest.value.wanted.length > 0)
      this.#reach("a change of links could not be applied and the whole advert was asked for");
    const isComparison =
      question.case === "digest" && question.value.entries.length === 0 && question.value.wanted.length === 0;
    if (isComparison && question.value.summary !== digest.value.summary && digest.value.entries.length > 0)
      this.#reach("two neighbours found that they did not know the same");
  }

  #counts(peer: SimPeer): void {
    const { stranded, suppressed } = peer.core.counts;
    const before = this.#counted.get(peer.name) ?? { stranded: 0, suppressed: 0 };
    if (stranded > before.stranded) this.#reach("an envelope found no road and was not kept");
    if (suppressed > before.suppressed) this.#reach("an envelope came a second time and was dropped");
    this.#counted.set(peer.name, { stranded, suppressed });
  }
}
