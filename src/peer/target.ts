/** Whom a message is for: a peer or a group by its id, or all peers of the mesh. */
export type Target = bigint | "everyone";

/** The target as the core has it: there everyone is 0n, which is nobody's id. */
export function idOf(to: Target): bigint {
  return to === "everyone" ? 0n : to;
}

/** What the core calls a target, for people and programs. */
export function targetOf(id: bigint): Target {
  return id === 0n ? "everyone" : id;
}
