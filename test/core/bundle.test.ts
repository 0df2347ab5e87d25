import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody, encodeBundle, encodeText } from "../../src/core/body.ts";
import { bodiesOf, bodyOfAll, nextTogether } from "../../src/core/bundle.ts";
import { Lane, type Entry } from "../../src/core/lane.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { envelopeOf, headerOf } from "./room.ts";

const texts = (count: number): Uint8Array[] => Array.from({ length: count }, (_, index) => encodeText(`${index}`));

function laneWith(entries: readonly Partial<Entry>[], limits: Partial<Limits> = {}): Lane {
  const lane = new Lane({ conversation: 1n, to: 5n, boundTo: 0n, next: 99 }, { ...defaultLimits, ...limits });
  for (const [index, fields] of entries.entries()) {
    const number = fields.number ?? index + 1;
    const body = encodeText(`${number}`);
    const page = { first: number, count: 1, left: 1 };
    const plain = {
      number,
      page,
      body,
      bytes: body.length,
      sentAtMs: 1,
      expiresAtMs: 9,
      custodians: new Set<bigint>(),
    };
    lane.entries.put(number, { ...plain, status: "accepted", attempts: 0, ...fields });
  }
  return lane;
}

/** Numbers of each envelope that leaves. */
function leaving(lane: Lane, limits: Partial<Limits> = {}): readonly (readonly number[])[] {
  const all: (readonly number[])[] = [];
  for (;;) {
    const together = nextTogether(lane, { ...defaultLimits, ...limits }, 0);
    if (together.length === 0) return all;
    all.push(together.map(({ number }) => number));
  }
}

test("messages of one instant leave together; another time, a gap, and a bound begin another envelope", () => {
  expect(leaving(laneWith([{}, {}, {}]))).toEqual([[1, 2, 3]]);
  expect(leaving(laneWith([{}, { sentAtMs: 2 }, { sentAtMs: 2, expiresAtMs: 10 }]))).toEqual([[1], [2], [3]]);
  expect(leaving(laneWith([{}, {}, { number: 5 }]))).toEqual([[1, 2], [5]]);
  expect(leaving(laneWith([{}, {}, {}]), { bundleCountMax: 2 })).toEqual([[1, 2], [3]]);
  const bundleBytesMax = 2 * encodeText("1").length;
  expect(leaving(laneWith([{}, {}, {}]), { bundleBytesMax })).toEqual([[1, 2], [3]]);
});

test("a bundle ends where the window does, and what did not leave does afterwards", () => {
  const lane = laneWith([{}, {}, {}], { windowCountMax: 2 });
  expect(leaving(lane)).toEqual([[1, 2]]);
  const entry = lane.entries.delete(1);
  lane.run.gone(1, entry ?? { bytes: 0 }, 0);
  expect(leaving(lane)).toEqual([[3]]);
});

test("one message leaves as itself, several as a bundle", () => {
  const [first, second] = [...laneWith([{}, {}]).entries.values()];
  if (first === undefined || second === undefined) throw new Error("two were put");
  expect(bodyOfAll([first])).toEqual(encodeText("1"));
  expect(decodeBody(bodyOfAll([first, second]))).toEqual({
    kind: "bundle",
    bodies: [encodeText("1"), encodeText("2")],
  });
});

test("the bodies of an envelope are its own, or those of its bundle, byte for byte", () => {
  fc.assert(
    fc.property(fc.array(fc.string().map(encodeText), { maxLength: 5 }), (bodies) => {
      const envelope = envelopeOf({ number: 7 }, encodeBundle(bodies));
      expect(bodiesOf(envelope, headerOf(envelope))).toEqual(bodies);
    }),
  );
  const alone = envelopeOf({ number: 7 });
  expect(bodiesOf(alone, headerOf(alone))).toEqual([encodeText("hi")]);
});

test("a bundle that is malformed, or counts beyond what numbers can be, has nothing in it", () => {
  const torn = envelopeOf({}, Uint8Array.of(0xa2, 0x01, 2, 0x0a, 5));
  expect(bodiesOf(torn, headerOf(torn))).toBeTypeOf("string");
  const beyond = envelopeOf({ number: 2 ** 53 - 1 }, encodeBundle(texts(2)));
  expect(bodiesOf(beyond, headerOf(beyond))).toContain("too large");
});
