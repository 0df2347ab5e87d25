import { expect, test } from "vitest";
import { create, fromBinary } from "@bufbuild/protobuf";
import { Effects } from "../../src/core/effects.ts";
import { Greeter } from "../../src/core/greeter.ts";
import type { Answer, Handshake, Refusal } from "../../src/core/handshake.ts";
import type { Holder } from "../../src/core/holder.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { FrameSchema, GoodbyeReason, Grant, HelloSchema, type Frame } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { frameBytes, framesOf } from "../world/frames.ts";
import { handshakeOf, openLink } from "../world/link-parts.ts";

type FrameInit = Parameters<typeof frameBytes>[0];
type FakeHolder = Pick<Holder, "answer" | "answered" | "askedByPeerWithoutId">;

const answer: Answer = { id: 1n, assignedId: 9n, grant: Grant.UNSPECIFIED, reason: "" };

/** A greeter of peer 1, whose holder answers as told. */
class Rig {
  readonly effects = new Effects();
  readonly links = new Links(defaultLimits, fakePeer(1).node);
  readonly greeter: Greeter;
  readonly up: number[] = [];
  readonly refused: Refusal[] = [];
  readonly askedBy: bigint[] = [];
  readonly answered: bigint[] = [];
  answer: Answer | undefined = answer;
  unwanted: Refusal | undefined;

  constructor() {
    const holder: FakeHolder = {
      answer: () => this.answer,
      answered: ({ assignedId }) => this.answered.push(assignedId),
      askedByPeerWithoutId: (node) => node !== undefined && this.askedBy.push(node),
    };
    this.greeter = new Greeter({
      effects: this.effects,
      links: this.links,
      holder: holder as Holder,
      unwanted: () => this.unwanted,
      up: (link) => this.up.push(link.number),
      refuse: (_, refusal) => this.refused.push(refusal),
    });
  }

  hear(link: Link, frame: FrameInit): void {
    this.greeter.frame(link, fromBinary(FrameSchema, frameBytes(frame)).frame, 0);
  }

  sent(): readonly Frame["frame"][] {
    return framesOf(this.effects.take());
  }
}

function helloOf(from: Handshake, ids: { id?: bigint; desiredId?: bigint } = {}): FrameInit {
  return { case: "hello", value: from.hello(ids.id ?? 0n, ids.desiredId ?? 0n) };
}

test("an accepted link goes from Hello by Welcome to Confirm", () => {
  const rig = new Rig();
  const far = handshakeOf(2);
  const link = openLink(rig.links, { number: 1 });
  rig.hear(link, helloOf(far, { desiredId: 50n }));
  expect(link).toMatchObject({ state: "parked", asked: { id: 0n, desiredId: 50n } });
  expect(rig.sent()).toEqual([]);
  rig.greeter.welcome(link, 0);
  expect(link.state).toBe("welcomed");
  const [welcome] = rig.sent();
  if (welcome?.case !== "welcome") throw new Error("a welcome was to be sent");
  expect(welcome.value).toMatchObject({ id: 1n, assignedId: 9n });
  const proof = far.welcomed(welcome.value);
  if (!(proof instanceof Uint8Array)) throw new Error("the welcome was to be accepted");
  rig.hear(link, { case: "confirm", value: { signature: proof } });
  expect(rig.up).toEqual([1]);
  expect(rig.refused).toEqual([]);
});

test("a dialled link confirms the Welcome before anything else, and the answer is taken before the link is up", () => {
  const rig = new Rig();
  const far = handshakeOf(2);
  const link = openLink(rig.links, { number: 1, address: "127.0.0.1:8082" });
  far.heard(create(HelloSchema, link.handshake.hello(0n, 0n)));
  rig.hear(link, { case: "welcome", value: far.welcome(answer) });
  expect(rig.sent().map((frame) => frame.case)).toEqual(["confirm"]);
  expect(rig.answered).toEqual([9n]);
  expect(rig.up).toEqual([1]);
});

test("a parked Hello waits while there is no answer for it", () => {
  const rig = new Rig();
  rig.answer = undefined;
  const link = openLink(rig.links, { number: 1 });
  rig.hear(link, helloOf(handshakeOf(2)));
  rig.greeter.welcome(link, 0);
  expect(link.state).toBe("parked");
  expect(rig.links.parked().size).toBe(1);
  rig.answer = answer;
  rig.greeter.welcome(link, 0);
  expect(rig.links.parked().size).toBe(0);
});

test("a link that has said nothing is not welcomed", () => {
  const rig = new Rig();
  rig.greeter.welcome(openLink(rig.links, { number: 1 }), 0);
  expect(rig.sent()).toEqual([]);
});

test("who asks without holding an id for good is noticed: without one, or with a wish for another", () => {
  const rig = new Rig();
  const asked = [{}, { desiredId: 50n }, { id: 7n, desiredId: 50n }, { id: 7n }];
  for (const [number, ids] of asked.entries())
    rig.hear(openLink(rig.links, { number }), helloOf(handshakeOf(number + 2), ids));
  expect(rig.askedBy).toEqual([2, 3, 4].map((seed) => fakePeer(seed).node));
});

test.each([
  ["the id it holds", { id: 2n ** 63n }],
  ["its wish", { desiredId: 2n ** 64n - 1n }],
])("a Hello is refused when %s is above 2^63-1", (_, ids) => {
  const rig = new Rig();
  const link = openLink(rig.links, { number: 1 });
  rig.hear(link, helloOf(handshakeOf(2), ids));
  expect(rig.refused).toEqual([{ reason: GoodbyeReason.PROTOCOL, message: "an id is above 2^63-1" }]);
  expect(rig.links.parked().size).toBe(0);
});

test("a Hello of this very peer is refused as such, and asks for nothing", () => {
  const rig = new Rig();
  rig.hear(openLink(rig.links, { number: 1 }), helloOf(handshakeOf(1)));
  expect(rig.refused).toMatchObject([{ reason: GoodbyeReason.SELF }]);
  expect(rig.askedBy).toEqual([]);
});

test("a forged Welcome is refused before its answer is heard", () => {
  const rig = new Rig();
  const far = handshakeOf(2);
  far.heard(create(HelloSchema, handshakeOf(1).hello(0n, 0n)));
  const link = openLink(rig.links, { number: 1, address: "127.0.0.1:8082" });
  rig.hear(link, { case: "welcome", value: far.welcome(answer) });
  expect(rig.refused).toMatchObject([{ reason: GoodbyeReason.PROTOCOL }]);
  expect(rig.answered).toEqual([]);
  expect(rig.up).toEqual([]);
});

test.each<[string, "greeting" | "parked" | "welcomed", boolean, FrameInit]>([
  ["a Hello on a dialled link", "greeting", true, helloOf(handshakeOf(2))],
  ["a second Hello", "parked", false, helloOf(handshakeOf(2))],
  ["a Hello after the Welcome", "welcomed", false, helloOf(handshakeOf(2))],
  ["a Welcome on an accepted link", "greeting", false, { case: "welcome", value: {} }],
  ["a Confirm before the Welcome", "parked", false, { case: "confirm", value: {} }],
  ["a Confirm on a dialled link", "greeting", true, { case: "confirm", value: {} }],
  ["a false Confirm", "welcomed", false, { case: "confirm", value: {} }],
  ["a ping", "welcomed", false, { case: "ping", value: { nonce: 1n } }],
  ["an advert", "greeting", true, { case: "adverts", value: {} }],
  ["a digest", "parked", false, { case: "digest", value: {} }],
])("%s ends the handshake", (_, state, dialled, frame) => {
  const rig = new Rig();
  const link = openLink(rig.links, { number: 1, ...(dialled ? { address: "127.0.0.1:8082" } : {}) });
  if (state !== "greeting") rig.hear(link, helloOf(handshakeOf(2)));
  if (state === "welcomed") rig.greeter.welcome(link, 0);
  expect(link.state).toBe(state);
  rig.hear(link, frame);
  expect(rig.refused).toMatchObject([{ reason: GoodbyeReason.PROTOCOL }]);
  expect(rig.up).toEqual([]);
});

test("a frame of a kind unknown here ends the handshake too", () => {
  const rig = new Rig();
  rig.greeter.frame(openLink(rig.links, { number: 1 }), fromBinary(FrameSchema, new Uint8Array()).frame, 0);
  expect(rig.refused).toEqual([
    { reason: GoodbyeReason.PROTOCOL, message: "an unknown frame is not what the handshake waits for" },
  ]);
});

test("whoever is not wanted is refused once it said Hello, and asks for nothing", () => {
  const rig = new Rig();
  const refusal = { reason: GoodbyeReason.LIMIT, message: "no room" };
  rig.unwanted = refusal;
  rig.hear(openLink(rig.links, { number: 1 }), helloOf(handshakeOf(2)));
  expect(rig.refused).toEqual([refusal]);
  expect([rig.links.parked().size, rig.askedBy]).toEqual([0, []]);
});
