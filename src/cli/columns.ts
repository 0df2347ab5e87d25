/** How many columns of a terminal a text takes: letters of East Asia and emoji take two, marks none of their own. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of characters.segment(text)) columns += widthOf(segment);
  return columns;
}

/** The text, and blanks up to so many columns. */
export function padColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** The text if it has that many columns at most; else its beginning, and … for the rest. */
export function cutColumns(text: string, columnsMax: number): string {
  if (columnsOf(text) <= columnsMax) return text;
  let [cut, columns] = ["", 0];
  for (const { segment } of characters.segment(text)) {
    columns += widthOf(segment);
    if (columns > columnsMax - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Characters as people see them. */
const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

function widthOf(character: string): 0 | 1 | 2 {
  if (/^\p{M}/u.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Wide and full-width letters, and what is shown as emoji. Source: Unicode, EastAsianWidth.txt, by blocks. */
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
