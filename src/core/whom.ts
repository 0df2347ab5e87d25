import { parseId } from "./ids.ts";
import { checkKind, kinds } from "./kinds.ts";
import { foldName } from "./name.ts";
import { nearest } from "./suggest.ts";

/**
 * Whom a typed word means: the holder of an id, or the one of that name. `digits`, unless empty, are the last ones of the
 * id, and tell namesakes apart.
 */
export type Whom =
  | { readonly kind: "id"; readonly id: bigint }
  | { readonly kind: "name"; readonly name: string; readonly digits: string };

/** What is needed of a peer to find it. The name is empty when it has none. */
export interface Named {
  readonly id: bigint;
  readonly name: string;
  /** It left in good order, or was forgotten: who is still about comes first. */
  readonly left: boolean;
}

/** What looking for a name comes to. */
export type Found<Peer> =
  | { readonly kind: "one"; readonly peer: Peer }
  /** Namesakes, two at least. */
  | { readonly kind: "several"; readonly peers: readonly Peer[] }
  /** Nobody; some known names that were perhaps meant, the likeliest first. */
  | { readonly kind: "none"; readonly near: readonly string[] };

/**
 * Reads a word:
 *
 *     77252666718255106   an id, always: who is called a number is nobody else
 *     ali                 a name
 *     ali@106             the one called ali whose id ends with 106
 *     "Ali Reza"          a name, whatever it looks like; \" and \\ stand for " and \
 *     "Ali Reza"@106
 *
 * @throws E3Error "bad-id" for a number that is no id, "bad-option" for what is no text.
 */
export function parseWhom(word: string): Whom {
  checkKind(word, kinds.text, "the word for a peer");
  if (/^[+-]?[0-9]+$/.test(word)) return { kind: "id", id: parseId(word) };
  // Longer ones are nobody's names, and not worth a closer look.
  if (word.length > wordMax) return { kind: "name", name: word, digits: "" };
  const [, quoted, ofQuoted = ""] = /^"((?:[^"\\]|\\.)*)"(?:@([0-9]+))?$/su.exec(word) ?? [];
  if (quoted !== undefined) return { kind: "name", name: quoted.replace(/\\(.)/gsu, "$1"), digits: ofQuoted };
  const [, name = word, digits = ""] = /^(.+)@([0-9]+)$/su.exec(word) ?? [];
  return { kind: "name", name, digits };
}

/**
 * Looks for a name: those who have exactly it come first; if there are none, those whose names differ only in case or in
 * how accents are encoded. Of these, who has left counts only if all have: whoever starts anew under another id is no
 * namesake of his former self. One found is the one; of several none is chosen.
 */
export function lookUp<Peer extends Named>(
  { name, digits }: Extract<Whom, { readonly kind: "name" }>,
  peers: readonly Peer[],
): Found<Peer> {
  if (name === "") return { kind: "none", near: [] };
  const exact = endingWith(
    digits,
    peers.filter((peer) => peer.name === name),
  );
  if (exact.length > 0) return choiceOf(exact);
  const folded = foldName(name.slice(0, wordMax));
  const alike = endingWith(
    digits,
    peers.filter((peer) => peer.name !== "" && foldName(peer.name) === folded),
  );
  return alike.length > 0 ? choiceOf(alike) : { kind: "none", near: namesNear(folded, peers) };
}

/** UTF-16 units of the longest word: a name with every character behind a backslash, and an id. */
const wordMax = 1_024;

/** Names suggested at most. */
const nearMax = 3;

function endingWith<Peer extends Named>(digits: string, peers: readonly Peer[]): readonly Peer[] {
  const ending = digits === "" ? peers : peers.filter(({ id }) => `${id}`.endsWith(digits));
  // Digits that are one's whole id mean no other.
  const whole = ending.filter(({ id }) => `${id}` === digits);
  return whole.length > 0 ? whole : ending;
}

function choiceOf<Peer extends Named>(peers: readonly Peer[]): Found<Peer> {
  const about = peers.filter(({ left }) => !left);
  const choice = about.length > 0 ? about : peers;
  const [first] = choice;
  return choice.length === 1 && first !== undefined ? { kind: "one", peer: first } : { kind: "several", peers: choice };
}

/** Names that begin with what was typed, then those a few slips away. */
function namesNear(folded: string, peers: readonly Named[]): readonly string[] {
  const names = new Map(peers.filter(({ name }) => name !== "").map(({ name }) => [foldName(name), name]));
  // One letter begins many names.
  const longer = folded.length < 2 ? [] : [...names.keys()].filter((known) => known.startsWith(folded));
  const near = [...longer.toSorted((a, b) => a.length - b.length), ...nearest(folded, [...names.keys()], nearMax)];
  return [...new Set(near)].slice(0, nearMax).map((known) => names.get(known) ?? known);
}
