import { splitBatch } from "./batch.ts";
import { decodeFrame } from "./frame.ts";
import type { Limits } from "./limits.ts";
import type { Link } from "./links.ts";
import type { Mesh } from "./mesh.ts";
import type { Post } from "./post.ts";

/** Who takes what is in frames. */
export interface IntakeParts {
  readonly mesh: Mesh;
  readonly post: Post;
  readonly limits: Limits;
}

/**
 * Intake: takes each frame of a link apart, and gives what is in it to whoever it is for.
 *
 *     frame ──► the pulse of a link ──► Pulse
 *           ├── envelopes, frontiers ──► Post, once the link is up
 *           ├── any other ──► Mesh
 *           └── malformed, too large, too early ──► the link ends, with the reason
 */
export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Takes a frame from the link of that number, if there is one. */
  frame(number: number, bytes: Uint8Array, nowMs: number): void {
    const { mesh } = this.#parts;
    const link = mesh.links.get(number);
    if (link === undefined || link.state === "closing") return;
    const fault = this.#read(link, bytes, nowMs);
    if (fault !== undefined) mesh.protocolFault(link, fault, nowMs);
  }

  /** @returns what is wrong with the frame; undefined when nothing is. */
  #read(link: Link, bytes: Uint8Array, nowMs: number): string | undefined {
    const { mesh, post, limits } = this.#parts;
    if (bytes.length > limits.frameBytesMax) return `a frame of ${bytes.length} bytes is too large`;
    if (mesh.pulse.take(link, bytes, nowMs)) return undefined;
    const envelopes = splitBatch(bytes, limits.batchCountMax);
    if (typeof envelopes === "string") return envelopes;
    if (envelopes === undefined) {
      const frame = decodeFrame(bytes);
      if (frame === undefined) return "a frame is malformed";
      if (frame.case !== "frontiers") {
        mesh.frame(link, frame, nowMs, bytes);
        return undefined;
      }
      if (link.state !== "up") return tooEarly;
      mesh.links.heard(link, nowMs);
      return post.spread.repair.frame(link, frame.value, nowMs);
    }
    if (link.state !== "up") return tooEarly;
    mesh.links.heard(link, nowMs);
    return post.arrived(link, envelopes, nowMs);
  }
}

const tooEarly = "something came before the handshake was through";
