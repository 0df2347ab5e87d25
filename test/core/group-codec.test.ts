import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody } from "../../src/core/body.ts";
import {
  decodeGroupLetter,
  encodeGroupLetter,
  readMembers,
  wireMembership,
  type LetterContent,
} from "../../src/core/group-codec.ts";
import { idMax } from "../../src/core/ids.ts";
import { Membership, memberStates, versionMax } from "../../src/core/membership.ts";
import {
  GroupMessageSchema,
  MembershipSchema,
  MemberState,
  type GroupMessage,
} from "../../src/gen/e3/v1/envelope_pb.ts";
import { anyText } from "./text-arbitrary.ts";

const anyId = fc.oneof(fc.bigInt({ min: 1n, max: idMax }), fc.constantFrom(1n, idMax));
const anySum = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const anyNumber = fc.oneof(fc.integer({ min: 1 }), fc.constantFrom(1, 2 ** 53 - 1));
const plain = { group: 9n, number: 1, sum: 5n, recipients: 3 };

/** What arrives of a letter; a string says what its body is instead. */
function sent(letter: typeof plain, content: LetterContent): GroupMessage["content"] | string {
  const body = decodeBody(encodeGroupLetter({ ...letter, content }));
  if (typeof body === "string" || body.kind !== "group") return "no letter";
  const { content: read, ...rest } = decodeGroupLetter(body.bytes) ?? { content: undefined };
  expect(rest).toEqual(letter);
  return read ?? "nothing";
}

test("a letter arrives as it was written: its place, and its text byte for byte, a leading mark included", () => {
  const anyContent = fc.oneof(
    anyText,
    anyText.map((text) => `\ufeff${text}`),
    fc.constant(""),
  );
  const anyPlace = fc.record({ group: anyId, number: anyNumber, sum: anySum, recipients: fc.nat(2 ** 32 - 1) });
  fc.assert(
    fc.property(anyPlace, anyContent, (place, value) => {
      expect(sent(place, { case: "text", value })).toEqual({ case: "text", value });
    }),
  );
});

test("data arrives with its type, and a membership with its members", () => {
  const data = { contentType: "image/png", data: Uint8Array.of(1, 2, 3) };
  expect(sent(plain, { case: "data", value: data })).toMatchObject({ case: "data", value: data });
  const membership = new Membership().with(1n, "joined").with(2n, "invited", 1n).with(3n, "left").with(4n, "rejected");
  const read = sent(plain, { case: "membership", value: wireMembership("team", membership) });
  if (typeof read === "string" || read.case !== "membership") throw new Error("no membership arrived");
  expect([read.value.name, readMembers(read.value)]).toEqual(["team", membership.members]);
});

test("no bytes make the decoder throw, and what it takes has a place and a content", () => {
  const wellFormed = fc
    .record({ group: anySum, number: anySum, text: anyText })
    .map(({ group, number, text }) =>
      toBinary(
        GroupMessageSchema,
        create(GroupMessageSchema, { group, number, content: { case: "text", value: text } }),
      ),
    );
  const cut = fc.tuple(wellFormed, fc.nat(60)).map(([bytes, at]) => bytes.subarray(0, at));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), wellFormed, cut), (bytes) => {
      const letter = decodeGroupLetter(bytes);
      if (letter === undefined) return;
      expect(letter.group > 0n && letter.group <= idMax).toBe(true);
      expect(letter.number > 0 && Number.isSafeInteger(letter.number)).toBe(true);
      expect(letter.content.case).toBeDefined();
    }),
    { numRuns: 500 },
  );
});

test("a letter without group, number or content, with an id that nobody can have, or of no UTF-8, is none", () => {
  const text = { case: "text", value: "hi" } as const;
  const bytes = (message: Parameters<typeof create<typeof GroupMessageSchema>>[1]) =>
    decodeGroupLetter(toBinary(GroupMessageSchema, create(GroupMessageSchema, message)));
  expect(bytes({ group: 1n, number: 1n, content: text })).toBeDefined();
  expect(bytes({ number: 1n, content: text })).toBeUndefined();
  expect(bytes({ group: 1n, content: text })).toBeUndefined();
  expect(bytes({ group: 1n, number: 1n })).toBeUndefined();
  expect(bytes({ group: idMax + 1n, number: 1n, content: text })).toBeUndefined();
  expect(bytes({ group: 2n ** 64n - 1n, number: 1n, content: text })).toBeUndefined();
  expect(bytes({ group: 1n, number: 2n ** 53n, content: text })).toBeUndefined();
  const head = toBinary(GroupMessageSchema, create(GroupMessageSchema, { group: 1n, number: 1n }));
  expect(decodeGroupLetter(Uint8Array.from([...head, 0x22, 1, 0xff]))).toBeUndefined();
  expect(decodeGroupLetter(Uint8Array.from([...head, 0x22, 1, 0x41]))?.content).toEqual({ case: "text", value: "A" });
});

test("members that make no sense are left out, the others stand", () => {
  const wire = create(MembershipSchema, {
    members: [
      { id: 1n, state: MemberState.JOINED, version: 1 },
      { id: 0n, state: MemberState.JOINED, version: 1 },
      { id: idMax + 1n, state: MemberState.JOINED, version: 1 },
      { id: 2n, state: MemberState.UNSPECIFIED, version: 1 },
      { id: 3n, state: MemberState.LEFT, version: 0 },
      { id: 4n, state: MemberState.LEFT, version: versionMax },
      { id: 5n, state: MemberState.LEFT, version: versionMax + 1 },
    ],
  });
  expect(readMembers(wire).map(({ id }) => id)).toEqual([1n, 4n]);
});

test("whatever one may become by its own doing, all others can read", () => {
  fc.assert(
    fc.property(
      anyId,
      fc.constantFrom(...memberStates),
      fc.integer({ min: 1, max: versionMax }),
      (id, state, version) => {
        const membership = new Membership([{ id, state, version, invitedBy: 0n }]).with(id, state);
        const wire = create(MembershipSchema, wireMembership("", membership));
        expect(readMembers(wire)).toEqual(membership.members);
      },
    ),
  );
});
