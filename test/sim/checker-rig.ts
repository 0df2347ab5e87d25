import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import type { SendStatus } from "../../src/core/effect.ts";
import { key64, type StoreOp, type Table } from "../../src/core/store-op.ts";
import { EnvelopeSchema, type Envelope, type ReceiptSchema } from "../../src/gen/e3/v1/envelope_pb.ts";
import { FrameSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { InboxRecordSchema, MailboxRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import type { Sent } from "./ledger.ts";
import { epochOf, outboxBinding } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";
import { World } from "./world.ts";

type EnvelopeInit = MessageInitShape<typeof EnvelopeSchema>;
type FrameInit = NonNullable<MessageInitShape<typeof FrameSchema>["frame"]>;

/** A message as it comes into an inbox log; what is left out is as it was sent. */
export interface Logged {
  readonly cursor?: number;
  readonly from?: bigint;
  readonly number?: number;
  readonly missing?: number;
  readonly text?: string;
}

/**
 * A scene to plant violations in: a (id 1) has sent "hi" to b (id 2), whom it has met and who is away since. It is accepted,
 * as number 1, and bound to b. c (id 3) stands apart.
 */
export class CheckerRig {
  readonly world = new World({ seed: 1 });
  readonly a: SimPeer;
  readonly b: SimPeer;
  readonly c: SimPeer;
  readonly epoch: bigint;
  readonly conversation: bigint;
  /** The node of b, to which the message is bound. */
  readonly bound: bigint;

  constructor() {
    const { world } = this;
    this.a = world.peer("a", { id: 1n });
    this.b = world.peer("b", { id: 2n, dials: ["a"] });
    this.c = world.peer("c", { id: 3n });
    world.run(1_000);
    this.b.crash();
    world.run(1_000);
    this.a.send(2n, "hi", 60_000);
    world.run(100);
    const [entry] = this.a.disk.entries("outbox");
    if (entry === undefined) throw new Error("nothing was sent");
    this.conversation = BigInt(`0x${entry.key.slice(0, 16)}`);
    this.bound = outboxBinding(entry.value);
    this.epoch = this.epochOf(this.a);
  }

  /** What the checker knows of the message. */
  get sent(): Sent | undefined {
    return this.world.checker.sends[0];
  }

  /** Starts a peer where nobody hears of it. */
  wakeApart(peer: SimPeer): void {
    for (const other of this.world.peers) if (other !== peer) this.world.silence(peer, other);
    peer.start();
    this.world.run(100);
  }

  epochOf(peer: SimPeer): bigint {
    return epochOf([{ table: "meta", key: "identity", value: peer.disk.get("meta", "identity") }]) ?? 0n;
  }

  /** A peer tells of its first message. */
  status(peer: SimPeer, status: SendStatus, number = 1): void {
    const { conversation } = this;
    this.world.checker.stepped(peer, { kind: "alarm" }, [
      { kind: "status", to: 2n, conversation, first: number, last: number, status, reason: "" },
    ]);
  }

  /** These come into a peer's inbox log. */
  log(peer: SimPeer, ...messages: readonly Logged[]): void {
    for (const message of messages) this.write(peer, this.logged(message));
  }

  logged({ cursor = 1, from = 1n, number = 1, missing = 0, text = "hi" }: Logged = {}): StoreOp {
    const body = toBinary(EnvelopeSchema, create(EnvelopeSchema, { body: { case: "text", value: text } }));
    const { epoch, conversation } = this;
    const counts = { cursor: BigInt(cursor), number: BigInt(number), missing: BigInt(missing) };
    const record = create(InboxRecordSchema, { ...counts, from, epoch, conversation, body });
    return { table: "inbox", key: key64(BigInt(cursor)), value: toBinary(InboxRecordSchema, record) };
  }

  /** These writes are on a peer's disk. */
  write(peer: SimPeer, ...ops: readonly StoreOp[]): void {
    this.world.checker.applied(peer, ops);
  }

  /** A peer decides to write these, and does. */
  keep(peer: SimPeer, ...ops: readonly StoreOp[]): void {
    this.decide(peer, ...ops);
    this.write(peer, ...ops);
  }

  decide(peer: SimPeer, ...ops: readonly StoreOp[]): void {
    this.world.checker.stepped(peer, { kind: "alarm" }, [{ kind: "persist", commit: 1, ops }]);
  }

  /** The message in custody, to be dropped after so many milliseconds. */
  kept(keeper: SimPeer, forMs = 60_000, init: EnvelopeInit = {}): StoreOp {
    const envelope = toBinary(EnvelopeSchema, this.message({ ttlMs: 60_000, ...init }));
    const expiresAtMs = BigInt(Math.floor(keeper.nowMs + forMs));
    const value = toBinary(MailboxRecordSchema, create(MailboxRecordSchema, { envelope, expiresAtMs }));
    return { table: "mailbox", key: this.keptKey, value };
  }

  get keptKey(): string {
    return [this.epoch, this.conversation, 2n, 1n, this.bound].map(key64).join("");
  }

  get outboxKey(): string {
    return key64(this.conversation) + key64(1n);
  }

  /** The message as it leaves a. */
  message(init: EnvelopeInit = {}): Envelope {
    const { epoch, conversation, bound } = this;
    return create(EnvelopeSchema, {
      ...{ hopsLeft: 64, origin: 1n, epoch, conversation, number: 1n, floor: 1n, destinations: [2n] },
      ...{ destinationKeys: [bound], ttlMs: Math.floor(this.leftMs), body: { case: "text", value: "hi" } },
      ...init,
    });
  }

  /** How long the message has to live. */
  get leftMs(): number {
    return (this.sent?.expiresAtMs ?? 0) - this.a.nowMs;
  }

  /** A receipt of a peer for a's message. */
  receipt(peer: SimPeer, init: MessageInitShape<typeof ReceiptSchema>): Envelope {
    const { epoch, conversation } = this;
    const receipts = [{ epoch, conversation, ranges: [{ first: 1n, last: 1n }], ...init }];
    const header = { hopsLeft: 64, origin: peer.id, epoch: this.epochOf(peer), destinations: [1n] };
    return create(EnvelopeSchema, { ...header, number: 1n, body: { case: "receipts", value: { receipts } } });
  }

  /** A frame sets out. */
  frame(from: SimPeer, to: SimPeer, frame: FrameInit): void {
    const bytes = toBinary(FrameSchema, create(FrameSchema, { frame }));
    this.world.checker.frame(from.name, to.name, bytes);
  }

  send(from: SimPeer, to: SimPeer, ...envelopes: readonly Envelope[]): void {
    this.frame(from, to, { case: "envelopes", value: { envelopes: [...envelopes] } });
  }

  /** A peer decides to send it. */
  emit(from: SimPeer, envelope: Envelope): void {
    const envelopes = [toBinary(EnvelopeSchema, envelope)];
    this.world.checker.stepped(from, { kind: "alarm" }, [{ kind: "envelopes", link: 1, envelopes }]);
  }
}

/** The deletion of a record. */
export function gone(table: Table, key: string): StoreOp {
  return { table, key, value: undefined };
}
