import type { Random, Span } from "./random.ts";

/** What befalls frames on their way, each by itself. */
export interface Weather {
  /** Milliseconds a frame travels. */
  readonly delayMs: Span;
  /** How many frames travel longer, 0 to 1. What is behind one on its wire waits for it. */
  readonly tailRatio: number;
  /** How much longer these travel, milliseconds. */
  readonly tailMs: Span;
  /** How many frames are lost without a word, 0 to 1, which no transport does: the protocol survives it. */
  readonly lossRatio: number;
  /** How many frames arrive twice in a row, 0 to 1, which no transport does either. */
  readonly duplicateRatio: number;
}

/** Every frame arrives, once, after 1 to 3 ms. */
export const fairWeather: Weather = {
  delayMs: [1, 3],
  tailRatio: 0,
  tailMs: [50, 500],
  lossRatio: 0,
  duplicateRatio: 0,
};

/**
 * Sky: draws what befalls each frame, from a source of chance for each thing, so that less loss does not shift the delays.
 * A ratio of 0 draws nothing.
 */
export class Sky {
  weather: Weather;
  readonly #delays: Random;
  readonly #tails: Random;
  readonly #losses: Random;
  readonly #duplicates: Random;

  constructor(weather: Weather, random: Random) {
    this.weather = weather;
    this.#delays = random.fork();
    this.#tails = random.fork();
    this.#losses = random.fork();
    this.#duplicates = random.fork();
  }

  /** Milliseconds a frame travels. */
  delayMs(): number {
    const { delayMs, tailRatio, tailMs } = this.weather;
    const usualMs = this.#delays.between(delayMs);
    return tailRatio > 0 && this.#tails.chance(tailRatio) ? usualMs + this.#tails.between(tailMs) : usualMs;
  }

  loses(): boolean {
    const { lossRatio } = this.weather;
    return lossRatio > 0 && this.#losses.chance(lossRatio);
  }

  duplicates(): boolean {
    const { duplicateRatio } = this.weather;
    return duplicateRatio > 0 && this.#duplicates.chance(duplicateRatio);
  }
}
