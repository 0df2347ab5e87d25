import type { Peer } from "../../peer/types.ts";
import type { PairClocks } from "./pair-clocks.ts";
import { Repetitions } from "./repetitions.ts";

/** What a node is made of when its user has signed in. */
export interface ChatNodeParts {
  /** Key of its guest. */
  readonly key: string;
  readonly user: string;
  /** What the registry took; undefined when it went on without being asked for it. */
  readonly password: string | undefined;
  /** Its id on this wire, and the address it signed in from: what comes from there is its. */
  readonly id: string;
  readonly address: string;
  readonly peer: Peer;
  readonly pairs: PairClocks;
  readonly nowMs: number;
}

/** ChatNode: one original program that is signed in, from one sign-in to the next. */
export class ChatNode {
  readonly key: string;
  readonly user: string;
  readonly id: string;
  readonly address: string;
  readonly peer: Peer;
  readonly pairs: PairClocks;
  /** When it signed in. */
  readonly sinceMs: number;
  readonly repetitions = new Repetitions();
  /** Peers of the mesh that it was told of. */
  readonly introduced = new Set<bigint>();
  /** Ends what is done for it. */
  readonly ending = new AbortController();
  readonly #password: string | undefined;
  /** Ids of those it knows. */
  readonly #named = new Set<string>();
  /** What it was shown last, and has not been heard since. */
  #shown: bigint | undefined;
  #heardMs: number;
  #hearings = 0;
  #unheard = 0;
  #onHeard: (() => void) | undefined;

  constructor({ nowMs, password, ...parts }: ChatNodeParts) {
    this.key = parts.key;
    this.user = parts.user;
    this.id = parts.id;
    this.address = parts.address;
    this.peer = parts.peer;
    this.pairs = parts.pairs;
    this.sinceMs = nowMs;
    this.#heardMs = nowMs;
    this.#password = password;
  }

  /** How often it was heard. */
  get hearings(): number {
    return this.#hearings;
  }

  /** When anything came from it last. */
  get heardMs(): number {
    return this.#heardMs;
  }

  get isEnded(): boolean {
    return this.ending.signal.aborted;
  }

  /** Whether it was asked for its password: else only the registry knows that. */
  get wasAsked(): boolean {
    return this.#password !== undefined;
  }

  hasPassword(password: string): boolean {
    return this.#password === password;
  }

  /**
   * Something came from it. There are no acknowledgements on this wire: what it was sent before, it has, for its socket was
   * there and still is.
   */
  hear(nowMs: number): void {
    this.#heardMs = nowMs;
    this.#hearings += 1;
    this.#unheard = 0;
    const cursor = this.#shown;
    this.#shown = undefined;
    try {
      if (cursor !== undefined && !this.isEnded) this.peer.acknowledge(cursor);
    } catch {
      // Its guest has closed, or cannot note it: then it is shown once more, some day.
    }
    this.#onHeard?.();
  }

  /** Cursor of what it was shown last, while it has not been heard since. */
  get shown(): bigint | undefined {
    return this.#shown;
  }

  /** Somebody wants in from its address: it may have ended, and what it was sent last may be lost. */
  doubt(): void {
    this.#shown = undefined;
  }

  /** Datagrams that it was sent and was not heard since. */
  get unheard(): number {
    return this.#unheard;
  }

  /** It was sent the message of its guest with this cursor, or needs not be. */
  show(cursor: bigint, isSent: boolean): void {
    this.#shown = cursor;
    if (isSent) this.#unheard += 1;
  }

  /** Whom it knows: its own clock names them, or it was told of them as peers of the mesh. */
  name(ids: Iterable<string>): void {
    for (const id of ids) if (this.#named.size < namedMax) this.#named.add(id);
  }

  hasNamed(id: string): boolean {
    return this.#named.has(id);
  }

  /** Resolves when it is heard, or when it has ended. */
  heard(): Promise<void> {
    return new Promise((resolve) => {
      this.#onHeard = () => {
        this.#onHeard = undefined;
        resolve();
      };
      if (this.isEnded) this.#onHeard();
    });
  }

  end(): void {
    this.ending.abort();
    this.#onHeard?.();
  }
}

const namedMax = 4_096;
