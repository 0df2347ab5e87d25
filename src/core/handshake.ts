import { GoodbyeReason, type Grant, type Confirm, type Hello, type Welcome } from "../gen/e3/v1/link_pb.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { HelloSchema, WelcomeSchema } from "../gen/e3/v1/link_pb.ts";
import type { Limits } from "./limits.ts";
import { nodeOf } from "./node-name.ts";
import type { Entropy, Signer } from "./world.ts";

/** Version of the link protocol that this code speaks. */
export const protocolVersion = 1;

const nonceBytes = 32;
const keyBytes = 32;

/** Why a handshake ends the link. */
export interface Refusal {
  readonly reason: GoodbyeReason;
  readonly message: string;
  /** Nobody did wrong: part of how the mesh keeps its links. Default false. */
  readonly isRoutine?: boolean;
}

/** Who is at the other end. */
export interface Neighbour {
  readonly node: bigint;
  readonly key: Uint8Array;
  readonly features: readonly string[];
  /** Which of its lives it is; 0n when it does not say. */
  readonly incarnation: bigint;
}

/** What an acceptor says to a dialler's id or wish. */
export interface Answer {
  /** The acceptor's own id. */
  readonly id: bigint;
  readonly assignedId: bigint;
  readonly grant: Grant;
  readonly reason: string;
}

interface Context {
  readonly signer: Signer;
  readonly entropy: Entropy;
  readonly limits: Limits;
  readonly features: readonly string[];
  /** Of this peer's life. Default 0n: it does not say. */
  readonly incarnation?: bigint;
}

/**
 * Handshake: two peers prove their keys to each other before anything else is said.
 *
 *     dialler                          acceptor
 *     Hello (key, nonce, id, wish) ──►
 *                                  ◄── Welcome (key, nonce, id, answer, proof)
 *     Confirm (proof) ──►                                 both: up
 *
 * Invariants
 * 1. A side is up only after the other signed a nonce that this side chose for this link.
 * 2. Proofs of the two directions differ, so that neither can be reflected.
 */
export class Handshake {
  readonly #context: Context;
  readonly #nonce: Uint8Array;
  #other: (Omit<Neighbour, "node"> & { readonly nonce: Uint8Array }) | undefined;
  #saidId = 0n;

  constructor(context: Context) {
    this.#context = context;
    this.#nonce = context.entropy.bytes(nonceBytes);
  }

  /** The other end, once it said who it is. Proven only when confirmed or welcomed. */
  get neighbour(): Neighbour | undefined {
    if (this.#other === undefined) return undefined;
    const { key, features, incarnation } = this.#other;
    return { node: nodeOf(key, this.#context.signer), key, features, incarnation };
  }

  /** The id that the other end said it has; 0n for none, or before it said. */
  get saidId(): bigint {
    return this.#saidId;
  }

  /** Dialler: the first frame. Ids are 0n when there is none. */
  hello(id: bigint, desiredId: bigint): MessageInitShape<typeof HelloSchema> {
    const { signer, features, incarnation = 0n } = this.#context;
    return {
      protocol: protocolVersion,
      features: [...features],
      key: signer.publicKey,
      nonce: this.#nonce,
      id,
      desiredId,
      incarnation,
    };
  }

  /** Acceptor: takes the dialler's first frame. */
  heard(hello: Hello): Refusal | undefined {
    return this.#meet(hello);
  }

  /** Acceptor: the answer, with its proof. */
  welcome(answer: Answer): MessageInitShape<typeof WelcomeSchema> {
    const { signer, features, incarnation = 0n } = this.#context;
    return {
      protocol: protocolVersion,
      features: [...features],
      key: signer.publicKey,
      nonce: this.#nonce,
      incarnation,
      id: answer.id,
      assignedId: answer.assignedId,
      grant: answer.grant,
      reason: answer.reason,
      signature: signer.sign(this.#transcript("e3 link 1", false)),
    };
  }

  /** Dialler: takes the answer. @returns a refusal, or the proof to send in Confirm. */
  welcomed(welcome: Welcome): Refusal | Uint8Array {
    const refusal = this.#meet(welcome);
    if (refusal !== undefined) return refusal;
    const { signer } = this.#context;
    if (!signer.verify(welcome.key, this.#transcript("e3 link 1", true), welcome.signature)) return badProof;
    return signer.sign(this.#transcript("e3 link 2", true));
  }

  /** Acceptor: takes the dialler's proof. */
  confirmed(confirm: Confirm): Refusal | undefined {
    const other = this.#other;
    if (other === undefined) return { reason: GoodbyeReason.PROTOCOL, message: "Confirm came before Hello" };
    const transcript = this.#transcript("e3 link 2", false);
    return this.#context.signer.verify(other.key, transcript, confirm.signature) ? undefined : badProof;
  }

  #meet(said: Hello | Welcome): Refusal | undefined {
    const { limits, signer } = this.#context;
    if (said.protocol !== protocolVersion) {
      const message = `this peer speaks protocol ${protocolVersion}, the other ${said.protocol}`;
      return { reason: GoodbyeReason.VERSION, message };
    }
    if (said.key.length !== keyBytes || said.nonce.length !== nonceBytes) {
      return { reason: GoodbyeReason.PROTOCOL, message: `key and nonce must be ${keyBytes} bytes each` };
    }
    if (sameBytes(said.key, signer.publicKey)) {
      return { reason: GoodbyeReason.SELF, message: "this is the peer's own address" };
    }
    const { advertListMax, advertTextBytesMax } = limits;
    const features = said.features.slice(0, advertListMax).filter((feature) => feature.length <= advertTextBytesMax);
    const { incarnation } = said;
    this.#other = { key: new Uint8Array(said.key), nonce: new Uint8Array(said.nonce), features, incarnation };
    this.#saidId = said.id;
    return undefined;
  }

  /** What is signed: the direction's label, then the dialler's key and nonce, then the acceptor's. */
  #transcript(label: string, dialler: boolean): Uint8Array {
    const own = [this.#context.signer.publicKey, this.#nonce];
    const other = this.#other === undefined ? [] : [this.#other.key, this.#other.nonce];
    const parts = [asciiBytes(label), ...(dialler ? [...own, ...other] : [...other, ...own])];
    return concatBytes(parts);
  }
}

const badProof: Refusal = { reason: GoodbyeReason.PROTOCOL, message: "the signature does not prove the key" };

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
