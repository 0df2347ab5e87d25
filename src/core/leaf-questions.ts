import type { Limits } from "./limits.ts";

/** What is asked for: holders of ids, or nodes. */
type Kind = "ids" | "nodes";

/** What a question says. */
export interface Question {
  readonly ids: bigint[];
  readonly nodes: bigint[];
}

/**
 * Questions: what a leaf asks its neighbours, each subject once until it forgets that it has.
 *
 *     want ──► new ── take ──► open ── answered ──► asked
 */
export class Questions {
  readonly #limits: Pick<Limits, "questionsMax" | "watchesMax">;
  readonly #asked: Readonly<Record<Kind, Set<bigint>>> = { ids: new Set(), nodes: new Set() };
  /** Of those asked, the ones without an answer. */
  readonly #open: Readonly<Record<Kind, Set<bigint>>> = { ids: new Set(), nodes: new Set() };
  #new: Question = { ids: [], nodes: [] };

  constructor(limits: Pick<Limits, "questionsMax" | "watchesMax">) {
    this.#limits = limits;
  }

  want(kind: Kind, subject: bigint): void {
    const asked = this.#asked[kind];
    if (asked.has(subject) || asked.size >= this.#limits.questionsMax) return;
    asked.add(subject);
    this.#open[kind].add(subject);
    this.#new[kind].push(subject);
  }

  get hasNew(): boolean {
    return this.#new.ids.length + this.#new.nodes.length > 0;
  }

  /** What is new, as much of it as is answered at a time. @param isHeard whether somebody is there to answer it. */
  take(isHeard: boolean): Question {
    const { watchesMax } = this.#limits;
    const question = { ids: this.#new.ids.splice(0, watchesMax), nodes: this.#new.nodes.splice(0, watchesMax) };
    if (!isHeard) this.forget();
    return question;
  }

  /** What nobody has answered, as much of it as is answered at a time. */
  get open(): Question {
    const { watchesMax } = this.#limits;
    return { ids: [...this.#open.ids].slice(0, watchesMax), nodes: [...this.#open.nodes].slice(0, watchesMax) };
  }

  /** Whether the subject was asked for and there is no answer yet. */
  isOpen(kind: Kind, subject: bigint): boolean {
    return this.#open[kind].has(subject);
  }

  /** Somebody said something of this id, and of this node; 0n for none. @returns whether it was asked for. */
  answered(id: bigint, node: bigint): boolean {
    const isId = this.#open.ids.delete(id);
    return this.#open.nodes.delete(node) || isId;
  }

  /** All may be asked for again, and nothing is waited for. */
  forget(): void {
    for (const kinds of [this.#asked, this.#open]) {
      kinds.ids.clear();
      kinds.nodes.clear();
    }
    this.#new = { ids: [], nodes: [] };
  }
}
