import { decodeTopologyFrame } from "../../src/core/topology-frame.ts";

/** What was counted of the frames that arrived. */
export interface Counts {
  /** All of them, and their bytes. */
  readonly frames: number;
  readonly bytes: number;
  /** Frames of adverts, and how many adverts and changes of adverts were in them. */
  readonly advertFrames: number;
  readonly adverts: number;
  readonly changes: number;
  /** Sums and lists of what is known. */
  readonly digests: number;
}

/** Frame.adverts and digest as they begin (proto/e3/v1/link.proto). */
const advertsTag = 0x22;
const digestTag = 0x32;

/** Whether the frame holds adverts or a digest. */
export function isOfTopology(bytes: Uint8Array): boolean {
  return bytes[0] === advertsTag || bytes[0] === digestTag;
}

/** Traffic: what crosses the wires of a crowd, counted where it arrives. */
export class Traffic {
  #frames = 0;
  #bytes = 0;
  #advertFrames = 0;
  #adverts = 0;
  #changes = 0;
  #digests = 0;
  #learntAtMs = 0;

  /** Counts a frame. */
  count(bytes: Uint8Array): void {
    this.#frames += 1;
    this.#bytes += bytes.length;
    if (bytes[0] === digestTag) this.#digests += 1;
    if (bytes[0] !== advertsTag) return;
    this.#advertFrames += 1;
    const frame = decodeTopologyFrame(bytes);
    if (frame?.case !== "adverts") return;
    this.#adverts += frame.value.adverts.length;
    this.#changes += frame.value.deltas.length;
  }

  /** Somebody knows more than before. */
  learnt(atMs: number): void {
    this.#learntAtMs = atMs;
  }

  /** When somebody last learnt something. */
  get learntAtMs(): number {
    return this.#learntAtMs;
  }

  get counts(): Counts {
    return {
      frames: this.#frames,
      bytes: this.#bytes,
      advertFrames: this.#advertFrames,
      adverts: this.#adverts,
      changes: this.#changes,
      digests: this.#digests,
    };
  }

  /** What was counted since. */
  since(before: Counts): Counts {
    const now = this.counts;
    return {
      frames: now.frames - before.frames,
      bytes: now.bytes - before.bytes,
      advertFrames: now.advertFrames - before.advertFrames,
      adverts: now.adverts - before.adverts,
      changes: now.changes - before.changes,
      digests: now.digests - before.digests,
    };
  }
}
