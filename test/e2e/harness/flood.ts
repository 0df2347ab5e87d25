import { create, toBinary } from "@bufbuild/protobuf";
import { type Frame, FrameSchema } from "../../../src/gen/e3/v1/link_pb.ts";
import type { RawLink } from "./raw-link.ts";

const perFrame = 1_500;
const frameCount = 200;
/** Stands for the epoch, a fixed64 that makes each envelope another one. */
const marker = 0xa5a5_a5a5_5a5a_5a5an;

/** Floods so far: each has epochs of its own, or it would be taken for a repetition. */
let floods = 0n;

/** Flood: small envelopes, 300,000 of them, 40 MB, from somebody who keeps to no window. */
export class Flood {
  readonly #frame: Buffer;
  readonly #epochs: readonly number[];

  constructor(from: bigint, to: bigint) {
    const header = { hopsLeft: 9, origin: from, conversation: 9n, number: 1n, floor: 1n, ttlMs: 60_000 };
    const body = { case: "data", value: { contentType: "", data: new Uint8Array(90) } } as const;
    const envelope = { ...header, epoch: marker, destinations: [to], body };
    const envelopes = Array.from({ length: perFrame }, () => envelope);
    const frame = create(FrameSchema, { frame: { case: "envelopes", value: { envelopes } } });
    this.#frame = Buffer.from(toBinary(FrameSchema, frame));
    this.#epochs = placesOf(this.#frame);
  }

  /** Sends it. Resolves once the other end has had all of it. */
  async over(link: RawLink): Promise<void> {
    floods += 1n;
    let epoch = floods << 32n;
    for (let count = 0; count < frameCount; count += 1) {
      const frame = Buffer.from(this.#frame);
      for (const place of this.#epochs) frame.writeBigUInt64LE(++epoch, place);
      link.sendBytes(frame);
    }
    link.send({ case: "ping", value: { nonce: epoch } });
    const isAnswer = ({ frame }: Frame): boolean => frame.case === "pong" && frame.value.nonce === epoch;
    await link.frames.until("a pong", isAnswer, { boundMs: 120_000 });
  }
}

function placesOf(frame: Buffer): readonly number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(marker);
  const places: number[] = [];
  for (let at = frame.indexOf(bytes); at >= 0; at = frame.indexOf(bytes, at + 8)) places.push(at);
  if (places.length !== perFrame) throw new Error(`${places.length} epochs were found`);
  return places;
}
