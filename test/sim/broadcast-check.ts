import type { StoreOp } from "../../src/core/store-op.ts";
import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { BroadcastLedger, type Broadcast } from "./broadcast-ledger.ts";
import { BroadcastLogs } from "./broadcast-logs.ts";
import { fail } from "./fail.ts";
import { isForAll } from "./frame-reader.ts";
import type { IdCheck } from "./id-check.ts";
import type { Submission } from "./observer.ts";
import type { ToldStatus } from "./outbox-check.ts";
import { markOf, spreadOf, textOf, type InboxMessage } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

type Wires = readonly (readonly [from: string, to: string])[];

/** A record of the table "spread". */
interface Kept {
  readonly text: string;
  readonly expiresAtMs: number;
}

/**
 * BroadcastCheck: what is said to everyone, on disks, wires and in logs.
 *
 * Invariants of the design: 1 (accepted is kept until another has it; kept for its time, or until room is needed), 2 (shown
 * once), 3 ("spread" only when another peer has it), 9 (in the order it was said), 11 and 15 (as it was said, by who said
 * it), 14 and 16 (in the end whoever is there was shown it), law 3 (durable before it leaves).
 */
export class BroadcastCheck {
  readonly #ledger = new BroadcastLedger();
  readonly #ids: IdCheck;
  readonly #logs: BroadcastLogs;
  readonly #records = new Map<SimPeer, Map<string, Kept>>();
  /** What somebody kept under a key. */
  readonly #texts = new Map<string, string>();
  /** What left first under an epoch and number. */
  readonly #names = new Map<string, Broadcast>();

  constructor(ids: IdCheck) {
    this.#ids = ids;
    this.#logs = new BroadcastLogs(this.#ledger, ids);
  }

  submitted(by: SimPeer, { text, number, expiresAtMs }: Submission): void {
    const before = this.#ledger.by(by, number);
    // A number that never was durable may be given again; a disk that came back old forgot that it was.
    if (before?.durable === true && before.generation === this.#ledger.generation(by))
      fail("a number is given once", `${by.name} says ${text} as ${number}, which was ${before.text}`);
    this.#ledger.said(by, { text, number, livesMs: expiresAtMs - by.worldMs });
  }

  status(by: SimPeer, { number, status }: ToldStatus): void {
    const said = this.#ledger.by(by, number);
    if (said === undefined) return fail("a status is of a send", `${by.name} tells ${status} of ${number} to everyone`);
    const words = `${said.text} of ${by.name} is ${status}`;
    // What is over before it is written never gets there.
    if (!said.durable && status !== "expired") fail("1: accepted is recoverable", `${words} and not on disk`);
    if (status === "accepted") return void (said.accepted = true);
    const before = said.final;
    if (before?.life === by.lives) fail("one final status", `${words} after ${before.status}`);
    said.final = { status, life: by.lives };
    if (status === "spread") {
      if (said.reached.size === 0) fail("3: spread is with another peer", words);
    } else if (status !== "expired" || by.nowMs < said.expiresAtMs) fail("4: expired is past its time", words);
  }

  /** These writes are on the peer's disk now. */
  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    const dropped: Kept[] = [];
    for (const { table, key, value } of ops) {
      if (table !== "spread") continue;
      const records = this.#recordsOf(peer);
      const before = records.get(key);
      if (before !== undefined) dropped.push(before);
      // Its time was over, or its room needed, before it came to the disk.
      else if (value === undefined) this.#thins(this.#texts.get(key) ?? "");
      records.delete(key);
      if (value === undefined) continue;
      const { envelope, expiresAtMs } = spreadOf(value);
      this.#texts.set(key, textOf(envelope));
      records.set(key, { text: textOf(envelope), expiresAtMs });
      this.#holds(peer, textOf(envelope));
    }
    for (const kept of dropped) this.#drops(peer, kept);
  }

  /** The marks among these writes, once what was logged with them was looked at. */
  marked(peer: SimPeer, ops: readonly StoreOp[]): void {
    for (const { table, value } of ops) {
      if (table !== "marks" || value === undefined) continue;
      const mark = markOf(value);
      if (isForAll(mark)) this.#logs.remembers(peer, mark);
    }
  }

  /** A message for everyone came into a log. */
  logged(peer: SimPeer, message: InboxMessage): void {
    this.#logs.logged(peer, message);
    // Whoever was shown it has it, though its time be over before it is kept.
    const said = this.#ledger.get(message.text);
    if (said?.by !== peer) said?.reached.add(peer);
  }

  /** An envelope for everyone sets out. */
  leaves(from: SimPeer, envelope: Envelope): void {
    const said = this.#ledger.get(textOf(envelope));
    if (said === undefined) return fail("11, 15: what travels was said", `${from.name} sends ${textOf(envelope)}`);
    if (!said.durable) fail("law 3: nothing leaves before it is durable", said.text);
    if (!this.#ids.hasHeld(said.by, envelope.origin))
      fail("11: by its shown sender", `${said.text} leaves ${from.name} as from ${envelope.origin}`);
    const name = `${envelope.epoch}/${envelope.number}`;
    const first = this.#names.get(name) ?? said;
    this.#names.set(name, first);
    // A store that was put back gave the number again before anybody told it of the first: whoever has one lacks the other.
    if (first !== said) first.takenForHad = said.takenForHad = true;
  }

  /** The peer's disk is another one now. */
  changed(peer: SimPeer): void {
    this.#ledger.changed(peer);
    this.#logs.changed(peer);
    const before = this.#recordsOf(peer);
    this.#records.delete(peer);
    const now = this.#recordsOf(peer);
    for (const { key, value } of peer.disk.entries("spread")) {
      const { envelope, expiresAtMs } = spreadOf(value);
      now.set(key, { text: textOf(envelope), expiresAtMs });
    }
    const texts = new Set([...now.values()].map(({ text }) => text));
    for (const text of texts) this.#ledger.get(text)?.holders.add(peer);
    for (const { text } of before.values()) if (!texts.has(text)) this.#loses(peer, text);
  }

  /**
   * What somebody still has, and others who are there lack: in words. Nothing once all is well. Of what some have dropped,
   * what a neighbour has.
   *
   * @param wires by the names of their ends.
   */
  lacking(peers: readonly SimPeer[], wires: Wires): readonly string[] {
    return [...this.#ledger.all()].flatMap((said) => this.#lackingOf(said, peers, wires));
  }

  #lackingOf(said: Broadcast, peers: readonly SimPeer[], wires: Wires): readonly string[] {
    const { text, by, holders, shown, thinned, takenForHad, accepted, final, generation, changedSince } = said;
    const isForgotten = this.#ledger.generation(by) !== generation;
    const lines = accepted && final === undefined && !isForgotten ? [`${text} of ${by.name} has no end`] : [];
    if (takenForHad || holders.size === 0) return lines;
    const isWire = (a: SimPeer, b: SimPeer): boolean =>
      wires.some((ends) => ends.includes(a.name) && ends.includes(b.name));
    const isKeptBeside = (peer: SimPeer): boolean => [...holders].some((holder) => isWire(peer, holder));
    // Whose disk was changed since may have forgotten what it was told of it.
    const isToHaveIt = (peer: SimPeer): boolean =>
      peer !== by && !changedSince.has(peer) && (!thinned || isKeptBeside(peer));
    const lacking = peers.filter((peer) => isToHaveIt(peer) && !shown.has(peer));
    return [...lines, ...lacking.map(({ name }) => `${name} was not shown ${text} of ${by.name}`)];
  }

  #holds(peer: SimPeer, text: string): void {
    const said = this.#ledger.get(text);
    if (said === undefined) return fail("11, 15: what is kept was said", `${peer.name} keeps ${text}`);
    if (said.by === peer) said.durable = true;
    else said.reached.add(peer);
    if (!said.durable) fail("law 3: nothing leaves before it is durable", `${peer.name} keeps ${text}`);
    said.holders.add(peer);
  }

  #drops(peer: SimPeer, { text, expiresAtMs }: Kept): void {
    const records = this.#recordsOf(peer);
    if ([...records.values()].some((kept) => kept.text === text)) return;
    this.#loses(peer, text);
    const said = this.#ledger.get(text);
    if (peer.nowMs >= expiresAtMs) return;
    const { spreadCountMax } = peer.limits;
    // What is written is behind what was decided by a few.
    if (records.size + inFlightMax < spreadCountMax)
      fail("1, 5: what is for everyone is kept for its time", `${peer.name} drops ${text}`);
    if (said?.by === peer && said.final === undefined && said.generation === this.#ledger.generation(peer))
      fail("1: accepted is kept until another has it", `${peer.name} drops ${text}`);
  }

  #loses(peer: SimPeer, text: string): void {
    this.#ledger.get(text)?.holders.delete(peer);
    this.#thins(text);
  }

  #thins(text: string): void {
    const said = this.#ledger.get(text);
    if (said !== undefined) said.thinned = true;
  }

  #recordsOf(peer: SimPeer): Map<string, Kept> {
    const records = this.#records.get(peer) ?? new Map<string, Kept>();
    this.#records.set(peer, records);
    return records;
  }
}

/** Writes of one commit that a step later ones already know of. */
const inFlightMax = 300;
