import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Handshake, protocolVersion, type Answer } from "../../src/core/handshake.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import {
  ConfirmSchema,
  GoodbyeReason,
  Grant,
  HelloSchema,
  WelcomeSchema,
  type Confirm,
  type Hello,
  type Welcome,
} from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { seededEntropy } from "../world/entropy.ts";

const dialler = fakePeer(1);
const acceptor = fakePeer(2);
const plain: Answer = { id: 2n, assignedId: 9n, grant: Grant.UNSPECIFIED, reason: "" };

function handshakeOf(seed: number, salt = ""): Handshake {
  return new Handshake({
    signer: fakePeer(seed).signer,
    entropy: seededEntropy(`${seed}${salt}`),
    limits: defaultLimits,
    features: ["custody"],
    incarnation: BigInt(seed + 4),
  });
}

function helloOf(from: Handshake): Hello {
  return create(HelloSchema, from.hello(0n, 5n));
}

function welcomeOf(from: Handshake): Welcome {
  return create(WelcomeSchema, from.welcome(plain));
}

/** A dialler and an acceptor that have greeted each other. */
function met(): { readonly a: Handshake; readonly b: Handshake; readonly welcome: Welcome } {
  const a = handshakeOf(1);
  const b = handshakeOf(2);
  expect(b.heard(helloOf(a))).toBeUndefined();
  return { a, b, welcome: welcomeOf(b) };
}

function confirmOf(proof: unknown): Confirm {
  if (!(proof instanceof Uint8Array)) throw new Error("the welcome was not accepted");
  return create(ConfirmSchema, { signature: proof });
}

test("two peers prove their keys to each other and know who is at the other end, and in which life", () => {
  const { a, b, welcome } = met();
  expect(b.confirmed(confirmOf(a.welcomed(welcome)))).toBeUndefined();
  const features = ["custody"];
  expect(a.neighbour).toEqual({ node: acceptor.node, key: acceptor.signer.publicKey, features, incarnation: 6n });
  expect(b.neighbour).toEqual({ node: dialler.node, key: dialler.signer.publicKey, features, incarnation: 5n });
});

test("hello and welcome say what they are given", () => {
  const { a, welcome } = met();
  expect(helloOf(a)).toMatchObject({ protocol: protocolVersion, id: 0n, desiredId: 5n, features: ["custody"] });
  expect(welcome).toMatchObject({ id: 2n, assignedId: 9n, grant: Grant.UNSPECIFIED, reason: "" });
});

test("nobody is known before the first frame", () => {
  expect(handshakeOf(1).neighbour).toBeUndefined();
});

test("a welcome recorded on another link proves nothing: the nonce is this link's (invariant 1)", () => {
  const { welcome } = met();
  expect(handshakeOf(1, "again").welcomed(welcome)).toMatchObject({ reason: GoodbyeReason.PROTOCOL });
});

test("a confirm recorded on another link proves nothing (invariant 1)", () => {
  const { a, welcome } = met();
  const recorded = confirmOf(a.welcomed(welcome));
  const b = handshakeOf(2, "again");
  expect(b.heard(helloOf(a))).toBeUndefined();
  expect(b.confirmed(recorded)).toMatchObject({ reason: GoodbyeReason.PROTOCOL });
});

test("whoever says another's key without holding it is refused, on either side (invariant 1)", () => {
  const { a, b, welcome } = met();
  expect(a.welcomed({ ...welcome, key: fakePeer(3).signer.publicKey })).toMatchObject({
    reason: GoodbyeReason.PROTOCOL,
  });
  expect(b.confirmed(create(ConfirmSchema, { signature: fakePeer(3).signer.sign(new Uint8Array(9)) }))).toMatchObject({
    reason: GoodbyeReason.PROTOCOL,
  });
});

test("a proof that is missing or cut short is a refusal, not an exception", () => {
  const { a, b, welcome } = met();
  expect(a.welcomed({ ...welcome, signature: new Uint8Array() })).toMatchObject({ reason: GoodbyeReason.PROTOCOL });
  expect(b.confirmed(create(ConfirmSchema, {}))).toMatchObject({ reason: GoodbyeReason.PROTOCOL });
});

test("the acceptor's own proof, reflected, does not pass for the dialler's (invariant 2)", () => {
  const { b, welcome } = met();
  expect(b.confirmed(create(ConfirmSchema, { signature: welcome.signature }))).toMatchObject({
    reason: GoodbyeReason.PROTOCOL,
  });
});

test("a confirm before any hello is refused", () => {
  expect(handshakeOf(2).confirmed(create(ConfirmSchema, {}))).toMatchObject({ reason: GoodbyeReason.PROTOCOL });
});

test("a peer recognises itself, as dialler and as acceptor", () => {
  const a = handshakeOf(1);
  const itself = handshakeOf(1, "other link");
  expect(itself.heard(helloOf(a))).toMatchObject({ reason: GoodbyeReason.SELF });
  expect(a.welcomed({ ...met().welcome, key: dialler.signer.publicKey })).toMatchObject({ reason: GoodbyeReason.SELF });
});

test("another protocol version is refused with both versions named, whatever else the frame says", () => {
  const hello = { ...helloOf(handshakeOf(1)), protocol: 2, key: new Uint8Array() };
  const refusal = handshakeOf(2).heard(hello);
  expect(refusal).toEqual({ reason: GoodbyeReason.VERSION, message: "this peer speaks protocol 1, the other 2" });
});

test.each([
  ["an empty key", { key: new Uint8Array() }],
  ["a long key", { key: new Uint8Array(33) }],
  ["an empty nonce", { nonce: new Uint8Array() }],
  ["a short nonce", { nonce: new Uint8Array(31) }],
])("%s is refused", (_, wrong) => {
  const handshake = handshakeOf(2);
  expect(handshake.heard({ ...helloOf(handshakeOf(1)), ...wrong })).toMatchObject({ reason: GoodbyeReason.PROTOCOL });
  expect(handshake.neighbour).toBeUndefined();
});

test("what is kept of a greeting is bounded in number and size of features", () => {
  const { advertListMax, advertTextBytesMax } = defaultLimits;
  const many = Array.from({ length: advertListMax + 5 }, (_, index) => `feature ${index}`);
  const b = handshakeOf(2);
  b.heard({ ...helloOf(handshakeOf(1)), features: many });
  expect(b.neighbour?.features).toEqual(many.slice(0, advertListMax));
  b.heard({ ...helloOf(handshakeOf(1)), features: ["x".repeat(advertTextBytesMax + 1), "custody"] });
  expect(b.neighbour?.features).toEqual(["custody"]);
});

test("what is kept of a greeting does not point into its frame", () => {
  const hello = helloOf(handshakeOf(1));
  const b = handshakeOf(2);
  b.heard(hello);
  hello.key.fill(0);
  expect(b.neighbour?.key).toEqual(dialler.signer.publicKey);
});
