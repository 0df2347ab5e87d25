import { randomBytes } from "node:crypto";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { type EnvelopeSchema, ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { AdvertSchema, type FrameSchema } from "../../src/gen/e3/v1/link_pb.ts";
import { nodeOf } from "./harness/raw-link.ts";
import { useSiege } from "./harness/siege.ts";

type EnvelopeInit = MessageInitShape<typeof EnvelopeSchema>;

// Everything here comes from a caller that has made a proper handshake with a key of its own.
const siege = useSiege();
const mib = 1_048_576;
const uint64Max = 2n ** 64n - 1n;
const uint32Max = 2 ** 32 - 1;

test("an honest stranger is welcome and its message arrives: so the attacks here fail for what is wrong with them", () =>
  siege().expectUnharmed(async (link, stranger) => {
    const { id, acceptor } = await link.join(stranger);
    link.advertise(stranger, { id, neighbours: [acceptor] });
    const { b } = siege();
    await b.until({ event: "peer", id: String(id), state: "up" });
    const text = "hello from a stranger";
    const header = { hopsLeft: 9, origin: id, epoch: 7n, conversation: 9n, number: 1n, floor: 1n, ttlMs: 60_000 };
    const envelope: EnvelopeInit = { ...header, destinations: [2n], body: { case: "text", value: text } };
    link.send({ case: "envelopes", value: { envelopes: [envelope] } });
    await b.until({ event: "message", from: String(id), text });
  }));

test("garbage ends the link", () =>
  siege().expectRefused(async (link, attacker) => {
    await link.join(attacker);
    link.sendBytes(Buffer.concat([Buffer.from([0x07]), randomBytes(1_000)]));
  }));

test("a frame over the limit ends the link", () =>
  siege().expectRefused(async (link, attacker) => {
    await link.join(attacker);
    link.sendBytes(Buffer.alloc(5 * mib));
  }));

test.each<readonly [what: string, frame: MessageInitShape<typeof FrameSchema>["frame"]]>([
  ["a second hello", { case: "hello", value: { protocol: 1, key: randomBytes(32), nonce: randomBytes(32) } }],
  ["a welcome from the side that dialled", { case: "welcome", value: { protocol: 1, id: 2n } }],
])("%s ends the link", (_, frame) =>
  siege().expectRefused(async (link, attacker) => {
    await link.join(attacker);
    link.send(frame);
  }),
);

test("a frame of a kind from the future is passed over, and the link lives", () =>
  siege().expectUnharmed(async (link, stranger) => {
    await link.join(stranger);
    link.sendBytes(Buffer.from([0xfa, 0x06, 0x03, 0x01, 0x02, 0x03])); // Field 111, three bytes.
    link.send({ case: "ping", value: { nonce: 97n } });
    await link.frames.until("a pong", ({ frame }) => frame.case === "pong" && frame.value.nonce === 97n);
  }));

test("an advert for another's id with a wrong signature changes nothing", () =>
  siege().expectUnharmed(async (link, attacker) => {
    await link.join(attacker);
    const victim = await link.advertOf(2n);
    const gone = { id: 2n, incarnation: victim.incarnation + 1n, version: 1n, claimedAtMs: 1n, left: true };
    const forged = toBinary(AdvertSchema, create(AdvertSchema, { ...gone, key: victim.key }));
    const usurped = toBinary(AdvertSchema, create(AdvertSchema, { ...gone, key: attacker.key }));
    const adverts = [
      { advert: forged, signature: randomBytes(64) },
      { advert: forged, signature: attacker.sign("e3 advert 1", forged) },
      { advert: forged, signature: new Uint8Array(0) },
      { advert: usurped, signature: randomBytes(64) },
      { advert: randomBytes(500), signature: randomBytes(64) },
    ];
    for (const advert of adverts) link.send({ case: "adverts", value: { adverts: [advert] } });
  }));

test("a change of another's links with a wrong signature changes nothing", () =>
  siege().expectUnharmed(async (link, attacker) => {
    await link.join(attacker);
    const { key, incarnation, version, neighbours } = await link.advertOf(2n);
    const change = { node: nodeOf(key), incarnation, version: version + 1n, unlinked: neighbours };
    link.send({ case: "adverts", value: { deltas: [{ ...change, signature: randomBytes(64) }] } });
  }));

test("a link that the other end denies carries nothing", () =>
  siege().expectUnharmed(async (link, attacker) => {
    const { id, acceptor } = await link.join(attacker);
    const { a, b } = siege();
    const victim = nodeOf((await link.advertOf(2n)).key);
    link.advertise(attacker, { id, neighbours: [acceptor, victim].toSorted((x, y) => (x < y ? -1 : 1)) });
    await a.until({ event: "peer", id: String(id), state: "up" });
    const since = b.events.end;
    a.say("2", "by the true road");
    await b.until({ event: "message", from: "1", text: "by the true road" }, { since });
  }));

test.each<readonly [what: string, change: EnvelopeInit]>([
  ["a hundred thousand destinations", { destinations: Array.from({ length: 100_000 }, (_, index) => BigInt(index)) }],
  ["no destination", { destinations: [] }],
  ["the largest numbers there are", { origin: uint64Max, epoch: uint64Max, number: uint64Max, floor: uint64Max }],
  ["a floor that gives up on everything", { number: uint64Max, floor: uint64Max }],
  ["a floor above its number", { number: 1n, floor: 1_000_000n }],
  ["the number 0", { number: 0n }],
  ["the origin 0", { origin: 0n }],
  ["endless hops", { hopsLeft: uint32Max, destinations: [999n] }],
  ["no hops", { hopsLeft: 0 }],
  ["more keys than destinations", { destinationKeys: [1n, 2n, 3n] }],
  ["the longest life there is", { ttlMs: uint32Max, destinations: [999n] }],
  ["a time far in the future", { sentAtMs: uint64Max }],
  ["text over the limit", { body: { case: "text", value: "x".repeat(2 * mib) } }],
  ["no body", { body: { case: undefined } }],
  ["custody of nothing", { body: { case: "custody", value: {} } }],
  ["custody within custody", { body: { case: "custody", value: nested(50) } }],
])("an envelope with %s harms nobody", (_, change) =>
  siege().expectUnharmed(async (link, attacker) => {
    const { id } = await link.join(attacker);
    const header = { hopsLeft: 9, origin: id, epoch: 1n, conversation: 1n, number: 1n, floor: 1n, ttlMs: 60_000 };
    const usual: EnvelopeInit = { ...header, destinations: [42n, 2n], body: { case: "text", value: "absurd" } };
    const envelope = { ...usual, ...change };
    link.send({ case: "envelopes", value: { envelopes: [envelope] } });
    // An answer to the ping, or the end of the link: either way the envelope has been dealt with.
    link.send({ case: "ping", value: { nonce: 99n } });
    await Promise.race([link.refused(), link.frames.until("a pong", ({ frame }) => frame.case === "pong")]);
  }),
);

test("receipts from somebody who was never sent anything settle nothing", () =>
  siege().expectUnharmed(async (link, attacker) => {
    const { a } = siege();
    a.say("777", "for somebody absent");
    await a.until({ event: "status", to: "777", status: "stored" });
    const { id } = await link.join(attacker);
    const ranges = [{ first: 1n, last: uint64Max }];
    const receipts = [{ epoch: 1n, conversation: 1n, status: ReceiptStatus.DELIVERED, ranges }];
    const body = { case: "receipts", value: { receipts } } as const;
    link.send({ case: "envelopes", value: { envelopes: [{ hopsLeft: 9, origin: id, destinations: [1n], body }] } });
    // What follows on the same link comes later: once this was answered, the receipts were seen.
    link.send({ case: "ping", value: { nonce: 98n } });
    await Promise.race([link.refused(), link.frames.until("a pong", ({ frame }) => frame.case === "pong")]);
    expect(a.all({ event: "status", to: "777", status: "delivered" })).toEqual([]);
  }));

function nested(depth: number): { envelopes: EnvelopeInit[] } {
  if (depth === 0) return { envelopes: [] };
  return { envelopes: [{ destinations: [42n], body: { case: "custody", value: nested(depth - 1) } }] };
}
