import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { GrpcLimits } from "../../../src/adapters/grpc/limits.ts";
import { createGrpcTransport } from "../../../src/adapters/grpc/transport.ts";
import { Ends, type End } from "../../contract/transport-ends.ts";
import { silent } from "./log.ts";
import { call, grpcMessage, type RawCall } from "./raw.ts";

const linkPath = "/e3.v1.LinkService/Link";
const frameBytesMax = 100_000;
const worlds: Ends[] = [];

function world(limits: Partial<GrpcLimits> = {}): Ends {
  const make = () => createGrpcTransport({ services: [], log: silent, messageBytesMax: frameBytesMax, limits });
  const ends = new Ends({ make, frameBytesMax });
  worlds.push(ends);
  return ends;
}

afterEach(async () => {
  for (const ends of worlds.splice(0)) expect(await ends.finish()).toEqual([]);
});

/** A link whose dialler is a plain HTTP/2 client. */
async function rawLink(ends: Ends, more = {}): Promise<{ accepted: End; raw: RawCall }> {
  const { accepted, address } = await ends.acceptNext();
  const raw = call(address, linkPath, more);
  return { accepted: await accepted, raw };
}

test("a dialler is answered at once, before any frame", async () => {
  const { raw, accepted } = await rawLink(world());
  const [headers] = (await once(raw.stream, "response")) as [Record<string, unknown>];
  expect(headers[":status"]).toBe(200);
  expect(accepted.wire.remote).toMatch(/^127\.0\.0\.1:\d+$/);
  raw.session.destroy();
});

test("a dialler that ends its side has closed the wire, and gets an OK", async () => {
  const { raw, accepted } = await rawLink(world());
  raw.stream.end(grpcMessage(Uint8Array.of(1)));
  expect(await raw.status()).toBe("0");
  expect(await accepted.closed).toBe("");
  expect(accepted.frames).toEqual([Uint8Array.of(1)]);
});

test("a dialler whose socket is destroyed has lost the connection", async () => {
  const { raw, accepted } = await rawLink(world());
  raw.session.destroy();
  expect(await accepted.closed).toBe("connection lost");
});

test("a frame announced as too large is refused before it is read, and both ends learn why", async () => {
  const { raw, accepted } = await rawLink(world());
  raw.stream.write(grpcMessage(Uint8Array.of(1), 0xffff_ffff));
  expect(await accepted.closed).toBe("a frame of 4294967295 bytes is above the limit of 100000 bytes");
  expect(await raw.status()).toBe("8");
});

test("a small frame that unpacks to a large one is refused as well", async () => {
  const { raw, accepted } = await rawLink(world(), { "grpc-encoding": "gzip" });
  const bomb = grpcMessage(gzipSync(new Uint8Array(50_000_000)));
  bomb[0] = 1;
  raw.stream.write(bomb);
  expect(await raw.status()).toBe("8");
  await accepted.closed;
  expect(accepted.frames).toEqual([]);
});

test("a frame packed in an unknown way ends its wire only", async () => {
  const ends = world();
  const { raw, accepted } = await rawLink(ends, { "grpc-encoding": "rot13" });
  const packed = grpcMessage(Uint8Array.of(1));
  packed[0] = 1;
  raw.stream.write(packed);
  expect(await raw.status()).toBe("12");
  await accepted.closed;
  const { dialled } = await ends.linked();
  await dialled.sendAll([Uint8Array.of(1)]);
});

test("random bytes in place of frames end the wire or are frames, and nothing else happens", async () => {
  const ends = world();
  const { raw, accepted } = await rawLink(ends);
  for (let at = 0; at < 50; at += 1) raw.stream.write(randomBytes(100));
  raw.stream.end();
  await accepted.closed;
  const { dialled } = await ends.linked();
  await dialled.sendAll([Uint8Array.of(1)]);
});

test("a dialler that stops reading holds up its own writer, costs one frame, and is cut off at close", async () => {
  const ends = world();
  const { raw, accepted } = await rawLink(ends);
  accepted.onDrained = () => accepted.write(new Uint8Array(frameBytesMax));
  accepted.write(new Uint8Array(frameBytesMax));
  const bystander = await ends.linked();
  await bystander.dialled.sendAll(Array.from({ length: 1_000 }, () => Uint8Array.of(1)));
  expect([accepted.writes, accepted.drains]).toEqual([1, 0]);
  const cut = once(raw.session, "close");
  accepted.close();
  expect(await accepted.closed).toBe("");
  await cut;
});

test("more links than the limit are refused, and there is room again when one ends", async () => {
  const ends = world({ wiresMax: 1 });
  const first = await ends.linked();
  const second = ends.dial(ends.transport(), first.address);
  expect(await second.closed).toBe("too many links");
  first.dialled.close();
  await Promise.all([first.dialled.closed, first.accepted.closed]);
  const third = await ends.linked({ reuse: first });
  third.dialled.close();
  expect(await third.dialled.closed).toBe("");
});

test("an accept that throws ends the call and leaves the server as it was", async () => {
  const ends = world();
  const failing = ends.transport();
  let calls = 0;
  const address = await failing.listen("127.0.0.1:0", (wire) => {
    calls += 1;
    if (calls === 1) throw new Error("a mistake");
    queueMicrotask(() => wire.close());
    return { frame: () => {}, drained: () => {}, closed: () => {} };
  });
  expect(await ends.dial(ends.transport(), address).closed).not.toBe("");
  expect(await ends.dial(ends.transport(), address).closed).toBe("");
});
