import type { Frontiers } from "../gen/e3/v1/link_pb.ts";
import type { Effects } from "./effects.ts";
import type { Epochs } from "./epochs.ts";
import { missingTo } from "./frontier.ts";
import { bodyOf, readHeader, writeEnvelope } from "./header.ts";
import { handedOn } from "./hop-limit.ts";
import type { Limits } from "./limits.ts";
import type { Link } from "./links.ts";
import { heldInit, type HeldInit } from "./repair-held.ts";
import type { Kept, SpreadLog } from "./spread-log.ts";
import type { SpreadOwn } from "./spread-own.ts";

interface Parts {
  readonly epochs: Pick<Epochs, "had" | "reached">;
  readonly log: SpreadLog;
  readonly own: Pick<SpreadOwn, "epoch" | "handed" | "givable">;
  readonly limits: Limits;
  readonly effects: Effects;
}

/** Answers: what is for everyone, given to those who ask for it, and what is said of it. Nothing that is not durable. */
export class Answers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Gives what is wanted, as much of it as one answer may have, and then says where that leaves the epochs it got to: of those
   * too as many as there is room for, where each takes as much as it has holes. The others are asked for again.
   */
  give(link: Link, wanted: Frontiers["wanted"], nowMs: number): void {
    const { log, limits, effects, epochs, own } = this.#parts;
    let [count, bytes, units] = [0, 0, 0];
    const held = [];
    for (const { epoch, first, last } of wanted) {
      if (Math.max(count, units) >= limits.answerCountMax || bytes >= limits.answerBytesMax) break;
      const reached = epochs.reached(epoch);
      const givable = link.full ? 0 : Math.min(reached, epoch === own.epoch ? own.givable : reached);
      for (const kept of log.range(epoch, Number(first), Math.min(Number(last), givable))) {
        const envelope = this.#again(kept, nowMs);
        count += 1;
        bytes += envelope.length;
        if (epoch === own.epoch) own.handed(kept.number);
        effects.count("repaired");
        effects.envelope(link.number, envelope);
        if (count >= limits.answerCountMax || bytes >= limits.answerBytesMax) break;
      }
      // What it is asked for and has not got lies before what it says it begins with.
      if (reached === 0) continue;
      const is = this.held(epoch, reached, Number(first));
      held.push(is);
      units += 1 + is.missing.length;
    }
    effects.frameBehind(link.number, { case: "frontiers", value: { held, answer: true } });
  }

  /** What is said of epochs, of each as far as it was reached. */
  all(epochs: Iterable<bigint>): HeldInit[] {
    return [...epochs].map((epoch) => this.held(epoch, this.#parts.epochs.reached(epoch)));
  }

  /** What is said of an epoch up to the number. @param from where the other side is to begin. */
  held(epoch: bigint, number: number, from = 1): HeldInit {
    const { log, epochs } = this.#parts;
    const first = Math.min(log.first(epoch, from) ?? number + 1, number + 1);
    return heldInit(epoch, { first, number, missing: missingTo(epochs.had(epoch), number) });
  }

  /** The envelope as it is given to one who asks: it travels no further by itself. */
  #again({ envelope, expiresAtMs }: Kept, nowMs: number): Uint8Array {
    const header = readHeader(envelope, 0);
    if (typeof header === "string") return envelope;
    const { limits } = this.#parts;
    const ttlMs = Math.min(limits.ttlMs, Math.max(1, Math.floor(expiresAtMs - nowMs)));
    const limited = handedOn(envelope, limits, ttlMs);
    if (limited !== undefined) return limited;
    const again = writeEnvelope({ ...header, hopsLeft: limits.hopsMax, ttlMs }, bodyOf(envelope));
    // Whoever made it left out what it says now: written anew it must not be more than a link takes.
    return again.length > limits.frameBytesMax / 2 ? envelope : again;
  }
}
