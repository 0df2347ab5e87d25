import { perform } from "./commands.ts";
import { Stage } from "./stage.ts";

const outputIndent = "    ";
const commandMark = "> ";

/** A line of a transcript, as it stands in the file. */
type Line =
  | { readonly kind: "prose"; readonly text: string }
  | { readonly kind: "command"; readonly text: string; readonly number: number };

/** A transcript that was read. Of the output in the file nothing is kept: it is compared as text. */
export interface Transcript {
  /** Names the file in errors. */
  readonly name: string;
  /** What is proved. */
  readonly sentence: string;
  readonly lines: readonly Line[];
}

/**
 * Reads a transcript: a sentence, then prose, commands (`> a sends "hi" to b`) and, indented below each, what it put out.
 * @throws Error that names the line, when it is none.
 */
export function readTranscript(name: string, text: string): Transcript {
  const rows = text.split("\n");
  const paragraph = rows.slice(0, rows.indexOf(""));
  const sentence = paragraph.join(" ");
  if (!/^[A-Z][^.!?]*\.$/.test(sentence)) throw new Error(`${name}:1: it opens with one sentence and an empty line`);
  if (rows.at(-1) !== "" || rows.at(-2) === "") throw new Error(`${name}:${rows.length}: it ends with one line break`);
  const lines: Line[] = [];
  let afterCommand = false;
  for (const [index, row] of rows.slice(0, -1).entries()) {
    const place = `${name}:${index + 1}`;
    if (row.trimEnd() !== row) throw new Error(`${place}: the line ends with blanks`);
    if (row.startsWith(outputIndent)) {
      if (!afterCommand) throw new Error(`${place}: output stands directly below a command`);
      continue;
    }
    if (/^\s|^>(?! \S)/.test(row)) throw new Error(`${place}: a command begins with "> ", output with four blanks`);
    afterCommand = row.startsWith(commandMark);
    if (afterCommand) lines.push({ kind: "command", text: row.slice(commandMark.length), number: index + 1 });
    else lines.push({ kind: "prose", text: row });
  }
  if (!lines.some(({ kind }) => kind === "command")) throw new Error(`${name}: nothing happens in it`);
  return { name, sentence: sentence.slice(0, -1), lines };
}

/**
 * Plays a transcript.
 * @returns the whole text with what its commands put out now. @throws Error that names the line of a command that fails.
 */
export function play({ name, lines }: Transcript): string {
  const stage = new Stage();
  const rows = lines.flatMap((line) => {
    if (line.kind === "prose") return [line.text];
    return [commandMark + line.text, ...outputOf(stage, line.text, `${name}:${line.number}`)];
  });
  const { pendingLosses } = stage;
  if (pendingLosses > 0) throw new Error(`${name}: ${pendingLosses} frames were to be lost and never came`);
  return rows.map((row) => `${row}\n`).join("");
}

function outputOf(stage: Stage, command: string, place: string): readonly string[] {
  try {
    perform(stage, command);
  } catch (error) {
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return stage.take().map((line) => (outputIndent + line).trimEnd());
}
