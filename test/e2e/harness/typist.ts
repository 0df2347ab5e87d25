import type { TestTerminal } from "./terminal.ts";

/** What a key does to the line that is being typed: the text before the cursor, and that behind it. */
type Edit = (before: readonly string[], behind: readonly string[]) => readonly [readonly string[], readonly string[]];

const edits: Readonly<Record<string, Edit>> = {
  Left: (before, behind) => [before.slice(0, -1), [...before.slice(-1), ...behind]],
  Right: (before, behind) => [[...before, ...behind.slice(0, 1)], behind.slice(1)],
  Home: (before, behind) => [[], [...before, ...behind]],
  End: (before, behind) => [[...before, ...behind], []],
  BSpace: (before, behind) => [before.slice(0, -1), behind],
  DC: (before, behind) => [before, behind.slice(1)],
  "C-k": (before) => [before, []],
  "C-u": (_, behind) => [[], behind],
};

/** Somebody who types slowly: key by key, each only when the one before is to be seen, and what it should have come to. */
export class Typist {
  readonly #terminal: TestTerminal;
  #prompt: string;
  #before: readonly string[] = [];
  #behind: readonly string[] = [];
  readonly #sent: string[] = [];

  constructor(terminal: TestTerminal, prompt: string) {
    this.#terminal = terminal;
    this.#prompt = prompt;
  }

  /** What was typed and not entered. */
  get text(): string {
    return [...this.#before, ...this.#behind].join("");
  }

  /** The prompt, and what was typed behind it. */
  get line(): string {
    return this.#prompt + this.text;
  }

  /** The lines that were entered, as they stand on the screen. */
  get entered(): readonly string[] {
    return this.#sent;
  }

  /** Types characters one by one. @param between what happens before each. */
  async type(text: string, between: () => void = () => {}): Promise<void> {
    for (const character of text) {
      between();
      this.#before = [...this.#before, character];
      await this.#terminal.type(character);
      await this.#seen();
    }
  }

  /** Presses keys that edit, one by one. */
  async edit(keys: readonly string[], between: () => void = () => {}): Promise<void> {
    for (const key of keys) {
      between();
      const edit = edits[key];
      if (edit === undefined) throw new Error(`what ${key} does is not known here`);
      [this.#before, this.#behind] = edit(this.#before, this.#behind);
      await this.#terminal.press(key);
      await this.#seen();
    }
  }

  /** Presses a key that puts another text in the place of this one, with the cursor at its end. */
  async recall(key: string, text: string, between: () => void): Promise<void> {
    between();
    [this.#before, this.#behind] = [[...text], []];
    await this.#terminal.press(key);
    await this.#seen();
  }

  /** Presses Enter. @param prompt what stands there next, if that is another. @returns what was entered. */
  async enter(prompt = this.#prompt): Promise<string> {
    const { text } = this;
    this.#sent.push(this.line.trimEnd());
    [this.#before, this.#behind] = [[], []];
    this.#prompt = prompt;
    await this.#terminal.press("Enter");
    await this.#seen();
    return text;
  }

  /** Waits until another prompt stands before what is being typed. */
  async prompted(prompt: string): Promise<void> {
    this.#prompt = prompt;
    await this.#seen();
  }

  /** The line is as it should be, and the cursor where the next character goes. */
  async #seen(): Promise<void> {
    const upToCursor = this.#prompt + this.#before.join("");
    await this.#terminal.stands(this.line, (notes) => columnAfter(notes + upToCursor, this.#terminal.columns));
  }
}

/** Where the cursor stands after a text that wraps at so many columns. */
function columnAfter(text: string, columns: number): number {
  return [...text].reduce((column, character) => {
    const width = /[\u1100-\u115f\u2e80-\uffdc\u{1f300}-\u{1faff}]/u.test(character) ? 2 : 1;
    // A wide character is not cut in two, and behind the last column comes the first.
    const start = column + width > columns ? 0 : column;
    return (start + width) % columns;
  }, 0);
}
