import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Client, type ClientDuplexStream, credentials, type StatusObject } from "@grpc/grpc-js";
import {
  type Advert,
  AdvertSchema,
  type Frame,
  FrameSchema,
  type Hello,
  type Welcome,
} from "../../../src/gen/e3/v1/link_pb.ts";
import { Trail } from "./trail.ts";

type FrameInit = MessageInitShape<typeof FrameSchema>;

/** A key as a peer has one, in hostile hands. */
export class Identity {
  /** Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array;
  readonly #private: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.#private = privateKey;
    this.key = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  }

  sign(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
    return sign(null, Buffer.concat([Buffer.from(domain), ...parts]), this.#private);
  }
}

/** The node name of a key: first 8 bytes of its SHA-256, big-endian. */
export function nodeOf(key: Uint8Array): bigint {
  return createHash("sha256").update(key).digest().readBigUInt64BE(0);
}

/** Whether a signature over a domain and some values is the key's. */
export function isSignedBy(key: Uint8Array, signature: Uint8Array, parts: readonly (string | Uint8Array)[]): boolean {
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), key]);
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return verify(null, bytes, { key: der, format: "der", type: "spki" }, signature);
}

/** A link spoken by hand: whatever bytes the test likes, and what comes back. */
export class RawLink implements Disposable {
  /** Frames that came back. */
  readonly frames: Trail<Frame>;
  /** How the stream ended. Never rejects. */
  readonly ended: Promise<StatusObject>;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Uint8Array, Uint8Array>;
  #looks = true;

  constructor(address: string) {
    const identity = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
    this.#client = new Client(address, credentials.createInsecure(), {
      // Our side allows what the other must refuse.
      "grpc.max_send_message_length": -1,
      // A connection of its own: what one attack does to it is no other's business.
      "grpc.use_local_subchannel_pool": 1,
    });
    this.#call = this.#client.makeBidiStreamRequest("/e3.v1.LinkService/Link", identity, identity);
    this.frames = new Trail(
      () =>
        `frames so far: ${this.frames
          .items()
          .map(({ frame }) => frame.case)
          .join(", ")}`,
    );
    this.#call.on("data", (bytes: Uint8Array) => {
      if (this.#looks) this.frames.push(fromBinary(FrameSchema, bytes));
    });
    this.#call.on("error", () => undefined); // "status" tells the same.
    this.ended = new Promise((resolve) => {
      this.#call.on("status", (status) => {
        resolve(status); // Before the trail closes: refused() takes whichever it hears of first.
        this.frames.close(`the link ended (${status.code} ${status.details})`);
      });
    });
  }

  [Symbol.dispose](): void {
    this.#call.cancel();
    this.#client.close();
  }

  /** Takes from the wire whatever comes, and throws it away: faster than any peer. */
  stopLooking(): void {
    this.#looks = false;
  }

  /** Takes nothing from the wire any more, and leaves it open. */
  stopReading(): void {
    this.#call.pause();
  }

  sendBytes(bytes: Uint8Array): void {
    this.#call.write(bytes);
  }

  send(frame: FrameInit["frame"]): void {
    this.sendBytes(toBinary(FrameSchema, create(FrameSchema, frame === undefined ? {} : { frame })));
  }

  /** Waits until the other side says goodbye or ends the stream. */
  async refused(): Promise<void> {
    await Promise.race([this.ended, this.frames.until("a goodbye", ({ frame }) => frame.case === "goodbye")]);
  }

  /** Says hello and waits for the welcome. */
  async hello(
    identity: Identity,
    change: Partial<Pick<Hello, "id" | "desiredId" | "features">> = {},
  ): Promise<Handshake> {
    const nonce = randomBytes(32);
    this.send({ case: "hello", value: { protocol: 1, key: identity.key, nonce, ...change } });
    const { frame } = await this.frames.until("a welcome", (seen) => seen.frame.case === "welcome");
    if (frame.case !== "welcome") throw new Error("unreachable: the frame was chosen as a welcome");
    const { key, nonce: theirs } = frame.value;
    return { welcome: frame.value, transcript: [identity.key, nonce, key, theirs] };
  }

  /** A whole handshake, as an honest dialler would make it, up to where the other side uses the link. */
  async join(identity: Identity): Promise<Joined> {
    const { welcome, transcript } = await this.hello(identity);
    this.send({ case: "confirm", value: { signature: identity.sign("e3 link 2", ...transcript) } });
    const { frame } = await this.frames.until("a frame after the welcome", (seen) => seen.frame.case !== "welcome");
    if (frame.case === "goodbye") throw new Error(`the handshake failed: ${frame.value.message}`);
    return { id: welcome.assignedId, acceptor: nodeOf(welcome.key) };
  }

  /** States an id and links, signed, so that the mesh sees us. */
  advertise(identity: Identity, state: Pick<Advert, "id" | "neighbours">): void {
    const times = { incarnation: 1n, version: 1n, claimedAtMs: BigInt(Date.now()) };
    const advert = toBinary(AdvertSchema, create(AdvertSchema, { ...state, ...times, key: identity.key }));
    const signature = identity.sign("e3 advert 1", advert);
    this.send({ case: "adverts", value: { adverts: [{ advert, signature }] } });
  }

  /** Asks for the adverts that the other side knows, and returns the one of this peer. */
  async advertOf(id: bigint): Promise<Advert> {
    const { frame } = await this.frames.until("a digest with entries", isFullDigest);
    const wanted = frame.case === "digest" ? frame.value.entries.map(({ node }) => node) : [];
    this.send({ case: "digest", value: { wanted } });
    const found = (seen: Frame): Advert | undefined => advertsIn(seen).find((advert) => advert.id === id);
    const advert = found(await this.frames.until(`the advert of ${id}`, (seen) => found(seen) !== undefined));
    if (advert === undefined) throw new Error("unreachable: the frame was chosen by its advert");
    return advert;
  }
}

/** What an honest dialler has after the handshake: the id it was given, and the node name of the acceptor. */
export interface Joined {
  readonly id: bigint;
  readonly acceptor: bigint;
}

/** The acceptor's answer, and what both sides sign: both keys and nonces, the dialler's first. */
export interface Handshake {
  readonly welcome: Welcome;
  readonly transcript: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
}

function isFullDigest({ frame }: Frame): boolean {
  return frame.case === "digest" && frame.value.entries.length > 0;
}

function advertsIn({ frame }: Frame): readonly Advert[] {
  return frame.case === "adverts" ? frame.value.adverts.map(({ advert }) => fromBinary(AdvertSchema, advert)) : [];
}
