import type { Act } from "./act.ts";
import type { SimPeer } from "./sim-peer.ts";
import { World } from "./world.ts";

/** The group that the peers of a rig are in. */
export const group = 5_000n;

/** Three peers in a line, a to b to c, which have ids 1, 2 and 3. */
export class DeedsRig {
  readonly world = new World({ seed: 1 });
  readonly a = this.world.peer("a", { id: 1n });
  readonly b = this.world.peer("b", { id: 2n, dials: ["a"] });
  readonly c = this.world.peer("c", { id: 3n, dials: ["b"] });

  constructor() {
    this.world.runUntil(() => this.world.peers.every(({ sees }) => sees.length === 2), 10_000);
  }

  /** A peer does something, and the others hear of it. */
  act(by: SimPeer, act: Act): void {
    by.act(act);
    this.world.run(1_000);
  }

  /** Peer a makes a group with the others, who accept. */
  meet(): void {
    this.act(this.a, { kind: "group-create", group, invited: [2n, 3n] });
    for (const by of [this.b, this.c]) this.act(by, { kind: "group-answer", group, state: "joined" });
  }

  get disputed(): readonly string[] {
    return this.world.checker.disputed(this.world.peers);
  }
}
