import { nodeOf } from "../../src/core/node-name.ts";
import { testSigner } from "../../src/testing/signer.ts";

/** Ids from here on are Snowflakes: they depend on the clock, and a story calls them S1, S2... */
const snowflakeMin = 2n ** 40n;

/**
 * Names: what a story calls the ids, keys and epochs that it meets.
 *
 * A peer is a letter, and wishes for the letter's place in the alphabet unless the story says otherwise. If it does, its
 * id goes by the letter, and so does a Snowflake, which nobody else can come by. Other ids, which several peers may
 * wish for, are told as they are.
 */
export class Names {
  readonly #letters = new Map<bigint, string>();
  readonly #snowflakes = new Map<bigint, string>();
  readonly #nodes = new Map<bigint, string>();
  readonly #epochs = new Map<bigint, string>();

  /** The id that a letter stands for: a is 1. */
  idOf(letter: string): bigint {
    return BigInt(letter.charCodeAt(0) - 96);
  }

  /** A letter is spoken of, and wishes for this id. */
  introduce(letter: string, wish = this.idOf(letter)): void {
    if (wish === this.idOf(letter)) this.#letters.set(wish, letter);
    else this.#letters.delete(this.idOf(letter));
  }

  /** The letter's peer holds this id now. */
  hold(id: bigint, letter: string): void {
    if (id >= snowflakeMin) this.#letters.set(id, letter);
  }

  /** What who holds the id is called. */
  holder(id: bigint): string {
    return this.#letters.get(id) ?? this.id(id);
  }

  /** The id itself. */
  id(id: bigint): string {
    if (id < snowflakeMin) return String(id);
    const known = this.#snowflakes.get(id) ?? `S${this.#snowflakes.size + 1}`;
    this.#snowflakes.set(id, known);
    return known;
  }

  /** The key turned out to be this peer's. */
  learnKey(key: Uint8Array, letter: string): void {
    this.#nodes.set(nodeOf(key, testSigner(0)), letter);
  }

  /** The peer whose key has this node name. */
  node(node: bigint): string {
    return this.#nodes.get(node) ?? "somebody";
  }

  /** The store with this epoch turned out to be this peer's. */
  learnEpoch(epoch: bigint, owner: string): void {
    if (!this.#epochs.has(epoch)) this.#epochs.set(epoch, owner);
  }

  /** The peer whose store has this epoch. */
  epoch(epoch: bigint): string {
    return this.#epochs.get(epoch) ?? "somebody";
  }
}

/** A list as it is said: `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "nobody";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
