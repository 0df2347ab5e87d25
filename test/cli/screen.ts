/** What a terminal would show: the few controls that a line editor uses, and lines that wrap and scroll. */
export class Screen {
  readonly #columns: number;
  readonly #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** The rows, without the blanks at their ends, up to the last that is not empty. */
  get rows(): readonly string[] {
    const rows = this.#rows.map((row) =>
      Array.from(row, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
    while (rows.at(-1) === "") rows.pop();
    return rows;
  }

  /** Where the cursor is: row and column, from 0. */
  get cursor(): readonly [number, number] {
    return [this.#row, this.#column];
  }

  write(text: string): void {
    // Colours show as nothing; anything that is not understood shows, so that a test sees it.
    for (const [token] of text.matchAll(/\u001b\[([\d;]*)([A-Za-z])|[^]/gu)) {
      const control = /^\u001b\[([\d;]*)([A-Za-z])$/.exec(token);
      if (control) this.#control(control[2] ?? "", Number(control[1] ?? ""), token);
      else this.#character(token);
    }
  }

  #control(name: string, value: number, token: string): void {
    const step = Math.max(1, value);
    if (name === "A") this.#row = Math.max(0, this.#row - step);
    else if (name === "B") this.#to(this.#row + step);
    else if (name === "C") this.#column = Math.min(this.#columns - 1, this.#column + step);
    else if (name === "D") this.#column = Math.max(0, this.#column - step);
    else if (name === "H" && token.endsWith("[1;1H")) [this.#row, this.#column] = [0, 0];
    else if (name === "G") this.#column = step - 1;
    else if (name === "J" && value === 0) this.#clearBelow();
    else if (name === "K" && value === 0) this.#rows[this.#row]?.splice(this.#column);
    else if (name !== "m") for (const character of `<${token.slice(1)}>`) this.#character(character);
  }

  #clearBelow(): void {
    this.#rows[this.#row]?.splice(this.#column);
    this.#rows.splice(this.#row + 1);
  }

  #character(character: string): void {
    if (character === "\n") {
      this.#to(this.#row + 1);
      this.#column = 0;
    } else if (character === "\r") this.#column = 0;
    else {
      if (this.#column === this.#columns) {
        this.#to(this.#row + 1);
        this.#column = 0;
      }
      const row = this.#rows[this.#row];
      if (row) row[this.#column] = character;
      this.#column += 1;
    }
  }

  #to(row: number): void {
    while (this.#rows.length <= row) this.#rows.push([]);
    this.#row = row;
  }
}
