/** Broadcasts that are remembered. */
const broadcastsMax = 4_096;

/**
 * Directly: which nodes a broadcast of a node was sent to by that node itself. They are not shown it again when it comes to
 * them through the mesh.
 */
export class Directly {
  readonly #reached = new Map<string, { readonly ids: ReadonlySet<string>; readonly atMs: number }>();

  /** The broadcast of a guest with this number went to these nodes. */
  note(meshId: bigint, number: bigint, reached: { readonly ids: ReadonlySet<string>; readonly atMs: number }): void {
    this.#reached.set(`${meshId} ${number}`, reached);
    const [oldest] = this.#reached.keys();
    if (this.#reached.size > broadcastsMax && oldest !== undefined) this.#reached.delete(oldest);
  }

  /** Whether it went to this node, which is the same program since then. */
  went(meshId: bigint, number: bigint, to: { readonly id: string; readonly sinceMs: number }): boolean {
    const reached = this.#reached.get(`${meshId} ${number}`);
    return reached !== undefined && reached.atMs >= to.sinceMs && reached.ids.has(to.id);
  }
}
