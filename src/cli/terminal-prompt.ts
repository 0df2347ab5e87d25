import type { UnreadFrom } from "./unread.ts";

/** How far somebody has read what the user said last. */
interface ReadUpTo {
  readonly by: bigint;
  /** The group it was for, or the reader itself. */
  readonly to: bigint;
  readonly number: bigint;
}

/**
 * TerminalPrompt: what stands before what is typed: `(2 unread: ali, beyza) (ali read #3) > `, in a group
 * `(ali read #3 in team) > `, as numbers count anew in each conversation.
 *
 * Who has read what is no line of its own: it would come after each message.
 */
export class TerminalPrompt {
  readonly #label: (id: bigint) => string;
  #unread: readonly UnreadFrom[] = [];
  #read: ReadUpTo | undefined;
  #base = "> ";

  /** @param label how peers and groups are called, in a word. */
  constructor(label: (id: bigint) => string) {
    this.#label = label;
  }

  /** The words that end it. */
  becomes(base: string): void {
    this.#base = base;
  }

  unread(unread: readonly UnreadFrom[]): void {
    this.#unread = unread;
  }

  /** Somebody has read what the user said; or (undefined) the user says something new. @returns whether that changes it. */
  read(read: ReadUpTo | undefined): boolean {
    const isChanged = read !== this.#read;
    this.#read = read;
    return isChanged;
  }

  get text(): string {
    const count = this.#unread.reduce((sum, conversation) => sum + conversation.count, 0);
    const names = this.#unread.slice(0, namesMax).map((conversation) => this.#label(conversation.with));
    const more = this.#unread.length > namesMax ? ", …" : "";
    const unread = count === 0 ? "" : `(${count} unread: ${names.join(", ")}${more}) `;
    return `${unread}${this.#readText()}${this.#base}`;
  }

  #readText(): string {
    if (this.#read === undefined) return "";
    const { by, to, number } = this.#read;
    return `(${this.#label(by)} read #${number}${by === to ? "" : ` in ${this.#label(to)}`}) `;
  }
}

/** Names that stand in a prompt: it is to leave room for what is typed. */
const namesMax = 3;
