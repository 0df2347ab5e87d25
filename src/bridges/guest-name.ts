import { nameFault } from "../core/name.ts";

/** Bytes of a guest's name in the mesh, at most. */
const nameBytesMax = 64;

/**
 * What a guest is called in the mesh: the name it has on its wire where a peer can have that, else the nearest that one can
 * have; undefined when there is none.
 */
export function guestName(wire: string, name: string): string | undefined {
  if (nameFault(name, nameBytesMax) === undefined) return name;
  const plain = name.replace(/[^\p{L}\p{M}\p{N}.:_+' -]/gu, "").trim();
  const short = [...plain].slice(0, 16).join("").trim();
  // A number would be taken for an id.
  return [short, `${wire} ${short}`].find((candidate) => nameFault(candidate, nameBytesMax) === undefined);
}
