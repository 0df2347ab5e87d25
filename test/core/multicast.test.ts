import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody, encodeRare, encodeText } from "../../src/core/body.ts";
import { bodyOf, readHeader, redirect, writeEnvelope, type Header } from "../../src/core/header.ts";
import { joinOf } from "../../src/core/join.ts";
import { encodeMulticast, unfold, type MulticastLine } from "../../src/core/multicast.ts";
import { encodePreface } from "../../src/core/preface.ts";
import { headerOf } from "./room.ts";

const anyWhole = fc.oneof(fc.integer({ min: 1 }), fc.constantFrom(1, 2 ** 32, 2 ** 53 - 1));
const anyLine = fc.record({
  conversation: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
  number: anyWhole,
  attempt: fc.nat(2 ** 32 - 1),
  floor: fc.oneof(fc.constant(0), anyWhole),
  begin: fc.oneof(fc.constant(0), anyWhole),
});
const anyLines: fc.Arbitrary<readonly MulticastLine[]> = fc
  .array(anyLine, { minLength: 1, maxLength: 8 })
  .map((lines) => lines.map((line, index) => ({ ...line, node: BigInt(index + 100) })));
const anyBody = fc
  .tuple(fc.boolean(), fc.string({ unit: "grapheme" }))
  .map(([isAfter, text]) =>
    joinOf(
      isAfter ? encodePreface({ after: [{ epoch: 7n, number: 3 }], lamport: 9 }) : new Uint8Array(),
      encodeText(text),
    ),
  );

const common = { hopsLeft: 20, origin: 1n, epoch: 0xe1n, sentAtMs: 5, ttlMs: 1_000 };

/** The envelope to all of them. */
function multicast(lines: readonly MulticastLine[], body: Uint8Array): Uint8Array {
  const plain = { ...common, conversation: 0n, number: 77, attempt: 0, floor: 0, begin: 0 };
  const destinations = lines.map(({ node }) => node + 1_000n);
  return writeEnvelope(
    { ...plain, destinations, destinationKeys: lines.map(({ node }) => node) },
    encodeMulticast(lines, body),
  );
}

/** What the target makes of an envelope that arrives. */
function taken(envelope: Uint8Array, node: bigint): ReturnType<typeof unfold> {
  const body = decodeBody(bodyOf(envelope));
  if (typeof body === "string" || body.kind !== "multicast") throw new Error("this is no multicast");
  return unfold(body.bytes, headerOf(envelope), node);
}

/** All of a header but for whom the envelope is, and how far it may go. */
function own({ destinations: _, destinationKeys: __, hopsLeft: ___, ...rest }: Header): Partial<Header> {
  return rest;
}

test("each target gets the envelope that it would have got alone, however forwarders split what is on its way", () => {
  fc.assert(
    fc.property(anyLines, anyBody, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), (lines, body, ways) => {
      const whole = multicast(lines, body);
      for (const way of [0, 1, 2, 3]) {
        const split = lines.filter((_, index) => ways[index] === way);
        if (split.length === 0) continue;
        const destinations = split.map(({ node }) => node + 1_000n);
        const header = { ...headerOf(whole), hopsLeft: 3 };
        const onward = redirect(
          whole,
          header,
          destinations,
          split.map(({ node }) => node),
        );
        for (const { node, ...line } of split) {
          const alone = writeEnvelope(
            { ...common, ...line, destinations: [node + 1_000n], destinationKeys: [node] },
            body,
          );
          const got = taken(onward, node);
          expect(got && own(got.header)).toEqual(own(headerOf(alone)));
          expect(got && own(headerOf(got.envelope))).toEqual(own(headerOf(alone)));
          expect(got && bodyOf(got.envelope)).toEqual(bodyOf(alone));
        }
      }
    }),
  );
});

test("who has no line in it takes nothing of it", () => {
  const [line] = [{ node: 5n, conversation: 1n, number: 1, attempt: 0, floor: 1, begin: 0 }];
  expect(taken(multicast([line], encodeText("hi")), 6n)).toBeUndefined();
});

test("no bytes make it throw, and what it gives can be read", () => {
  const header = headerOf(multicast([], encodeText("hi")));
  const anyMulticast = fc
    .tuple(anyLines, fc.uint8Array({ maxLength: 50 }))
    .map(([lines, body]) => decodeBody(encodeMulticast(lines, body)))
    .map((body) => (typeof body !== "string" && body.kind === "multicast" ? body.bytes : new Uint8Array()));
  const cut = fc.tuple(anyMulticast, fc.nat(400)).map(([bytes, at]) => bytes.subarray(0, at));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), anyMulticast, cut), (bytes) => {
      const got = unfold(bytes, header, 100n);
      // The body is a stranger's: what it does to the envelope shows when that is read.
      if (got !== undefined) expect(["string", "object"]).toContain(typeof readHeader(got.envelope, 1_024));
    }),
    { numRuns: 500 },
  );
});

test("a line without a conversation, or with a number that cannot be counted to, is none", () => {
  const line = { node: 5n, conversation: 1n, number: 1, attempt: 0, floor: 1, begin: 0 };
  expect(taken(multicast([line], encodeText("hi")), 5n)).toBeDefined();
  expect(taken(multicast([{ ...line, conversation: 0n }], encodeText("hi")), 5n)).toBeUndefined();
  for (const field of ["number", "floor", "begin"] as const)
    expect(taken(multicast([{ ...line, [field]: 2 ** 53 }], encodeText("hi")), 5n)).toBeUndefined();
});

test("a multicast within a multicast is a body like any other, and nobody unfolds it", () => {
  const line = { node: 5n, conversation: 1n, number: 1, attempt: 0, floor: 1, begin: 0 };
  const got = taken(multicast([line], encodeRare("multicast", new Uint8Array())), 5n);
  expect(got?.header.bodyField).toBe(23);
});
