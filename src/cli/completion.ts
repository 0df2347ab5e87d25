import { escapeText } from "../core/escape.ts";
import { foldName } from "../core/name.ts";
import { wordsFor } from "../core/namesakes.ts";
import type { PeerInfo } from "../peer/types.ts";
import { slashCommands } from "./slash-commands.ts";

/** What may stand in place of the last word of a line, and that word: the form that readline asks for. */
export type Completion = [readonly string[], string];

/**
 * Completes what was typed up to the cursor: after a slash the commands, in front and after commands that ask for one the
 * names and ids of peers. One candidate comes with the blank that follows it.
 *
 * @param peers those who may be meant.
 */
export function complete(line: string, peers: () => readonly PeerInfo[]): Completion {
  const typed = line.trimStart();
  const [, before = "", word = ""] = lastWord.exec(typed) ?? [];
  if (before === "" && word.startsWith("/")) return among(commands, word);
  const takesPeer =
    before === "" ? word !== "" : /^\/(?:search|chat|accept|reject|history|explain\s+\S+)\s+$/.test(before);
  return takesPeer ? among(wordsOf(peers()), word) : [[], word];
}

const commands = slashCommands.map(({ name }) => `/${name}`);

/** The words that are complete, quotes and all, and the one that is being typed. */
const lastWord = /^((?:(?:"(?:[^"\\]|\\.)*"|[^\s"])\S*\s+)*)("[^]*|\S*)$/;

/** Candidates shown at most; of more, none is. */
const candidatesMax = 50;

function among(words: readonly string[], typed: string): Completion {
  const folded = foldName(typed);
  const fitting = [...new Set(words)].filter((word) => foldName(word).startsWith(folded));
  const [first] = fitting;
  if (fitting.length === 1 && first !== undefined) return [[`${first} `], typed];
  return [fitting.length > candidatesMax ? [] : fitting, typed];
}

/** Names and ids. What a name cannot show as it is, nobody can type either. */
function wordsOf(peers: readonly PeerInfo[]): readonly string[] {
  const words = wordsFor(peers).filter((_, index) => isTypable(peers[index]?.name ?? ""));
  return [...words, ...peers.map(({ id }) => `${id}`)];
}

function isTypable(name: string): boolean {
  return escapeText(name) === name;
}
