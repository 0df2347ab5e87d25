import { escapeText } from "../core/escape.ts";
import { foldName } from "../core/name.ts";
import { wordsFor } from "../core/namesakes.ts";
import { slashCommands, type SlashName } from "./slash-commands.ts";
import { splitWords } from "./words.ts";

/** What may stand in place of the last word of a line, and that word: the form that readline asks for. */
export type Completion = [readonly string[], string];

/** Somebody, or a group, that a word may mean. The name is empty where there is none. */
export interface Meant {
  readonly id: bigint;
  readonly name: string;
}

/** Who and what may be meant. */
export interface Candidates {
  readonly peers: () => readonly Meant[];
  readonly groups: () => readonly Meant[];
}

/**
 * Completes what was typed up to the cursor: after a slash the commands, in front the names and ids of peers and groups, and
 * after commands those of what each asks for. A name with blanks is completed to its quotes, whether they were typed or not.
 * One candidate comes with the blank that follows it. A line that begins with a blank is text.
 */
export function complete(line: string, known: Candidates): Completion {
  const [, before = "", word = ""] = lastWord.exec(line) ?? [];
  if (before === "" && word.startsWith("/")) return among(commands, word);
  const asked = before === "" ? (word === "" ? [] : anybody) : askedAt(splitWords(before));
  return asked.length === 0
    ? [[], word]
    : among(
        asked.flatMap((kind) => wordsOf(known[kind]())),
        word,
      );
}

const commands = slashCommands.map(({ name }) => `/${name}`);

type Kind = keyof Candidates;

const anybody: readonly Kind[] = ["peers", "groups"];

/** What a command asks for, word by word; of the last kind there may be more. Those that are not here ask for nothing known. */
const asks: Readonly<Partial<Record<SlashName, readonly (readonly Kind[])[]>>> = {
  chat: [["peers"], []],
  search: [["peers"], []],
  accept: [anybody, []],
  reject: [anybody, []],
  group: [[], ["peers"]],
  invite: [["groups"], ["peers"]],
  leave: [["groups"], []],
  history: [anybody, []],
  explain: [[], anybody, []],
};

/** What the word after these may be. */
function askedAt([first = "", ...others]: readonly string[]): readonly Kind[] {
  const command = slashCommands.find(({ name }) => `/${name}` === first);
  const kinds = command === undefined ? [] : (asks[command.name] ?? []);
  return kinds[others.length] ?? kinds.at(-1) ?? [];
}

/** The words that are complete, quotes and all, and the one that is being typed. */
const lastWord = /^((?:(?:"(?:[^"\\]|\\.)*"|[^\s"])\S*\s+)*)("[^]*|\S*)$/;

/** Candidates shown at most; of more, none is. */
const candidatesMax = 50;

function among(words: readonly string[], typed: string): Completion {
  const folded = foldName(typed);
  const fitting = [...new Set(words)].filter((word) => isBegun(foldName(word), folded));
  const [first] = fitting;
  if (fitting.length === 1 && first !== undefined) return [[`${first} `], typed];
  return [fitting.length > candidatesMax ? [] : fitting, typed];
}

/** Whether what was typed is the beginning of a word, be it without the quotes that it needs. */
function isBegun(word: string, typed: string): boolean {
  return word.startsWith(typed) || (typed !== "" && word.startsWith(`"${typed}`));
}

/** Names and ids. What a name cannot show as it is, nobody can type either. */
function wordsOf(known: readonly Meant[]): readonly string[] {
  const words = wordsFor(known).filter((_, index) => isTypable(known[index]?.name ?? ""));
  return [...words, ...known.map(({ id }) => `${id}`)];
}

function isTypable(name: string): boolean {
  return escapeText(name) === name;
}
