import type { Answer, Whereabouts } from "../gen/e3/v1/link_pb.ts";
import { leafFeature, type AdvertRecord } from "./advert.ts";
import { DigestSum } from "./advert-digest.ts";
import { ascending } from "./ascending.ts";
import { encodeShort } from "./frame.ts";
import type { LeafDeskParts } from "./leaf-desk.ts";
import { toldLine } from "./leaf-line.ts";
import type { Link } from "./links.ts";
import { Questions, type Asked } from "./leaf-questions.ts";
import { Says, type Say } from "./leaf-says.ts";

/**
 * Hearsay: what a leaf knows of others, which is what its neighbours tell it.
 *
 *     a peer is looked for and not there ──► Question to all neighbours ──► Answer ──► topology
 *
 * It is put into the topology as the adverts of a star: a neighbour has links with this peer and with whoever it says is
 * there, and roads end at those. So roads, presence and holders of ids follow from it as they do at any other peer, and
 * from as much of it as this peer has to do with.
 *
 * Invariants
 * 1. What a neighbour said counts while the link with it is up.
 * 2. Each subject is asked for once, and once more when a link comes up, when a neighbour tells of it no more, and every
 *    digestMs while it is not there: an answer stands until it is told anew.
 * 3. What was lost on the way is made good when the sums are compared, every digestMs.
 * 4. Only who is said to be nobody gives its id up. Of whom nobody speaks any more is gone, for as long as the lease lasts.
 */
export class Hearsay {
  readonly #parts: LeafDeskParts;
  readonly #says: Says;
  readonly #questions: Questions;
  #version = 0n;
  #answers = 0;

  constructor(parts: LeafDeskParts) {
    this.#parts = parts;
    const { hearsayMax, leafLinksMax } = parts.limits;
    this.#says = new Says(Math.floor(hearsayMax / leafLinksMax));
    this.#questions = new Questions(parts.limits);
  }

  /** Counts what changes what mail should do, beside the topology. */
  get revision(): number {
    return this.#answers;
  }

  /** Somebody is to be told where the holder of the id is. */
  wantId(id: bigint): void {
    this.#questions.want("ids", id);
    const holder = this.#parts.topology.nodeById(id);
    // It may have another id by now, which only who speaks for it would tell.
    if (holder !== undefined && holder !== this.#parts.self && this.#says.of(holder).size === 0) this.wantNode(holder);
  }

  wantNode(node: bigint): void {
    this.#questions.want("nodes", node);
  }

  /** Whether no neighbour has said yet where this target is, and one may. boundTo is 0n for none. */
  isAsking(to: bigint, boundTo: bigint): boolean {
    return boundTo === 0n ? this.#questions.isOpen("ids", to) : this.#questions.isOpen("nodes", boundTo);
  }

  /** Links on the road to a node as far as was told; undefined when there is none. */
  hops(node: bigint): number | undefined {
    if (this.#parts.links.withNode(node) !== undefined) return 1;
    const says = [...this.#says.of(node).values()].filter(({ present }) => present);
    return says.length === 0 ? undefined : Math.min(...says.map(({ hops }) => hops));
  }

  /** Finishes an event: what is wanted is asked for. */
  ask(): void {
    const { links, effects } = this.#parts;
    while (this.#questions.hasNew) {
      const question = this.#questions.take(links.size > 0);
      for (const link of links.up()) effects.frame(link.number, { case: "question", value: question });
    }
  }

  /** A link came up: whatever is wanted still will be looked for again, and is asked for at all neighbours then. */
  attached(): void {
    this.#questions.forget();
  }

  /**
   * Asks whether a neighbour would say the same again, and anew for what nobody has answered. With the first neighbour, so
   * once every digestMs, this peer also gets ready to ask anew for who is not there.
   */
  compare(link: Link): void {
    const { topology, self, effects, links } = this.#parts;
    const { open } = this.#questions;
    if (open.ids.length + open.nodes.length > 0) effects.frame(link.number, { case: "question", value: open });
    const teller = link.neighbour?.node ?? 0n;
    const sum = new DigestSum();
    const own = topology.get(self);
    if (own !== undefined) sum.add(own);
    for (const node of this.#says.by(teller)) {
      const say = this.#says.of(node).get(teller);
      if (say !== undefined) sum.add(toldLine({ node, ...say }));
    }
    effects.add({ kind: "frame", link: link.number, bytes: encodeShort("digest", sum.value) });
    if (links.up().next().value !== link) return;
    if (this.#questions.forgetAnswered((kind, subject) => this.#isThere(kind, subject))) this.#answers += 1;
  }

  /** A neighbour answers. */
  told(link: Link, { peers, whole }: Answer, nowMs: number): void {
    const teller = link.neighbour?.node;
    if (teller === undefined) return;
    const news: News = { touched: new Set(), left: new Set() };
    const before = whole ? [...this.#says.by(teller)] : [];
    for (const node of before) this.#unsay(teller, node, news);
    if (whole) this.#touchTeller(teller, news);
    let answered = false;
    for (const whereabouts of peers) {
      if (isToldNoMore(whereabouts)) this.#drop(teller, whereabouts, news);
      else if (this.#hear(teller, whereabouts, news)) answered = true;
    }
    const said = this.#says.by(teller);
    for (const node of before) if (!said.has(node)) this.#askAgain(node);
    if (answered) this.#answers += 1;
    this.#state(news, nowMs);
  }

  /** The topology has forgotten these: should a neighbour still speak for one, it is told again (invariant 3). */
  forgotten(records: readonly AdvertRecord[]): void {
    for (const { node } of records) this.#says.forget(node);
  }

  /** The link with a neighbour is down: invariant 1. */
  lost(link: Link, nowMs: number): void {
    const teller = link.neighbour?.node;
    if (teller === undefined) return;
    const news: News = { touched: new Set(), left: new Set() };
    for (const node of [...this.#says.by(teller)]) this.#unsay(teller, node, news);
    this.#touchTeller(teller, news);
    if (this.#parts.links.size === 0) this.#questions.forget();
    this.#answers += 1;
    this.#state(news, nowMs);
  }

  #isThere(kind: Asked, subject: bigint): boolean {
    const { topology } = this.#parts;
    const node = kind === "ids" ? topology.nodeById(subject) : subject;
    return node !== undefined && topology.isReachable(node);
  }

  /** A neighbour says where a peer is, or that it is nobody. @returns whether that was asked for. */
  #hear(teller: bigint, whereabouts: Whereabouts, news: News): boolean {
    const { id, node } = whereabouts;
    const answered = this.#questions.answered(id, node);
    if (node === 0n || node === this.#parts.self || !this.#isSound(whereabouts)) return answered;
    news.left.delete(node);
    if (id === 0n) {
      this.#unsay(teller, node, news);
      news.left.add(node);
    } else this.#learn(teller, whereabouts, news);
    return answered;
  }

  /** A neighbour tells of this id, or of this node, no more. */
  #drop(teller: bigint, { id, node }: Whereabouts, news: News): void {
    if (id !== 0n) this.#questions.dropped("ids", id);
    if (node === 0n) return;
    if (this.#unsay(teller, node, news)) this.#askAgain(node);
  }

  #askAgain(node: bigint): void {
    this.#questions.dropped("nodes", node);
    const id = this.#parts.topology.get(node)?.id;
    if (id !== undefined) this.#questions.dropped("ids", id);
  }

  #unsay(teller: bigint, node: bigint, news: News): boolean {
    const wasPresent = this.#says.isPresent(teller, node);
    if (!this.#says.remove(teller, node)) return false;
    news.touched.add(node);
    if (wasPresent) this.#touchTeller(teller, news);
    return true;
  }

  /** Who is there for a neighbour has a link with it, as its record tells. */
  #touchTeller(teller: bigint, { touched }: News): void {
    if (this.#says.of(teller).size > 0) touched.add(teller);
  }

  #isSound({ id, name }: Whereabouts): boolean {
    return (
      id < 2n ** 63n && name.length <= this.#parts.limits.advertTextBytesMax && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)
    );
  }

  #learn(teller: bigint, whereabouts: Whereabouts, news: News): void {
    const { id, node, name, present, claimedAtMs, hops } = whereabouts;
    const wasPresent = this.#says.isPresent(teller, node);
    const claimedMs = Math.min(Number(claimedAtMs), Number.MAX_SAFE_INTEGER);
    const say = { id, claimedAtMs: claimedMs, name, present, hops: hops + 1 };
    if (!this.#says.put(teller, node, say)) return;
    news.touched.add(node);
    if (present !== wasPresent) this.#touchTeller(teller, news);
  }

  /** Puts the news into the topology. */
  #state({ touched, left }: News, nowMs: number): void {
    const { topology } = this.#parts;
    for (const node of touched) {
      const says = this.#says.of(node);
      const before = topology.get(node);
      const say = bestOf(says) ?? before;
      if (say === undefined) continue;
      const record = this.#record(node, { says, say, left: left.has(node) && says.size === 0 });
      if (!isSame(record, before)) topology.accept(record, nowMs);
    }
  }

  #record(node: bigint, about: { says: Sayings; say: Statement; left: boolean }): AdvertRecord {
    const { says, left } = about;
    const { id, claimedAtMs, name } = about.say;
    const link = this.#parts.links.withNode(node);
    const neighbours = new Set<bigint>();
    for (const [teller, { present }] of says) if (present && teller !== node) neighbours.add(teller);
    if (link !== undefined) {
      neighbours.add(this.#parts.self);
      for (const other of this.#says.by(node))
        if (other !== node && this.#says.isPresent(node, other)) neighbours.add(other);
    }
    this.#version += 1n;
    const edition = { incarnation: 1n, version: this.#version, left };
    const stated = { node, id, claimedAtMs, name, addresses: [], neighbours: [...neighbours].toSorted(ascending) };
    // Roads lead over neighbours alone.
    const features = link?.neighbour?.features ?? [leafFeature];
    return {
      ...edition,
      ...stated,
      features,
      key: noBytes,
      credential: noBytes,
      signature: noBytes,
      verbatim: undefined,
    };
  }
}

/** What an answer changes: of whom something else is said now, and who was said to be nobody. */
interface News {
  readonly touched: Set<bigint>;
  readonly left: Set<bigint>;
}

type Sayings = ReadonlyMap<bigint, Say>;
type Statement = Pick<Say, "id" | "claimedAtMs" | "name">;

const noBytes = new Uint8Array(0);

/** Whether the neighbour has let go of an id, or of a node, for others that this peer asked for. */
function isToldNoMore({ id, node, present }: Whereabouts): boolean {
  return present && (id === 0n || node === 0n);
}

/** What to go by where neighbours differ: who sees the peer knows better, and of those who spoke last. */
function bestOf(says: Sayings): Say | undefined {
  let best: Say | undefined;
  for (const say of says.values()) if (best === undefined || say.present || !best.present) best = say;
  return best;
}

/** Whether two records say the same, their editions aside. */
function isSame(a: AdvertRecord, b: AdvertRecord | undefined): boolean {
  if (b === undefined) return false;
  const isSamePeer = a.id === b.id && a.claimedAtMs === b.claimedAtMs && a.name === b.name && a.left === b.left;
  return isSamePeer && isSameList(a.neighbours, b.neighbours) && isSameList(a.features, b.features);
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
