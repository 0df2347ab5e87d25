/** Whom a message is for: a peer or a group by its id, or all peers of the mesh. */
export type Target = bigint | "everyone";
