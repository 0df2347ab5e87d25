import type { Answer, Whereabouts } from "../gen/e3/v1/link_pb.ts";
import { leafFeature, type AdvertRecord } from "./advert.ts";
import { DigestSum } from "./advert-digest.ts";
import { ascending } from "./ascending.ts";
import { encodeShort } from "./frame.ts";
import type { LeafDeskParts } from "./leaf-desk.ts";
import { toldLine } from "./leaf-line.ts";
import type { Link } from "./links.ts";
import { Questions } from "./leaf-questions.ts";

/** What one neighbour says of a peer. */
interface Say {
  readonly id: bigint;
  readonly claimedAtMs: number;
  readonly name: string;
  readonly present: boolean;
  /** Links on the road from this peer to it. */
  readonly hops: number;
}

/** What is said of one peer, by the neighbour's node; what was said last stands last. */
type Says = Map<bigint, Say>;

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
 * 2. Each subject is asked for once, and once more when a link comes up: an answer stands until it is told anew.
 * 3. What was lost on the way is made good when the sums are compared, every digestMs.
 */
export class Hearsay {
  readonly #parts: LeafDeskParts;
  readonly #known = new Map<bigint, Says>();
  readonly #questions: Questions;
  #version = 0n;
  #answers = 0;

  constructor(parts: LeafDeskParts) {
    this.#parts = parts;
    this.#questions = new Questions(parts.limits);
  }

  /** Counts what changes what mail should do, beside the topology. */
  get revision(): number {
    return this.#answers;
  }

  /** Somebody is to be told where the holder of the id is. */
  wantId(id: bigint): void {
    this.#questions.want("ids", id);
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
    const says = [...(this.#known.get(node)?.values() ?? [])].filter(({ present }) => present);
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

  /** Asks whether a neighbour would say the same again, and anew for what nobody has answered. */
  compare(link: Link): void {
    const { topology, self, effects } = this.#parts;
    const { open } = this.#questions;
    if (open.ids.length + open.nodes.length > 0) effects.frame(link.number, { case: "question", value: open });
    const teller = link.neighbour?.node ?? 0n;
    const sum = new DigestSum();
    const own = topology.get(self);
    if (own !== undefined) sum.add(own);
    for (const [node, says] of this.#known) {
      const say = says.get(teller);
      if (say !== undefined) sum.add(toldLine({ node, ...say }));
    }
    effects.add({ kind: "frame", link: link.number, bytes: encodeShort("digest", sum.value) });
  }

  /** A neighbour answers. */
  told(link: Link, { peers, whole }: Answer, nowMs: number): void {
    const teller = link.neighbour?.node;
    if (teller === undefined) return;
    const touched = new Set<bigint>([teller]);
    if (whole) for (const [node, says] of this.#known) if (says.delete(teller)) touched.add(node);
    let answered = false;
    for (const whereabouts of peers) {
      const { id, node } = whereabouts;
      if (this.#questions.answered(id, node)) answered = true;
      if (node === 0n || node === this.#parts.self || !this.#isSound(whereabouts)) continue;
      if (id === 0n) this.#known.get(node)?.delete(teller);
      else this.#learn(teller, whereabouts);
      touched.add(node);
    }
    if (answered) this.#answers += 1;
    this.#state(touched, nowMs);
  }

  /** The topology has forgotten these: should a neighbour still speak for one, it is told again (invariant 3). */
  forgotten(records: readonly AdvertRecord[]): void {
    for (const { node } of records) this.#known.delete(node);
  }

  /** The link with a neighbour is down: invariant 1. */
  lost(link: Link, nowMs: number): void {
    const teller = link.neighbour?.node;
    if (teller === undefined) return;
    const touched = new Set<bigint>([teller]);
    for (const [node, says] of this.#known) if (says.delete(teller)) touched.add(node);
    if (this.#parts.links.size === 0) this.#questions.forget();
    this.#answers += 1;
    this.#state(touched, nowMs, false);
  }

  #isSound({ id, name }: Whereabouts): boolean {
    return (
      id < 2n ** 63n && name.length <= this.#parts.limits.advertTextBytesMax && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name)
    );
  }

  #learn(teller: bigint, { id, node, name, present, claimedAtMs, hops }: Whereabouts): void {
    const says = this.#known.get(node) ?? new Map<bigint, Say>();
    if (says.size === 0 && this.#known.size >= this.#parts.limits.hearsayMax) return;
    this.#known.set(node, says);
    says.delete(teller);
    const claimedMs = Math.min(Number(claimedAtMs), Number.MAX_SAFE_INTEGER);
    says.set(teller, { id, claimedAtMs: claimedMs, name, present, hops: hops + 1 });
  }

  /** Puts what is known of these into the topology. @param unheld whether whom nobody speaks for any more holds no id. */
  #state(nodes: Iterable<bigint>, nowMs: number, unheld = true): void {
    const { topology } = this.#parts;
    for (const node of nodes) {
      const says = this.#known.get(node);
      const before = topology.get(node);
      if (says === undefined) continue;
      if (says.size === 0) this.#known.delete(node);
      const say = bestOf(says) ?? before;
      if (say === undefined) continue;
      const record = this.#record(node, { says, say, left: unheld && says.size === 0 });
      if (!isSame(record, before)) topology.accept(record, nowMs);
    }
  }

  #record(node: bigint, about: { says: Says; say: Statement; left: boolean }): AdvertRecord {
    const { says, left } = about;
    const { id, claimedAtMs, name } = about.say;
    const link = this.#parts.links.withNode(node);
    const neighbours = new Set<bigint>();
    for (const [teller, { present }] of says) if (present && teller !== node) neighbours.add(teller);
    if (link !== undefined) {
      neighbours.add(this.#parts.self);
      for (const [other, saidOfIt] of this.#known)
        if (other !== node && saidOfIt.get(node)?.present === true) neighbours.add(other);
    }
    this.#version += 1n;
    const edition = { incarnation: 1n, version: this.#version, left };
    const stated = { node, id, claimedAtMs, name, addresses: [], neighbours: [...neighbours].toSorted(ascending) };
    // Roads lead over neighbours alone.
    const features = link?.neighbour?.features ?? [leafFeature];
    return { ...edition, ...stated, features, key: noBytes, bytes: noBytes, signature: noBytes, plain: true };
  }
}

type Statement = Pick<Say, "id" | "claimedAtMs" | "name">;

const noBytes = new Uint8Array(0);

/** What to go by where neighbours differ: who sees the peer knows better, and of those who spoke last. */
function bestOf(says: Says): Say | undefined {
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
