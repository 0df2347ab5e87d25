import { fromBinary } from "@bufbuild/protobuf";
import { Acquainted } from "./acquainted.ts";
import { CounterRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Effect } from "./effect.ts";
import type { CoreOptions } from "./core-options.ts";
import { Effects, type Count } from "./effects.ts";
import { E3Error } from "./error.ts";
import type { CoreEvent } from "./event.ts";
import { featuresOf } from "./features.ts";
import type { Groups } from "./groups.ts";
import { Identity, identityKeys, randomName } from "./identity.ts";
import { Inbox } from "./inbox.ts";
import { Intake } from "./intake.ts";
import { Leases } from "./leases.ts";
import type { Limits } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import { Mesh } from "./mesh.ts";
import { nodeOf } from "./node-name.ts";
import { Outbox } from "./outbox.ts";
import { Post, type Send } from "./post.ts";
import { tellPresence } from "./presence-told.ts";
import type { Reads } from "./reads.ts";
import { Roads } from "./roads.ts";
import type { Sessions } from "./sessions.ts";
import { settlingMs } from "./settling.ts";
import { Snowflake } from "./snowflake.ts";
import { checkFormat, formatOp } from "./store-format.ts";
import { Topology } from "./topology.ts";
import { View } from "./view.ts";

/**
 * Core: one peer, without any input or output of its own.
 *
 *     event, nowMs ──► Mesh (links, id, topology) ──┐
 *                      Post (envelopes)             ├──► effects
 *     nextDeadlineMs ◄──────────────────────────────┘
 *
 * The same events at the same times, with the same stored entries and the same entropy, give the same effects.
 *
 * Invariants
 * 1. Effects come from step alone; what submit, connect and disconnect start takes effect with the next one.
 * 2. nextDeadlineMs may be early, never late.
 */
export class Core {
  readonly #limits: Limits;
  readonly #effects = new Effects();
  readonly #identity: Identity;
  readonly #acquainted: Acquainted;
  readonly #topology: Topology;
  readonly #leases: Leases;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #mesh: Mesh;
  readonly #post: Post;
  readonly #intake: Intake;
  readonly #roads: Roads;
  /** What can be asked of this core. */
  readonly view: View;
  #storeFailing = false;
  #submitted = false;
  /** When something but the pulse of links is due; undefined while that may change without an event. */
  #othersMs: number | undefined;
  /** When presence is told and roads are taken anew; Infinity while the topology stands still. */
  #settleAtMs = Infinity;
  #revision = 0;

  /** @throws E3Error "store-newer" when a newer e3 wrote what is stored. */
  constructor(options: CoreOptions, nowMs: number) {
    const { signer, entropy, limits, stored, leaf = false } = options;
    const custody = options.custody && !leaf;
    const meta = new Map(stored("meta").map(({ key, value }) => [key, value]));
    checkFormat(meta.get("format"));
    const self = nodeOf(signer.publicKey, signer);
    const effects = this.#effects;
    this.#limits = limits;
    const known = identityKeys.map((key) => meta.get(key)).find((value) => value !== undefined);
    this.#identity = Identity.from(known, { ...options, nowMs });
    this.#identity.name = options.name;
    this.#acquainted = new Acquainted({ limits, effects }, stored("meta"));
    this.#topology = new Topology(self, limits, this.#acquainted.former);
    this.#leases = Leases.from(stored("leases"), nowMs, limits);
    const name = (): bigint => randomName(entropy);
    this.#outbox = new Outbox(limits, name);
    this.#outbox.load(stored("lanes"), stored("outbox"));
    this.#inbox = new Inbox(limits);
    this.#inbox.load(meta.get("inbox"), stored("marks"), options.cursorMin);
    const mailbox = new Mailbox(limits);
    mailbox.load(stored("mailbox"), stored("shelves"), effects);
    const slot = meta.get("snowflake");
    const snowflake = new Snowflake(slot === undefined ? 0 : Number(fromBinary(CounterRecordSchema, slot).value));
    const shared = { self, leaf, identity: this.#identity, topology: this.#topology, limits, effects };
    const seed = randomName(entropy);
    const features = featuresOf({ custody, leaf, via: options.via ?? "" });
    this.#mesh = new Mesh({
      ...{ ...shared, features, snowflake, signer, entropy, leases: this.#leases },
      outran: () => this.#post.outran(),
      greet: (link) => this.#post.spread.repair.greet(link),
      hasRoom: (atMs) => this.#post.linkReady(atMs),
    });
    const { links, talk, sessionLink } = this.#mesh;
    this.#roads = new Roads({ ...shared, links, desk: talk.desk, hearsay: talk.hearsay });
    const mail = { roads: this.#roads, outbox: this.#outbox, mailbox, links, leases: this.#leases };
    const spread = { count: meta.get("spread"), entries: stored("spread") };
    this.#post = new Post({
      ...shared,
      ...mail,
      ...{ inbox: this.#inbox, custody, seed, sessionLink, name, accepts: options.accepts },
      readReceipts: options.readReceipts ?? true,
      ...{ stored: spread, storedGroups: stored("groups"), storedSent: meta.get("sent"), storedReads: stored("meta") },
    });
    this.#intake = new Intake({ mesh: this.#mesh, post: this.#post, limits });
    const { spread: everyones, groups } = this.#post;
    this.view = new View({ ...shared, ...mail, spread: everyones, groupSends: groups.sends });
    if (!meta.has("format")) effects.put(formatOp());
  }

  get id(): bigint {
    return this.#identity.id;
  }

  get identity(): Pick<Identity, "id" | "epoch" | "verdict" | "ready" | "credential" | "name" | "claimAnew"> {
    this.#othersMs = undefined;
    return this.#identity;
  }

  /** Cursor of the newest message received. */
  get cursor(): number {
    return this.#inbox.cursor;
  }

  /** Groups, and what is done with them: it takes effect with the next step, which should follow soon. */
  get groups(): Groups {
    this.#othersMs = undefined;
    return this.#post.groups;
  }

  /** The same with sessions. */
  get sessions(): Sessions {
    this.#othersMs = undefined;
    return this.#post.sessions;
  }

  /** The same with what was read. */
  get reads(): Reads {
    this.#othersMs = undefined;
    return this.#post.reads;
  }

  /** A Snowflake id that nobody has; undefined while the generator waits for the disk or the clock. */
  newId(nowMs: number): bigint | undefined {
    this.#othersMs = undefined;
    return this.#mesh.newId(nowMs);
  }

  get counts(): Readonly<Record<Count, number>> {
    return this.#effects.counts;
  }

  /**
   * Submits a send, to everyone where the id is 0n. It takes effect with the next step, which should follow soon; many sends
   * may share it.
   *
   * @returns the conversation it is part of, and its number in there.
   * @throws E3Error "resource-exhausted" at a bound, "store-failed" while the store fails; nothing is submitted then.
   */
  submit(send: Send, nowMs: number): { readonly conversation: bigint; readonly number: number } {
    if (this.#storeFailing) {
      throw new E3Error("store-failed", "the store cannot write at the moment; nothing is accepted until it can");
    }
    const submitted = this.#post.submit(send, nowMs);
    this.#submitted = true;
    this.#othersMs = undefined;
    return submitted;
  }

  /**
   * Keeps an address dialled, from the next step on.
   * @throws E3Error "resource-exhausted".
   */
  connect(address: string, nowMs: number): void {
    this.#othersMs = undefined;
    this.#mesh.connect(address, nowMs);
  }

  /**
   * Ends the link with a peer or address, with the next step, and stops dialling it.
   * @throws E3Error "unknown-peer".
   */
  disconnect(target: bigint | string, nowMs: number): void {
    this.#othersMs = undefined;
    this.#mesh.disconnect(target, nowMs);
    this.#submitted = true;
  }

  /** Takes one event and says what is to be done. */
  step(event: CoreEvent, nowMs: number): readonly Effect[] {
    if (!this.#isPulse(event, nowMs)) this.#stepWhole(event, nowMs);
    return this.#effects.take();
  }

  /** When the next alarm event is due, milliseconds; may be in the past: then at once. */
  get nextDeadlineMs(): number {
    if (this.#submitted) return 0;
    return Math.min(this.#mesh.links.nextDeadlineMs, this.#othersMs ?? this.#othersDueMs());
  }

  /** Most steps of a peer are nothing but the pulse of its links: the rest of it has nothing to say to that. */
  #isPulse(event: CoreEvent, nowMs: number): boolean {
    if (this.#othersMs === undefined || nowMs >= this.#othersMs) return false;
    const isDue = nowMs >= this.#mesh.links.nextDeadlineMs;
    if (event.kind === "alarm") return isDue && this.#mesh.beat(nowMs);
    if (isDue || event.kind !== "frame") return false;
    const link = this.#mesh.links.get(event.link);
    return link !== undefined && this.#mesh.pulse.take(link, event.bytes, nowMs);
  }

  #stepWhole(event: CoreEvent, nowMs: number): void {
    this.#othersMs = undefined;
    this.#take(event, nowMs);
    if (nowMs >= this.nextDeadlineMs) this.#due(nowMs);
    this.#submitted = false;
    do {
      this.#mesh.settle(nowMs);
      this.#noticeTopology(nowMs);
      this.#post.flush(nowMs);
      for (const op of this.#leases.ops()) this.#effects.put(op);
    } while (this.#effects.close(nowMs) || this.#post.hasOwn);
    this.#mesh.talk.hearsay?.ask();
    if (this.#mesh.isSettled) this.#othersMs = this.#othersDueMs();
  }

  #othersDueMs(): number {
    return Math.min(
      this.#mesh.nextDeadlineMs,
      this.#post.nextDeadlineMs,
      this.#settleAtMs,
      this.#topology.nextDeadlineMs,
      this.#leases.nextDeadlineMs,
    );
  }

  #take(event: CoreEvent, nowMs: number): void {
    switch (event.kind) {
      case "start":
        return this.#mesh.start(event, nowMs);
      case "link-opened":
        return this.#mesh.opened(event, nowMs);
      case "link-closed":
        return this.#mesh.closed(event, nowMs);
      case "frame":
        return this.#intake.frame(event.link, event.bytes, nowMs);
      case "link-alive":
        return this.#mesh.links.alive(event.link);
      case "link-full":
      case "link-ready":
        return this.#flow(event.link, event.kind === "link-full", nowMs);
      case "persisted":
        return this.#effects.persisted(event.commit, nowMs);
      case "store-failing":
        return void (this.#storeFailing = event.failing);
      case "shown":
        return this.#inbox.shown(event.cursor);
      case "leave":
        this.#acquainted.end(nowMs);
        return this.#mesh.leave(nowMs);
      case "alarm":
        return;
    }
  }

  #flow(number: number, full: boolean, nowMs: number): void {
    const link = this.#mesh.links.get(number);
    if (link === undefined) return;
    link.full = full;
    if (!full) this.#post.linkReady(nowMs);
  }

  #due(nowMs: number): void {
    this.#mesh.due(nowMs);
    this.#post.due(nowMs);
    this.#leases.expire(nowMs);
    this.#mesh.talk.forgotten(this.#topology.expire(nowMs));
    if (nowMs >= this.#settleAtMs) this.#settleTopology(nowMs);
  }

  /** A burst of changes is settled once, a moment after it began. */
  #noticeTopology(nowMs: number): void {
    const revision = this.#topology.revision + (this.#mesh.talk.hearsay?.revision ?? 0);
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.#settleAtMs = Math.min(this.#settleAtMs, nowMs + settlingMs(this.#topology.size, this.#limits));
  }

  #settleTopology(nowMs: number): void {
    this.#settleAtMs = Infinity;
    const [topology, leases, effects, acquainted] = [this.#topology, this.#leases, this.#effects, this.#acquainted];
    this.#mesh.presenceChanged(tellPresence({ topology, leases, effects, acquainted }, nowMs), nowMs);
    this.#post.reroute(nowMs);
  }
}
