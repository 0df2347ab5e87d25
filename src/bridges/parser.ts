/** What bytes came to. */
export interface Parsed<Item> {
  /** What is complete by now, in order. */
  readonly items: readonly Item[];
  /** Why nothing more can be read; what was read before it, stands. A parser with a fault ignores whatever follows. */
  readonly fault: WireFault | undefined;
}

/** What is wrong with what a program sent: a value, since it is the other side's mistake. */
export interface WireFault {
  readonly code: "malformed" | "too-large";
  /** What is wrong and what would be right, in a sentence's tail: "the length 70000 is above 65535". */
  readonly reason: string;
}

/**
 * Reads one direction of one connection, however its bytes are cut into chunks: the items are the same.
 *
 * It never throws, and never holds more than its wire's limit.
 */
export interface Parser<Item> {
  push(chunk: Uint8Array): Parsed<Item>;
  /** The other side sends nothing more. What is unfinished is a fault, unless the wire lets the end finish it. */
  end(): Parsed<Item>;
  /** Bytes held until the rest comes. */
  readonly heldBytes: number;
}
