import type { Wanted } from "./child-peer.ts";

type Fields = Readonly<Record<string, string | null>>;

/** An event of that name whose fields are these; fields not named may be anything. */
export function event(name: string, what: string, fields: Fields = {}): Wanted {
  return {
    what,
    matches: (line) =>
      line.event === name && Object.entries(fields).every(([key, value]) => line.fields[key] === value),
  };
}
