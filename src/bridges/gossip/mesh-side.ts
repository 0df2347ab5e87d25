import type { Content, Message, Peer } from "../../peer/types.ts";
import type { Log } from "../../ports/log.ts";
import { carry } from "../courier.ts";
import { type MeshAnnouncement, readMeshContent, writeMeshContent } from "./mesh-content.ts";

interface Parts {
  /** The bridge's own guest. */
  readonly guest: Peer;
  readonly keepMs: number;
  readonly log: Log;
  /** An announcement of another bridge has come; it is dealt with once this resolves. */
  readonly onAnnouncement: (announced: MeshAnnouncement) => Promise<void>;
}

/** Mesh side: announcements as messages for everyone, from and to the guest of the bridge. */
export class MeshSide {
  readonly #parts: Parts;
  readonly #leaving = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
    void this.#read();
  }

  /** Sends it to everyone, once there is room for it. Never rejects. */
  async send(announced: MeshAnnouncement): Promise<void> {
    const { guest, keepMs, log } = this.#parts;
    const { type } = announced.announcement;
    const onFault = (error: unknown): void => {
      if (!this.#leaving.signal.aborted) log.warn("an announcement did not reach the mesh", { type, error });
    };
    try {
      const { signal } = this.#leaving;
      const sent = await guest.sendWhenRoom("everyone", writeMeshContent(announced), { ttlMs: keepMs, signal });
      // Modules are told nothing of it: an announcement has no answer.
      sent.accepted.catch(onFault);
    } catch (error) {
      onFault(error);
    }
  }

  /** Ends it; the guest is somebody else's to close. What is being dealt with comes again with the next start. */
  close(): void {
    this.#leaving.abort();
  }

  async #read(): Promise<void> {
    const { guest, log } = this.#parts;
    await carry({ peer: guest, write: (message) => this.#hear(message), log, signal: this.#leaving.signal });
    if (!this.#leaving.signal.aborted)
      log.error("the guest of the gossip bridge has ended; announcements travel no more", { id: guest.id.toString() });
  }

  async #hear({ data, from }: Message): Promise<void> {
    // Everyone's talk comes by here as well.
    if (data === undefined) return;
    const announced = readMeshContent(data);
    if (typeof announced === "string")
      return this.#parts.log.debug("a message is passed over", { from: from.toString(), reason: announced });
    await this.#parts.onAnnouncement(announced);
  }
}

/** Whether a gossip program can be given it. */
export function isAnnouncement(content: Content): boolean {
  return typeof readMeshContent(content) !== "string";
}
