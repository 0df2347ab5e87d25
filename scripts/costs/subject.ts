import { deltaBetween, signAdvert, signedOf, type AdvertFields, type AdvertRecord } from "../../src/core/advert.ts";
import { nodeOf } from "../../src/core/node-name.ts";
import type { Signer } from "../../src/core/world.ts";
import { encodeAdverts } from "../../src/core/topology-frame.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { Crowd, idOf, type Member } from "./crowd.ts";
import { neighboursOf, type Shape } from "./shape.ts";

/** Adverts of a first exchange that travel in one frame: about batchBytesMax. */
const perFrame = 900;

/**
 * Subject: one real core in a mesh whose others are nothing but their adverts. Its neighbours shook hands and are deaf
 * from then on, so that what is measured is what the one peer does.
 */
export class Subject {
  readonly crowd = new Crowd();
  readonly member: Member;
  /** The newest advert of each peer by its number, the subject's own excepted. */
  readonly records: (AdvertRecord | undefined)[] = [];
  readonly #neighbours: readonly (readonly number[])[];
  readonly #signers: Signer[] = [];
  readonly #nodes: bigint[] = [];

  /** @param shape a connected one; the subject is its peer 0. */
  constructor(shape: Shape) {
    this.#neighbours = neighboursOf(nearestFirst(shape));
    const { crowd } = this;
    this.member = crowd.add();
    const near = (this.#neighbours[0] ?? []).map(() => crowd.add());
    this.member.start([]);
    for (const each of near) each.start([this.member]);
    crowd.settle(3_000);
    for (const each of near) each.deafen();
    for (let number = 0; number < shape.peers; number += 1) {
      const signer = testSigner(number);
      this.#signers.push(signer);
      this.#nodes.push(nodeOf(signer.publicKey, signer));
    }
    this.#neighbours.forEach((list, number) => {
      if (number > 0)
        this.records[number] = this.#sign(
          number,
          100n,
          list.map((other) => this.#node(other)),
        );
    });
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** Tells the subject of all others, as a neighbour does on a new link. */
  tellAll(): void {
    const records = this.records.filter((record) => record !== undefined);
    for (let from = 0; from < records.length; from += perFrame) {
      this.tell(encodeAdverts({ adverts: records.slice(from, from + perFrame).map(signedOf) }));
    }
  }

  /** A frame from a neighbour. */
  tell(bytes: Uint8Array): void {
    this.member.feed({ kind: "frame", link: 1, bytes });
  }

  /** Lets pass what the core takes to settle after a change: it computes roads and tells of presence. */
  settle(): void {
    this.crowd.run(10);
  }

  /** The next advert of a peer, and the frame that tells the change: with the other among its links, or not any more. */
  flip(number: number, other: number): { readonly whole: Uint8Array; readonly change: Uint8Array } {
    const before = this.#record(number);
    const node = this.#node(other);
    const links = before.neighbours.filter((each) => each !== node);
    const after = this.#sign(
      number,
      before.version + 1n,
      links.length < before.neighbours.length ? links : [...links, node],
    );
    this.records[number] = after;
    const delta = deltaBetween(before, after);
    if (delta === undefined) throw new Error("a change of links is a delta");
    return { whole: encodeAdverts({ adverts: [signedOf(after)] }), change: encodeAdverts({ deltas: [delta] }) };
  }

  /** The advert of a peer as it is, in a frame. */
  frameOf(number: number): Uint8Array {
    return encodeAdverts({ adverts: [signedOf(this.#record(number))] });
  }

  #record(number: number): AdvertRecord {
    const record = this.records[number];
    if (record === undefined) throw new RangeError(`there is no peer ${number}`);
    return record;
  }

  #node(number: number): bigint {
    return this.#nodes[number] ?? 0n;
  }

  #sign(number: number, version: bigint, neighbours: readonly bigint[]): AdvertRecord {
    const signer = this.#signers[number] ?? testSigner(number);
    return signAdvert({ ...plain, id: idOf(number), name: `peer ${number}`, version, neighbours }, signer);
  }
}

const plain: Pick<AdvertFields, "incarnation" | "claimedAtMs" | "addresses" | "features" | "left" | "credential"> = {
  incarnation: 2n,
  claimedAtMs: 1_735_689_600_000,
  addresses: ["10.0.0.1:8081"],
  features: ["custody"],
  left: false,
  credential: new Uint8Array(),
};

/** The same shape with its peers numbered by their distance from peer 0, which has 1 and up as its neighbours then. */
function nearestFirst(shape: Shape): Shape {
  const lists = neighboursOf(shape);
  const places = new Map([[0, 0]]);
  for (const [peer] of places) {
    for (const other of lists[peer] ?? []) if (!places.has(other)) places.set(other, places.size);
  }
  return { ...shape, links: shape.links.map(([a, b]) => [places.get(a) ?? 0, places.get(b) ?? 0]) };
}
