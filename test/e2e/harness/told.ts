import type { TestPeer } from "./peer.ts";
import type { UntilOptions } from "./trail.ts";

/** A line of `--json` output, whatever it tells of. */
export type Told = Readonly<Record<string, unknown>>;

/** Waits for a line that has these fields with these values. */
export async function told(peer: TestPeer, fields: Told, options: UntilOptions = {}): Promise<Told> {
  const what = `${peer.name} to be told ${JSON.stringify(fields)}`;
  return fieldsOf(await peer.stdout.until(what, (line) => has(line, fields), options));
}

/** All lines that have these fields, from a position on. */
export function allTold(peer: TestPeer, fields: Told, since = 0): readonly Told[] {
  return peer.stdout
    .items(since)
    .filter((line) => has(line, fields))
    .map(fieldsOf);
}

/** Types a line, and waits for what this peer is told of it. */
export async function ask(peer: TestPeer, line: string, fields: Told): Promise<Told> {
  const since = peer.stdout.end;
  peer.type(line);
  return told(peer, fields, { since });
}

/** Searches, and gives the answer. */
export function search(peer: TestPeer, word: string): Promise<Told> {
  return ask(peer, `/search ${word}`, { event: "search", word });
}

/** Searches until the answer has a part: the registry, for one, hears from each peer every few seconds. */
export async function untilFound(peer: TestPeer, word: string, part: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (JSON.stringify(await search(peer, word)).includes(part)) return;
    await new Promise((done) => void setTimeout(done, 200));
  }
  throw new Error(`no search for ${word} finds ${part}\n${peer.describe()}`);
}

/** Types what is wrong, and gives the code of the error. */
export async function errorOf(peer: TestPeer, line: string): Promise<string> {
  const since = peer.events.end;
  peer.type(line);
  return (await peer.until({ event: "error" }, { since })).code;
}

function has(line: string, fields: Told): boolean {
  if (!line.startsWith("{")) return false;
  const told = fieldsOf(line);
  return Object.entries(fields).every(([key, value]) => JSON.stringify(told[key]) === JSON.stringify(value));
}

function fieldsOf(line: string): Told {
  return JSON.parse(line) as Told;
}
