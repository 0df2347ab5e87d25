import type { Content, Message, Peer } from "../../peer/types.ts";
import type { Log } from "../../ports/log.ts";
import { carry } from "../courier.ts";
import type { Deadlines } from "../deadlines.ts";
import { type MeshAnnouncement, readMeshContent, writeMeshContent } from "./mesh-content.ts";

interface Parts {
  /** The bridge's own guest. */
  readonly guest: Peer;
  /** Opens it again when it has ended by itself. */
  readonly reopen: () => Promise<Peer>;
  readonly deadlines: Pick<Deadlines, "set" | "clear">;
  readonly keepMs: number;
  readonly log: Log;
  /** An announcement of another bridge has come; it is dealt with once this resolves. */
  readonly onAnnouncement: (announced: MeshAnnouncement) => Promise<void>;
}

/** How long it is waited before a guest that has ended by itself is opened again, milliseconds. */
export const reopenMs = 5_000;

/** Mesh side: announcements as messages for everyone, from and to the guest of the bridge, which is opened again when it ends. */
export class MeshSide {
  readonly #parts: Parts;
  readonly #leaving = new AbortController();
  /** Undefined when it is not opened any more. */
  #guest: Promise<Peer | undefined>;
  #wake: () => void = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#guest = Promise.resolve(parts.guest);
    void this.#read();
  }

  /** Sends it to everyone, once there is room for it and the guest is here. Never rejects. */
  async send(announced: MeshAnnouncement): Promise<void> {
    const { keepMs, log } = this.#parts;
    const { type } = announced.announcement;
    const onFault = (error: unknown): void => {
      if (!this.#leaving.signal.aborted) log.warn("an announcement did not reach the mesh", { type, error });
    };
    const guest = await this.#guest;
    if (guest === undefined) return;
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
    this.#wake();
  }

  async #read(): Promise<void> {
    const { log } = this.#parts;
    const { signal } = this.#leaving;
    for (;;) {
      const guest = await this.#guest;
      if (guest === undefined) return;
      await carry({ peer: guest, write: (message) => this.#hear(message), log, signal });
      if (signal.aborted) return;
      const id = guest.id.toString();
      log.error("the guest of the gossip bridge has ended; announcements wait until it is here again", { id });
      this.#guest = this.#again();
    }
  }

  /** Never rejects. */
  async #again(): Promise<Peer | undefined> {
    const { reopen, log } = this.#parts;
    for (;;) {
      await this.#pause();
      if (this.#leaving.signal.aborted) return undefined;
      try {
        return await reopen();
      } catch (error) {
        log.warn("the guest of the gossip bridge cannot be started", { error });
      }
    }
  }

  async #pause(): Promise<void> {
    const { deadlines } = this.#parts;
    if (this.#leaving.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      deadlines.set(this, reopenMs, resolve);
    });
    deadlines.clear(this);
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
