import { expect, test } from "vitest";
import { AddressBooks } from "../../../src/bridges/udp-chat/address-books.ts";
import type { ChatNode } from "../../../src/bridges/udp-chat/chat-node.ts";
import { Nodes } from "../../../src/bridges/udp-chat/nodes.ts";
import { chatNode } from "./chat-node.ts";

/** Nodes with the ids 1, 2... that nobody has introduced. */
function scene(count: number) {
  const nodes = new Nodes();
  const all = Array.from({ length: count }, (_, index) => {
    const { node } = chatNode({ id: `${index + 1}`, user: `user ${index}`, address: `127.0.0.1:${5_000 + index}` });
    nodes.add(node);
    return node;
  });
  const books = new AddressBooks(nodes);
  /** Whom each reaches. */
  const reached = (): readonly string[] =>
    all.map((node) => all.flatMap((other) => (other !== node && books.reaches(node, other) ? [other.id] : [])).join());
  const fetches = (by: number, newcomer: number): void => books.fetched(nodeAt(all, by), `${newcomer}`);
  return { books, reached, fetches, node: (number: number) => nodeAt(all, number) };
}

function nodeAt(all: readonly ChatNode[], number: number): ChatNode {
  const node = all[number - 1];
  if (node === undefined) throw new Error("no such node");
  return node;
}

test("a newcomer that is fetched knows all that the one who fetched it knows, and these know it", () => {
  const { reached, fetches } = scene(3);
  expect(reached()).toEqual(["", "", ""]);
  fetches(1, 2);
  expect(reached()).toEqual(["2", "1", ""]);
  fetches(2, 3);
  expect(reached()).toEqual(["2,3", "1,3", "1,2"]);
});

test("who knows the same third one does not know the other", () => {
  const { reached, fetches } = scene(3);
  fetches(2, 3);
  fetches(1, 2);
  expect(reached()).toEqual(["2", "1,3", "2"]);
});

test("who was shown another one at its front first has it there, until it is told of its address", () => {
  const { books, reached, fetches, node } = scene(3);
  books.shown(node(1), "2");
  books.shown(node(1), "2");
  books.told(node(2), ["1"]);
  expect(reached()).toEqual(["", "1", ""]);
  fetches(1, 3);
  expect(reached()).toEqual(["3", "1", "1"]);
  books.told(node(1), ["2"]);
  expect(reached()).toEqual(["2,3", "1", "1"]);
});

test("a program that signs in again where it was knows whom it knew; another one knows nobody", () => {
  const { books, fetches, node } = scene(2);
  fetches(1, 2);
  const again = chatNode({ id: "1" }).node;
  expect(books.reaches(again, node(2))).toBe(false);
  books.inherit(again, node(1));
  expect(books.reaches(again, node(2))).toBe(true);
});
