import type { Limits } from "./limits.ts";

/** What is asked for: holders of ids, or nodes. */
export type Asked = "ids" | "nodes";

/** What a question says. */
export interface Question {
  readonly ids: bigint[];
  readonly nodes: bigint[];
}

type Subjects = Readonly<Record<Asked, Set<bigint>>>;

/**
 * Questions: what a leaf asks its neighbours, each subject once until it forgets that it has.
 *
 *     want ──► new ── take ──► open ── answered ──► answered
 *       ▲                                               │ dropped; not there at forgetAnswered; the oldest, for room
 *       └───────────────────────────────────────────────┘
 *
 * Between two calls of forgetAnswered a subject is asked for again once when it is dropped, and questionsMax give way for
 * room: who wants more than a neighbour tells of does not ask for ever.
 */
export class Questions {
  readonly #limits: Pick<Limits, "questionsMax" | "watchesMax">;
  /** Of those asked for, the ones without an answer. */
  readonly #open: Subjects = { ids: new Set(), nodes: new Set() };
  /** Those with one, the oldest first. */
  readonly #answered: Subjects = { ids: new Set(), nodes: new Set() };
  /** Dropped since the answers were gone through. */
  readonly #dropped: Subjects = { ids: new Set(), nodes: new Set() };
  /** Gave way for room since then. */
  #evicted = 0;
  #new: Question = { ids: [], nodes: [] };

  constructor(limits: Pick<Limits, "questionsMax" | "watchesMax">) {
    this.#limits = limits;
  }

  want(kind: Asked, subject: bigint): void {
    if (this.#open[kind].has(subject) || this.#answered[kind].has(subject) || !this.#makeRoom(kind)) return;
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
  isOpen(kind: Asked, subject: bigint): boolean {
    return this.#open[kind].has(subject);
  }

  /** Somebody said something of this id, and of this node; 0n for none. @returns whether it was asked for. */
  answered(id: bigint, node: bigint): boolean {
    const isId = this.#close("ids", id);
    return this.#close("nodes", node) || isId;
  }

  /** Somebody tells of this subject no more: it may be asked for again. */
  dropped(kind: Asked, subject: bigint): void {
    if (!this.#answered[kind].has(subject) || this.#dropped[kind].has(subject)) return;
    this.#answered[kind].delete(subject);
    this.#dropped[kind].add(subject);
  }

  /** Goes through the answers: those that help no more may be asked for again. @returns whether there were any. */
  forgetAnswered(isThere: (kind: Asked, subject: bigint) => boolean): boolean {
    let isAny = false;
    for (const kind of kinds) {
      this.#dropped[kind].clear();
      for (const subject of this.#answered[kind]) {
        if (isThere(kind, subject)) continue;
        this.#answered[kind].delete(subject);
        isAny = true;
      }
    }
    this.#evicted = 0;
    return isAny;
  }

  /** All may be asked for again, and nothing is waited for. */
  forget(): void {
    for (const subjects of [this.#open, this.#answered, this.#dropped])
      for (const kind of kinds) subjects[kind].clear();
    this.#evicted = 0;
    this.#new = { ids: [], nodes: [] };
  }

  #close(kind: Asked, subject: bigint): boolean {
    if (!this.#open[kind].delete(subject)) return false;
    this.#answered[kind].add(subject);
    return true;
  }

  /** Whether one more fits; if need be, what was answered longest ago gives way. */
  #makeRoom(kind: Asked): boolean {
    const { questionsMax } = this.#limits;
    if (this.#open[kind].size + this.#answered[kind].size < questionsMax) return true;
    const oldest = this.#answered[kind].values().next();
    if (oldest.done === true || this.#evicted >= questionsMax) return false;
    this.#evicted += 1;
    return this.#answered[kind].delete(oldest.value);
  }
}

const kinds: readonly Asked[] = ["ids", "nodes"];
