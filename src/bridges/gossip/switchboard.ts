import type { Log } from "../../ports/log.ts";
import type { Announcement } from "./announcement.ts";
import type { Origin } from "./cache.ts";
import { Gate, type Outcome, type Spreading, type Telling } from "./gate.ts";
import type { MeshAnnouncement } from "./mesh-content.ts";
import type { GossipMessage } from "./message.ts";
import type { GossipOptions } from "./options.ts";

/** Where announcements go. */
export interface Sides {
  readonly modules: { tell(telling: Telling): void; fewerThan(count: number, module: number): Promise<void> };
  readonly mesh: { send(announced: MeshAnnouncement): Promise<void> };
  readonly peers: { spread(announcement: Announcement, except?: number): void } | undefined;
}

interface Parts {
  readonly options: Pick<GossipOptions, "cacheSize" | "repeatMs">;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** Switchboard: does what the gate says, between modules, original peers and the mesh. */
export class Switchboard {
  readonly #parts: Parts;
  readonly #gate: Gate;
  #sides: Sides | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#gate = new Gate({ ...parts.options, typesMax, heardBytesMax });
  }

  /** To be called once, before anything is said or heard. */
  join(sides: Sides): void {
    this.#sides = sides;
  }

  /** A module says something, or is gone. Resolves when it may go on. */
  async said(module: number, message: GossipMessage | undefined): Promise<void> {
    if (message === undefined) return this.#gate.leave(module);
    switch (message.kind) {
      case "announce":
        return this.heard(message.announcement, { kind: "module", module });
      case "notify":
        return this.#do(this.#gate.register(module, message.type));
      case "validation":
        return this.#do(this.#gate.judge(module, message.id, message.isValid));
      case "notification":
      case "pull":
      case "response":
      case "push":
      case "content":
        this.#parts.log.debug("a module says what modules do not say", { module, kind: message.kind });
    }
  }

  /** An announcement has come. Resolves when the next one may. */
  async heard(announcement: Announcement, origin: Origin): Promise<void> {
    await this.#do(this.#gate.hear(announcement, origin, this.#parts.nowMs()));
  }

  async #do({ tellings, spreadings }: Outcome): Promise<void> {
    const sides = this.#sides;
    if (sides === undefined) return;
    const { modules, peers, mesh } = sides;
    for (const telling of tellings) modules.tell(telling);
    for (const { announcement, origin } of spreadings)
      peers?.spread(announcement, origin.kind === "peer" ? origin.link : undefined);
    // So that what is told is answered while it is still kept, and a module that reads slowly costs a bounded queue.
    const room = Math.max(1, Math.floor(this.#parts.options.cacheSize / 2));
    await Promise.all([
      ...tellings.map(({ module }) => modules.fewerThan(room, module)),
      ...spreadings.flatMap((spreading) => forMesh(spreading)).map((announced) => mesh.send(announced)),
    ]);
  }
}

/** What came from the mesh has reached all of it. */
function forMesh({ announcement, origin }: Spreading): readonly MeshAnnouncement[] {
  if (origin.kind === "mesh") return [];
  return [{ announcement, by: origin.kind === "module" ? "module" : "peers" }];
}

/** Types that one module can register. */
const typesMax = 256;
/** What is remembered of contents heard from peers: at 64 KiB each, 128 of them. */
const heardBytesMax = 16_777_216;
