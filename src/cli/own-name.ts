import { foldName } from "../core/name.ts";

/**
 * What is wrong with a name that a user chooses for a peer or a group at the command line, as the rest of a sentence that
 * begins with what it is of; undefined when nothing is. Names of others may be so: these are typed in double quotes.
 */
export function ownNameFault(name: string): string | undefined {
  if (/^[/*"]/.test(name))
    return `begins with ${name.slice(0, 1)}, as what means something else does; begin with a letter`;
  if (foldName(name) === "everyone") return "means all peers; choose another";
  return undefined;
}
