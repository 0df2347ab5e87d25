import { fromBinary } from "@bufbuild/protobuf";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { ReceiptStatus, RefusalReason, type Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { LaneRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { envelopesIn, messagesIn } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import { epochOf, inMailboxKey, keptOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

export const custodyPoints = [
  "two custodians had one message",
  "mail was bound to the first holder",
  "a custodian bound its mail to the first holder",
  "a full mailbox refused",
  "a message was kept by a peer on its road, when that ended there",
  "a copy expired in custody",
  "a sender told its custodians that mail is over",
  "a custodian handed over",
  "a custodian crashed while it handed over",
  "a handover after the origin had gone",
  "two custodians handed over one message",
  "a parcel of ten messages",
  "messages of one instant went to a custodian in one envelope",
  "a custodian that had begun anew handed over messages in one envelope",
] as const;

type CustodyPoint = (typeof custodyPoints)[number];

/** How long a handover takes, about, milliseconds. */
const handOverMs = 300;

/** SometimesCustody: mail for those who are away. */
export class SometimesCustody implements Observer {
  readonly #reach: (point: CustodyPoint) => void;
  readonly #peers = new Map<string, SimPeer>();
  readonly #owners = new Map<bigint, SimPeer>();
  readonly #epochs = new Map<SimPeer, bigint>();
  /** By key: who has the message on disk. */
  readonly #keepers = new Map<string, Set<string>>();
  /** By message: who handed it over. */
  readonly #handed = new Map<string, Set<string>>();
  readonly #handedMs = new Map<string, number>();
  readonly #bound = new Map<string, bigint>();
  /** By peer and first message of an envelope: in which life it was first kept. */
  readonly #keptIn = new Map<string, number>();

  constructor(reach: (point: CustodyPoint) => void) {
    this.#reach = reach;
  }

  started(peer: SimPeer): void {
    this.#peers.set(peer.name, peer);
  }

  ended(peer: SimPeer, end: string): void {
    const isHandingOver = peer.worldMs - (this.#handedMs.get(peer.name) ?? -Infinity) < handOverMs;
    if (end !== "left" && isHandingOver && peer.disk.size("mailbox") > 0)
      this.#reach("a custodian crashed while it handed over");
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind !== "persist") continue;
      for (const { table, key, value } of effect.ops) {
        if (table === "shelves" && value !== undefined) this.#reach("a custodian bound its mail to the first holder");
        if (table !== "mailbox") continue;
        if (value !== undefined) this.#keeps(event, key);
        else if (event.kind === "alarm") this.#expires(peer, key);
      }
    }
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    const epoch = epochOf(ops);
    if (epoch !== undefined) {
      this.#epochs.set(peer, epoch);
      this.#owners.set(epoch, peer);
    }
    for (const { table, key, value } of ops) {
      if (table === "mailbox" && value !== undefined) this.#notes(peer, key);
      if (table === "lanes" && value !== undefined) this.#lane(peer, key, value);
      if (table !== "mailbox" || value === undefined) continue;
      const keepers = this.#keepers.get(key) ?? new Set();
      this.#keepers.set(key, keepers.add(peer.name));
      if (keepers.size >= 2) this.#reach("two custodians had one message");
    }
  }

  frame(from: string, _to: string, bytes: Uint8Array): void {
    const peer = this.#peers.get(from);
    for (const envelope of envelopesIn(bytes)) {
      const { body } = envelope;
      if (body.case === "receipts") for (const { status, reason } of body.value.receipts) this.#receipt(status, reason);
      if (body.case !== "custody" || peer === undefined || envelope.epoch !== this.#epochs.get(peer)) continue;
      const messages = messagesIn(envelope);
      if (messages.length >= 10) this.#reach("a parcel of ten messages");
      for (const message of messages) if (message.epoch !== envelope.epoch) this.#handsOver(peer, message);
      this.#bundles(peer, envelope.epoch, body.value.envelopes);
    }
  }

  #bundles(peer: SimPeer, own: bigint, envelopes: readonly Envelope[]): void {
    for (const { epoch, conversation, number, body } of envelopes) {
      if (body.case !== "bundle") continue;
      if (epoch === own) this.#reach("messages of one instant went to a custodian in one envelope");
      else if ((this.#keptIn.get(`${peer.name} ${epoch}/${conversation}/${number}`) ?? peer.lives) < peer.lives)
        this.#reach("a custodian that had begun anew handed over messages in one envelope");
    }
  }

  #handsOver(peer: SimPeer, { epoch, conversation, number }: Envelope): void {
    this.#handedMs.set(peer.name, peer.worldMs);
    this.#reach("a custodian handed over");
    if (this.#owners.get(epoch)?.isUp === false) this.#reach("a handover after the origin had gone");
    const name = `${epoch}/${conversation}/${number}`;
    const handed = this.#handed.get(name) ?? new Set();
    this.#handed.set(name, handed.add(peer.name));
    if (handed.size >= 2) this.#reach("two custodians handed over one message");
  }

  #notes(peer: SimPeer, key: string): void {
    const { epoch, conversation, number } = inMailboxKey(key);
    const name = `${peer.name} ${epoch}/${conversation}/${number}`;
    if (!this.#keptIn.has(name)) this.#keptIn.set(name, peer.lives);
  }

  #receipt(status: ReceiptStatus, reason: RefusalReason): void {
    if (status === ReceiptStatus.SETTLED) this.#reach("a sender told its custodians that mail is over");
    if (status !== ReceiptStatus.REFUSED) return;
    if (reason === RefusalReason.MAILBOX_FULL) this.#reach("a full mailbox refused");
  }

  #keeps(event: CoreEvent, key: string): void {
    const { conversation } = inMailboxKey(key);
    const came = event.kind === "frame" ? envelopesIn(event.bytes) : [];
    if (came.some((direct) => direct.conversation === conversation))
      this.#reach("a message was kept by a peer on its road, when that ended there");
  }

  #expires(peer: SimPeer, key: string): void {
    const value = peer.disk.get("mailbox", key);
    if (value !== undefined && keptOf(value).expiresAtMs <= peer.nowMs) this.#reach("a copy expired in custody");
  }

  #lane(peer: SimPeer, key: string, value: Uint8Array): void {
    const { boundTo } = fromBinary(LaneRecordSchema, value);
    const lane = `${peer.name} ${key}`;
    if (this.#bound.get(lane) === 0n && boundTo !== 0n) this.#reach("mail was bound to the first holder");
    this.#bound.set(lane, boundTo);
  }
}
