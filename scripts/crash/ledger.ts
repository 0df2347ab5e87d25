/** What one sender said and was told, and what its receiver got. */
export class Ledger {
  readonly #name: string;
  readonly #said = new Map<string, number>();
  readonly #accepted = new Set<string>();
  readonly #delivered = new Set<string>();
  readonly #received: { readonly number: bigint; readonly text: string }[] = [];
  readonly #receivedNumbers = new Set<string>();
  readonly #receivedTexts = new Set<string>();
  readonly #faults: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** How many texts were said. */
  get said(): number {
    return this.#said.size;
  }

  get acceptedCount(): number {
    return this.#accepted.size;
  }

  get receivedCount(): number {
    return this.#received.length;
  }

  /** A text that no other send of this ledger has. */
  say(text: string): void {
    this.#said.set(text, this.#said.size);
  }

  accept(number: string): void {
    if (this.#accepted.has(number)) this.#faults.push(`number ${number} was accepted twice`);
    this.#accepted.add(number);
  }

  deliver(number: string): void {
    this.#delivered.add(number);
  }

  receive(number: bigint, text: string): void {
    this.#received.push({ number, text });
    this.#receivedNumbers.add(`${number}`);
    if (this.#receivedTexts.has(text)) this.#faults.push(`received twice: ${brief(text)}`);
    this.#receivedTexts.add(text);
  }

  hasReceived(text: string): boolean {
    return this.#receivedTexts.has(text);
  }

  isDelivered(number: string): boolean {
    return this.#delivered.has(number);
  }

  /** Everything accepted was received, or what of it. */
  missing(): readonly string[] {
    return [...this.#accepted].filter((number) => !this.#receivedNumbers.has(number));
  }

  /** What the two sides disagree about, now that nothing is on its way. */
  faults(): readonly string[] {
    const faults = [...this.#faults];
    const lost = this.missing();
    if (lost.length > 0) faults.push(`accepted and lost: ${lost.slice(0, 10).join(", ")} (${lost.length})`);
    const untrue = [...this.#delivered].filter((number) => !this.#receivedNumbers.has(number));
    if (untrue.length > 0) faults.push(`reported delivered and not received: ${untrue.slice(0, 10).join(", ")}`);
    let lastNumber = 0n;
    let lastSaid = -1;
    for (const { number, text } of this.#received) {
      const said = this.#said.get(text);
      if (said === undefined) faults.push(`received and never said: ${number} ${brief(text)}`);
      else if (said <= lastSaid) faults.push(`received out of order: ${number} ${brief(text)}`);
      if (number <= lastNumber) faults.push(`number ${number} was received after ${lastNumber}`);
      lastNumber = number;
      lastSaid = said ?? lastSaid;
    }
    return faults.map((fault) => `${this.#name}: ${fault}`);
  }
}

/** A text for a message. */
export function brief(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 60)}..." (${text.length} characters)` : `"${text}"`;
}
