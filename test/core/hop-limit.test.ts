import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { everyone } from "../../src/core/everyone.ts";
import { bodyOf, readHeader, writeEnvelope, type Header } from "../../src/core/header.ts";
import { emptied, handedOn, isBeyond } from "../../src/core/hop-limit.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { encodePreface, readPreface } from "../../src/core/preface.ts";

const reached = { after: [{ epoch: 8n, number: 3 }], lamport: 4 };

function envelopeOf(hopsLeft: number, hopLimit: number, body: Uint8Array = encodeText("hi")): Uint8Array {
  const names = { origin: 2n, epoch: 7n, conversation: everyone, number: 1, attempt: 0, floor: 0, begin: 0 };
  const header = { ...names, hopsLeft, destinations: [], destinationKeys: [], sentAtMs: 5, ttlMs: 6 };
  return writeEnvelope(header, Uint8Array.from([...encodePreface(reached, hopLimit), ...body]));
}

function partsOf(envelope: Uint8Array) {
  const header = readHeader(envelope, 0);
  const body = bodyOf(envelope);
  const preface = readPreface(body);
  if (typeof header === "string" || typeof preface === "string") throw new Error("malformed");
  return { header, body, preface };
}

/** The hops left, and whether there is a body. */
function wordsOf(envelope: Uint8Array | undefined): string {
  if (envelope === undefined) return "as it is";
  const { header, preface }: { header: Header; preface: unknown } = partsOf(envelope);
  expect(header).toMatchObject({ origin: 2n, epoch: 7n, conversation: everyone, number: 1, sentAtMs: 5 });
  expect(preface).toMatchObject(reached);
  return `${header.hopsLeft} left, ${header.bodyField === 0 ? "emptied" : "whole"}`;
}

test.each([
  ["whole, with a hop to make", 1, 2, "0 left, whole"],
  ["whole, with many", 9, 10, "8 left, whole"],
  ["whole, at the limit", 0, 2, "64 left, emptied"],
  ["its origin's own", 2, 2, "1 left, whole"],
  ["its origin's own, for neighbours", 1, 1, "0 left, whole"],
  ["of hops that nobody gave it", 60, 2, "1 left, whole"],
  ["without a limit", 0, 0, "as it is"],
])("what is kept %s is handed on so", (_, hopsLeft, hopLimit, words) => {
  expect(wordsOf(handedOn(envelopeOf(hopsLeft, hopLimit), defaultLimits))).toBe(words);
});

test("what is kept emptied is handed on like anything that no limit bounds", () => {
  expect(handedOn(envelopeOf(5, 2, new Uint8Array()), defaultLimits)).toBeUndefined();
});

test("handed on, it may have another time to live", () => {
  const onward = handedOn(envelopeOf(3, 4), defaultLimits, 99);
  expect(partsOf(onward ?? new Uint8Array()).header.ttlMs).toBe(99);
});

test("a body that no link takes is left out", () => {
  const large = envelopeOf(3, 4, encodeText("x".repeat(2_000)));
  expect(wordsOf(handedOn(large, { ...defaultLimits, frameBytesMax: 4_000 }))).toBe("64 left, emptied");
});

test("what is emptied keeps its header and its place in the causal order", () => {
  const { header, body, preface } = partsOf(envelopeOf(3, 4));
  const left = emptied(header, body, preface, 64);
  expect(wordsOf(left)).toBe("64 left, emptied");
  expect(partsOf(left).preface.hopLimit).toBe(4);
});

test.each([
  ["whole, with as many hops left as there are at most", [1, 2], encodeText("hi"), false],
  ["whole, at the end of its hops", [0, 1], encodeText("hi"), false],
  ["whole, with more hops left than a copy can have", [2, 2], encodeText("hi"), true],
  ["whole, with all hops, from a peer that does not know of limits", [64, 3], encodeText("hi"), true],
  ["emptied", [0, 2], new Uint8Array(), true],
  ["emptied, and not limited", [0, 0], new Uint8Array(), false],
  ["a limit above all that there may be", [3, 2 ** 32 - 1], encodeText("hi"), false],
] as const)("of what came %s it is told whether that is beyond", (_, [hopsLeft, hopLimit], body, beyond) => {
  const { header, preface } = partsOf(envelopeOf(hopsLeft, hopLimit, body));
  expect(isBeyond(header, preface)).toBe(beyond);
});
