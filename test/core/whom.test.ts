import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { idMax } from "../../src/core/ids.ts";
import { wordsFor } from "../../src/core/namesakes.ts";
import { lookUp, parseWhom, type Found, type Named } from "../../src/core/whom.ts";
import { anyText } from "./text-arbitrary.ts";

const peer = (id: bigint, name: string, left = false): Named => ({ id, name, left });

/** Looks for a typed word that is no id, and tells the ids found. */
function find(word: string, peers: readonly Named[]): readonly bigint[] | Found<Named> {
  const whom = parseWhom(word);
  if (whom.kind === "id") throw new Error(`${word} is an id`);
  const found = lookUp(whom, peers);
  if (found.kind === "none") return found;
  return found.kind === "one" ? [found.peer.id] : found.peers.map(({ id }) => id);
}

test.each([
  ["77252666718255106", { kind: "id", id: 77252666718255106n }],
  ["007", { kind: "id", id: 7n }],
  ["ali", { kind: "name", name: "ali", digits: "" }],
  ["3com", { kind: "name", name: "3com", digits: "" }],
  ["1.5", { kind: "name", name: "1.5", digits: "" }],
  ["ali@106", { kind: "name", name: "ali", digits: "106" }],
  ["ali@home", { kind: "name", name: "ali@home", digits: "" }],
  ["ali@7@106", { kind: "name", name: "ali@7", digits: "106" }],
  ["@106", { kind: "name", name: "@106", digits: "" }],
  ["Ali Reza", { kind: "name", name: "Ali Reza", digits: "" }],
  ['"Ali Reza"', { kind: "name", name: "Ali Reza", digits: "" }],
  ['"Ali Reza"@106', { kind: "name", name: "Ali Reza", digits: "106" }],
  ['"77"', { kind: "name", name: "77", digits: "" }],
  ['"ali@106"', { kind: "name", name: "ali@106", digits: "" }],
  [String.raw`"a\"b\\c"`, { kind: "name", name: String.raw`a"b\c`, digits: "" }],
  ['"open', { kind: "name", name: '"open', digits: "" }],
  ["", { kind: "name", name: "", digits: "" }],
])("%j means %o", (word, whom) => {
  expect(parseWhom(word)).toEqual(whom);
});

test.each(["0", "-5", "+5", "9223372036854775808", "9".repeat(100_000)])("%.20s is a number and no id", (word) => {
  expect(() => parseWhom(word)).toThrow(expect.objectContaining({ code: "bad-id" }));
});

describe("looking for a name", () => {
  const mesh = [peer(5n, "ali"), peer(6n, "Bob"), peer(7n, ""), peer(8n, "Zoe\u0308")];

  test("who has it is found, also in other letters of the same", () => {
    expect(find("ali", mesh)).toEqual([5n]);
    expect(find("ALI", mesh)).toEqual([5n]);
    expect(find("zoë", mesh)).toEqual([8n]);
  });

  test("who has it exactly comes before who has it nearly", () => {
    const both = [peer(5n, "ali"), peer(6n, "Ali")];
    expect(find("Ali", both)).toEqual([6n]);
    expect(find("ali", both)).toEqual([5n]);
    expect(find("ALI", both)).toEqual([5n, 6n]);
  });

  test("digits after @ tell namesakes apart, and a whole id means no other that ends so", () => {
    const namesakes = [peer(1_106n, "ali"), peer(2_105n, "ali"), peer(106n, "ali"), peer(9_107n, "bob")];
    expect(find("ali", namesakes)).toEqual([1_106n, 2_105n, 106n]);
    expect(find("ali@105", namesakes)).toEqual([2_105n]);
    expect(find("ALI@105", namesakes)).toEqual([2_105n]);
    expect(find("ali@106", namesakes)).toEqual([106n]);
    expect(find("ali@6", namesakes)).toEqual([1_106n, 106n]);
    expect(find("ali@107", namesakes)).toMatchObject({ kind: "none" });
  });

  test("digits choose among those who have it nearly when none who has it exactly ends so", () => {
    expect(find("ali@106", [peer(105n, "ali"), peer(106n, "Ali")])).toEqual([106n]);
  });

  test("who has left counts only while nobody who is about has the name", () => {
    const returned = [peer(5n, "ali", true), peer(6n, "ali"), peer(7n, "bob", true)];
    expect(find("ali", returned)).toEqual([6n]);
    expect(find("ali@5", returned)).toEqual([5n]);
    expect(find("bob", returned)).toEqual([7n]);
  });

  test("nobody is found by an empty name", () => {
    expect(find("", mesh)).toEqual({ kind: "none", near: [] });
    expect(find('""', mesh)).toEqual({ kind: "none", near: [] });
  });

  test("names that were perhaps meant are named: longer ones first, then those a slip away; three at most", () => {
    expect(find("al", mesh)).toEqual({ kind: "none", near: ["ali"] });
    expect(find("bbo", mesh)).toEqual({ kind: "none", near: ["Bob"] });
    expect(find("stranger", mesh)).toEqual({ kind: "none", near: [] });
    const many = Array.from({ length: 9 }, (_, index) => peer(BigInt(index + 1), `anna ${index}`));
    expect(find("anna", many)).toMatchObject({ near: ["anna 0", "anna 1", "anna 2"] });
  });

  test("a word of a million letters is nobody, at once", () => {
    expect(find("a".repeat(1_000_000), mesh)).toEqual({ kind: "none", near: [] });
    expect(find(`"${'\\"'.repeat(500_000)}"`, mesh)).toMatchObject({ kind: "none" });
  });
});

const ids = fc.bigInt({ min: 1n, max: idMax });
const names = fc.oneof(anyText, ids.map(String), fc.constantFrom("ali", "Ali", "ali@106", "*"));

test("no name, whatever it is, is taken for an id, and what is not a number never is one", () => {
  fc.assert(
    fc.property(ids, names, ids, (typed, name, stranger) => {
      expect(parseWhom(`${typed}`)).toEqual({ kind: "id", id: typed });
      const whom = parseWhom(`"${name.replace(/["\\]/g, "\\$&")}"`);
      expect(whom).toEqual({ kind: "name", name, digits: "" });
      expect(find("ali", [peer(5n, "ali"), peer(stranger, `${name} `)])).toEqual([5n]);
    }),
  );
});

test("the word made for a peer finds it and no other", () => {
  const showable = names.filter((name) => /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(name));
  const meshes = fc.uniqueArray(fc.record({ id: ids, name: showable }), { selector: ({ id }) => id, minLength: 1 });
  fc.assert(
    fc.property(meshes, (mesh) => {
      const peers = mesh.map(({ id, name }) => peer(id, name));
      for (const [index, word] of wordsFor(peers).entries()) expect(find(word, peers)).toEqual([peers[index]?.id]);
    }),
  );
});
