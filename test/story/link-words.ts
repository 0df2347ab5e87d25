import { fromBinary } from "@bufbuild/protobuf";
import {
  AdvertSchema,
  Grant,
  type AdvertDelta,
  type Answer,
  type Digest,
  type Hello,
  type Question,
  type SignedAdvert,
  type Welcome,
  type Whereabouts,
} from "../../src/gen/e3/v1/link_pb.ts";
import { listed, type Names } from "./names.ts";

// The handshake and the topology in words. Ids are told as they are: here they are what it is about.

/** What a dialler says of itself. */
export function helloWords(hello: Hello, names: Names): string {
  const is = hello.id === 0n ? "is nobody yet" : `is ${names.id(hello.id)}`;
  return `Hello: ${is}${hello.desiredId === 0n ? "" : `, wishes to be ${names.id(hello.desiredId)}`}`;
}

/** What the acceptor answers. */
export function welcomeWords({ id, assignedId, grant, reason }: Welcome, names: Names): string {
  const words = [`Welcome: is ${names.id(id)}`];
  if (grant === Grant.GRANTED) words.push("grants the id");
  if (grant === Grant.REFUSED) words.push(`refuses the id (${reason})`);
  if (assignedId !== 0n) words.push(`assigns ${names.id(assignedId)}`);
  return words.join(", ");
}

/** A peer's whole statement about itself. */
export function advertWords({ advert }: SignedAdvert, names: Names): string {
  const { key, id, name, neighbours, left } = fromBinary(AdvertSchema, advert);
  names.learnKey(key, name);
  if (left) return `advert: ${name} has left`;
  return `advert: ${name} is ${names.id(id)}, linked with ${nodesOf(neighbours, names)}`;
}

/** What changed of a peer's links. */
export function deltaWords({ node, linked, unlinked }: AdvertDelta, names: Names): string {
  const changes = [...inOrder(linked, names, "+"), ...inOrder(unlinked, names, "-")];
  return `${names.node(node)}'s links: ${changes.join(" ")}`;
}

/** A digest that lists or asks; those that only compare sums are no news. */
export function digestWords({ summary, entries, wanted }: Digest, names: Names): readonly string[] {
  const nodes = entries.map(({ node }) => node);
  // Who knows nobody lists nobody: the sum over nothing tells it from a comparison.
  const lists = nodes.length > 0 || (summary === 0n && wanted.length === 0);
  return [
    ...(lists ? [`knows of ${nodesOf(nodes, names)}`] : []),
    ...(wanted.length > 0 ? [`asks for the advert of ${nodesOf(wanted, names)}`] : []),
  ];
}

/** What a leaf asks. */
export function questionWords({ ids, nodes }: Question, names: Names): string {
  return `asks where ${listed([...ids.map((id) => names.id(id)), ...inOrder(nodes, names, "")])} is`;
}

/** What a leaf is told. */
export function answerWords({ peers }: Answer, names: Names): string {
  return `says: ${peers.map((peer) => whereaboutsWords(peer, names)).join(", ")}`;
}

function whereaboutsWords({ id, node, present, hops }: Whereabouts, names: Names): string {
  if (node === 0n) return `nobody is ${names.id(id)}`;
  if (id === 0n) return `${names.node(node)} is nobody`;
  const where = !present ? "is away" : hops === 0 ? "is here" : `is there (${hops} ${hops === 1 ? "hop" : "hops"})`;
  return `${names.node(node)}, who is ${names.id(id)}, ${where}`;
}

function nodesOf(nodes: readonly bigint[], names: Names): string {
  return listed(inOrder(nodes, names, ""));
}

function inOrder(nodes: readonly bigint[], names: Names, sign: string): readonly string[] {
  return nodes.map((node) => `${sign}${names.node(node)}`).sort();
}
