/** Names that are remembered. */
const namesMax = 512;

/** Repetitions: what was heard lately, so that a datagram that comes again says nothing new. */
export class Repetitions {
  /** By name, until when it is remembered; the one heard last comes last. */
  readonly #heard = new Map<string, number>();

  /** Whether it was heard within the time before; it is heard now. */
  repeats(name: string, nowMs: number, withinMs: number): boolean {
    const untilMs = this.#heard.get(name) ?? -Infinity;
    this.#heard.delete(name);
    this.#heard.set(name, nowMs + withinMs);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > namesMax && oldest !== undefined) this.#heard.delete(oldest);
    return nowMs < untilMs;
  }
}
