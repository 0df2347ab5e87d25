import { escapeText } from "../../core/escape.ts";
import type { BridgeWorld } from "../types.ts";

/** Lines shown in one period, and characters shown of each. */
export const [rawLinesMax, rawTextMax] = [60, 500];

/** The period, milliseconds. */
export const rawPeriodMs = 60_000;

/** RawLines: shows what is not in the wire's form in the log; of a flood the first lines, and how many there were. */
export class RawLines {
  readonly #world: Pick<BridgeWorld, "log" | "deadlines">;
  #count = 0;

  constructor(world: Pick<BridgeWorld, "log" | "deadlines">) {
    this.#world = world;
  }

  /** @param from where its connection comes from. @param why it is no line. */
  show(from: string, text: string, why: string): void {
    const { log, deadlines } = this.#world;
    this.#count += 1;
    if (this.#count === 1) deadlines.set(this, rawPeriodMs, () => this.#sum());
    if (this.#count > rawLinesMax) return;
    const cut = text.length > rawTextMax ? ` (and ${text.length - rawTextMax} characters more)` : "";
    log.warn(`[${from}] ${escapeText(text.slice(0, rawTextMax))}${cut}`, { wire: "line", why });
  }

  #sum(): void {
    const more = this.#count - rawLinesMax;
    this.#count = 0;
    if (more > 0) this.#world.log.warn("more that is no line came, and is not shown", { wire: "line", count: more });
  }
}
