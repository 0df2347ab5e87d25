import { create, toBinary } from "@bufbuild/protobuf";
import { bundleItemsMax, decodeBody, encodeText, type Body, type Receipt } from "../../src/core/body.ts";
import { countIn } from "../../src/core/bundle.ts";
import { Dispatcher } from "../../src/core/dispatcher.ts";
import type { Effect } from "../../src/core/effect.ts";
import { Effects } from "../../src/core/effects.ts";
import type { Groups } from "../../src/core/groups.ts";
import { Handshake } from "../../src/core/handshake.ts";
import { bodyOf, readHeader, writeEnvelope, type Header, type HeaderFields } from "../../src/core/header.ts";
import { Identity } from "../../src/core/identity.ts";
import { Inbox } from "../../src/core/inbox.ts";
import { Keeper } from "../../src/core/keeper.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Mailbox } from "../../src/core/mailbox.ts";
import { Outbox } from "../../src/core/outbox.ts";
import { Reads } from "../../src/core/reads.ts";
import { Receiver } from "../../src/core/receiver.ts";
import { Roads } from "../../src/core/roads.ts";
import { Sender } from "../../src/core/sender.ts";
import { Spread } from "../../src/core/spread.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { Topology } from "../../src/core/topology.ts";
import { IdentityRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { seededEntropy } from "../world/entropy.ts";
import { newsIn } from "../world/statuses.ts";
import { Shelves } from "./shelves.ts";

/** The epoch of the peer in the room, seed 1. */
export const ownEpoch = 0xe1n;

/** The name of the first lane opened in a room. */
export const firstLane = 5n;

/** The node of the peer of that seed. */
export function nodeOfSeed(seed: number): bigint {
  return fakePeer(seed).node;
}

/** An envelope that left over a link. */
export interface Sent {
  /** Seed of the neighbour. */
  readonly over: number;
  readonly header: Header;
  readonly body: Body;
  readonly bytes: Uint8Array;
}

/** What came of one event. */
export interface Outcome {
  readonly effects: readonly Effect[];
  readonly sent: readonly Sent[];
  /** Statuses told, as "number status". */
  readonly told: readonly string[];
  readonly ops: readonly StoreOp[];
}

/** What a room is made from. */
export interface RoomOptions {
  readonly limits?: Partial<Limits>;
  readonly custody?: boolean;
  /** What former lives left. */
  readonly store?: Shelves;
  /** Counts the lives of this peer. */
  readonly incarnation?: bigint;
  /** Default true. */
  readonly readReceipts?: boolean;
  /** Groups.saidTo. Default: there are no groups. */
  readonly saidTo?: Groups["saidTo"];
}

/**
 * The machines that move envelopes, of the peer with seed and id 1, on a topology that the test draws.
 *
 * What an event writes is durable only once persist is called.
 */
export class Room {
  readonly limits: Limits;
  readonly effects = new Effects();
  readonly store: Shelves;
  readonly identity: Identity;
  readonly topology: Topology;
  readonly links: Links;
  readonly roads: Roads;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly mailbox: Mailbox;
  readonly dispatcher: Dispatcher;
  readonly sender: Sender;
  readonly keeper: Keeper;
  readonly receiver: Receiver;
  readonly reads: Reads;
  readonly spread: Spread;
  /** Ids that differ from the seed. */
  readonly ids = new Map<number, bigint>();
  /** Seeds of peers that keep no mail. */
  readonly keepNothing = new Set<number>();
  readonly #seeds = new Set<number>([1]);
  readonly #written: { readonly commit: number; readonly ops: readonly StoreOp[] }[] = [];
  #version = 0n;
  #links = 0;

  constructor(options: RoomOptions = {}) {
    const { store = new Shelves(), incarnation = 1n, custody = true } = options;
    this.limits = { ...defaultLimits, ...options.limits };
    this.store = store;
    const record = { id: 1n, assignedId: 0n, epoch: ownEpoch, incarnation: incarnation - 1n };
    const stored = toBinary(IdentityRecordSchema, create(IdentityRecordSchema, record));
    this.identity = Identity.from(stored, { desiredId: 0n, entropy: seededEntropy("identity"), nowMs: 0 });
    this.identity.take(1n, null, 0);
    const { limits, effects, identity } = this;
    const self = nodeOfSeed(1);
    this.topology = new Topology(self, limits);
    this.links = new Links(limits, self);
    this.roads = new Roads({ self, identity, limits, topology: this.topology, links: this.links });
    // Tests name the first lane of a first life in receipts.
    let names = incarnation === 1n ? firstLane : incarnation << 32n;
    this.outbox = new Outbox(limits, () => names++);
    this.outbox.load(store.entries("lanes"), store.entries("outbox"));
    this.inbox = new Inbox(limits);
    this.inbox.load(store.value("meta", "inbox"), store.entries("marks"));
    this.mailbox = new Mailbox(limits);
    this.mailbox.load(store.entries("mailbox"), store.entries("shelves"), effects);
    const { outbox, inbox, mailbox, roads } = this;
    const shared = { limits, effects, identity, outbox, inbox, mailbox, roads };
    this.dispatcher = new Dispatcher(shared);
    const { dispatcher, topology, links } = this;
    this.spread = new Spread(
      { ...shared, self, leaf: false, topology, links, name: () => names++, keep: () => {} },
      { count: store.value("meta", "spread"), entries: store.entries("spread") },
    );
    this.sender = new Sender({ ...shared, dispatcher });
    this.keeper = new Keeper({ ...shared, dispatcher, offers: custody });
    const { sender } = this;
    const { readReceipts = true, saidTo = () => undefined } = options;
    const reading = { ...shared, dispatcher, sender, groups: { saidTo }, readReceipts };
    this.reads = new Reads(reading, store.entries("meta"));
    this.receiver = new Receiver({
      ...shared,
      dispatcher,
      sender,
      reads: this.reads,
      keeper: this.keeper,
      spread: this.spread,
      stands: (changed, nowMs) => this.spread.stands(changed, nowMs),
      readers: new Map(),
    });
    this.wire([]);
  }

  /** Draws the topology: links as pairs of seeds, and no others. */
  wire(pairs: readonly (readonly [number, number])[], nowMs = 0): void {
    for (const seed of pairs.flat()) this.#seeds.add(seed);
    this.#version += 1n;
    for (const seed of this.#seeds) {
      const seeds = pairs.flatMap(([a, b]) => (a === seed ? [b] : b === seed ? [a] : []));
      const features = this.keepNothing.has(seed) ? [] : ["custody"];
      const neighbours = seeds.map(nodeOfSeed).toSorted((a, b) => (a < b ? -1 : 1));
      const id = this.ids.get(seed) ?? BigInt(seed);
      this.topology.accept(fakePeer(seed).advert({ id, version: this.#version, neighbours, features }), nowMs);
      if (seed !== 1) this.#join(seed, seeds.includes(1), nowMs);
    }
  }

  /** The link with the neighbour of that seed. */
  link(seed: number): Link {
    const link = this.links.withNode(nodeOfSeed(seed));
    if (link === undefined) throw new Error(`the test drew no link with ${seed}`);
    return link;
  }

  /** Lets something happen and finishes the event as the core does. */
  event(happen: () => void, nowMs = 0): Outcome {
    happen();
    do {
      for (const envelope of this.dispatcher.takeOwn()) {
        const header = readHeader(envelope, this.limits.destinationsMax);
        if (typeof header !== "string") this.receiver.take(envelope, header, nowMs);
      }
      this.outbox.flush(this.effects, (lanes, atMs) => this.sender.accepted(lanes, atMs));
      this.spread.flush();
      this.receiver.flush();
      this.keeper.flush();
    } while (this.effects.close(nowMs) || this.dispatcher.hasOwn);
    return this.#outcome(this.effects.take());
  }

  /** Everything written so far is durable, and what follows from that is too. */
  persist(nowMs = 0): Outcome {
    const effects: Effect[] = [];
    for (let next = this.#written.shift(); next !== undefined; next = this.#written.shift()) {
      const { commit, ops } = next;
      this.store.write(ops);
      effects.push(...this.event(() => this.effects.persisted(commit, nowMs), nowMs).effects);
    }
    return this.#read(effects);
  }

  /** An event whose writes are durable at once. */
  durably(happen: () => void, nowMs = 0): Outcome {
    const before = this.event(happen, nowMs);
    return this.#read([...before.effects, ...this.persist(nowMs).effects]);
  }

  /** Submits texts to an id, in one event, and waits for the disk. */
  send(
    to: bigint,
    texts: readonly string[],
    options: { nowMs?: number; ttlMs?: number; boundTo?: bigint } = {},
  ): Outcome {
    const { nowMs = 0, ttlMs = 1_000_000, boundTo = this.roads.target(to, 0n) ?? 0n } = options;
    return this.durably(() => {
      for (const text of texts) this.outbox.submit({ to, boundTo, body: encodeText(text), ttlMs }, nowMs);
    }, nowMs);
  }

  /** Takes an envelope that is for this peer. */
  take(envelope: Uint8Array, nowMs = 0): Outcome {
    return this.durably(() => this.receiver.take(envelope, headerOf(envelope), nowMs), nowMs);
  }

  #join(seed: number, linked: boolean, nowMs: number): void {
    const link = this.links.withNode(nodeOfSeed(seed));
    if (link !== undefined && !linked) this.links.closed(link);
    if (link !== undefined || !linked) return;
    const { signer, node } = fakePeer(seed);
    const context = { signer, entropy: seededEntropy("link"), limits: this.limits, features: [] };
    const number = (this.#links += 1);
    const wire = { number, address: undefined, remote: `${seed}`, handshake: new Handshake(context) };
    const opened = this.links.open(wire, nowMs);
    const neighbour = { node, key: signer.publicKey, features: [], incarnation: 1n };
    if (opened !== undefined) this.links.establish(opened, neighbour, nowMs);
  }

  #outcome(effects: readonly Effect[]): Outcome {
    for (const effect of effects) if (effect.kind === "persist") this.#written.push(effect);
    return this.#read(effects);
  }

  #read(effects: readonly Effect[]): Outcome {
    return {
      effects,
      sent: effects.flatMap((effect) =>
        effect.kind === "envelopes" ? effect.envelopes.map((bytes) => this.#sent(effect.link, bytes)) : [],
      ),
      told: effects.flatMap((effect) =>
        effect.kind === "status" ? newsIn(effect).map(({ number, status }) => `${number} ${status}`) : [],
      ),
      ops: effects.flatMap((effect) => (effect.kind === "persist" ? effect.ops : [])),
    };
  }

  #sent(link: number, bytes: Uint8Array): Sent {
    const body = decodeBody(bodyOf(bytes));
    if (typeof body === "string") throw new Error(body);
    return { over: Number(this.links.get(link)?.remote), header: headerOf(bytes), body, bytes };
  }
}

/** The header of an envelope that is well-formed. */
export function headerOf(envelope: Uint8Array): Header {
  const header = readHeader(envelope, 1_024);
  if (typeof header === "string") throw new Error(header);
  return header;
}

/** An envelope from peer 2 to peer 1, but for what the test says. */
export function envelopeOf(fields: Partial<HeaderFields> = {}, body: Uint8Array = encodeText("hi")): Uint8Array {
  const plain = { hopsLeft: 9, origin: 2n, epoch: 0xe2n, conversation: 1n, number: 1, attempt: 1, floor: 1 };
  const rest = { destinations: [1n], destinationKeys: [], sentAtMs: 5, ttlMs: 1_000_000, begin: 0 };
  return writeEnvelope({ ...plain, ...rest, ...fields }, body);
}

/** The receipts among what was sent. */
export function receiptsIn(sent: readonly Sent[]): readonly Receipt[] {
  return sent.flatMap(({ body }) => (body.kind === "receipts" ? body.receipts : []));
}

/** The messages in custody among what was sent: a header for each, also where several share an envelope. */
export function parcelsIn(sent: readonly Sent[]): readonly Header[] {
  return envelopesIn(sent).flatMap((envelope) => {
    const header = headerOf(envelope);
    const count = countIn(envelope, header, bundleItemsMax);
    return Array.from({ length: count }, (_, index) => ({ ...header, number: header.number + index }));
  });
}

/** The envelopes in custody among what was sent. */
export function envelopesIn(sent: readonly Sent[]): readonly Uint8Array[] {
  return sent.flatMap(({ body }) => (body.kind === "custody" ? body.envelopes : []));
}

/** Numbers of the messages among what was sent, in order, those in bundles too. */
export function numbersIn(sent: readonly Sent[]): readonly number[] {
  return sent.flatMap(({ header, body }) => {
    if (header.conversation === 0n) return [];
    return body.kind === "bundle" ? body.bodies.map((_, index) => header.number + index) : [header.number];
  });
}
