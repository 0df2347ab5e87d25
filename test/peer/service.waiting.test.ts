import { create } from "@bufbuild/protobuf";
import { expect, test, vi } from "vitest";
import { BroadcastRequestSchema, PeerService, SendRequestSchema, SendStatus } from "../../src/gen/e3/v1/peer_pb.ts";
import { deferred } from "../../src/peer/deferred.ts";
import { peerService } from "../../src/peer/service.ts";
import type { Peer, PeerEvent } from "../../src/peer/types.ts";
import type { ServiceHandlers } from "../../src/ports/services.ts";
import { calm } from "./time.ts";
import { villages } from "./world.ts";

const village = villages();

type Handlers = ServiceHandlers<typeof PeerService>;

function handlersOf(peer: Promise<Peer>): Handlers {
  return peerService(peer, "1.2.3").handlers as unknown as Handlers;
}

/** Counts readers of the peer's events that have not ended. */
function countReaders(peer: Peer): () => number {
  const open = new Set<AsyncIterator<PeerEvent>>();
  const events = peer.events.bind(peer);
  vi.spyOn(peer, "events").mockImplementation((options) => {
    const reader = events(options);
    const note = (result: IteratorResult<PeerEvent>): IteratorResult<PeerEvent> => {
      if (result.done === true) open.delete(reader);
      return result;
    };
    open.add(reader);
    return {
      next: () => reader.next().then(note),
      return: () => (reader.return?.() ?? reader.next()).then(note),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  });
  return () => open.size;
}

/** A caller that has not hung up, and one way to hang up. */
function caller() {
  const controller = new AbortController();
  return { context: { signal: controller.signal, remote: "127.0.0.1:5" }, hangUp: () => controller.abort() };
}

function request(to: bigint, waitFor: SendStatus, ttlMs = 0) {
  return create(SendRequestSchema, { to, waitFor, ttlMs, content: { case: "text", value: "x" } });
}

test("the service is for callers on this machine", () => {
  expect(peerService(Promise.race([]), "1")).toMatchObject({ descriptor: PeerService, loopbackOnly: true });
});

test("calls wait for the peer to be ready, and fail with it", async () => {
  const ready = deferred<Peer>();
  const asked = handlersOf(ready.promise).getStatus(create(PeerService.method.getStatus.input), caller().context);
  ready.reject(new Error("the port is in use"));
  await expect(asked).rejects.toThrow("the port is in use");
});

test("waiting for stored leaves no reader of events behind, whatever comes first", async () => {
  const here = village();
  const [left] = await here.pair();
  const readers = countReaders(left);
  const { send } = handlersOf(Promise.resolve(left));
  const outcomes: unknown[] = [];
  for (const to of [2n, 99n, 1n, 2n, 99n]) {
    outcomes.push((await here.time.until(send(request(to, SendStatus.STORED), caller().context))).status);
  }
  await calm();
  const { DELIVERED, STORED } = SendStatus;
  expect(outcomes).toEqual([DELIVERED, STORED, DELIVERED, DELIVERED, STORED]);
  expect(readers()).toBe(0);
});

test("a send that is settled before anybody could wait for stored leaves no reader behind", async () => {
  const here = village();
  const [left] = await here.pair();
  const readers = countReaders(left);
  const send = left.send.bind(left);
  vi.spyOn(left, "send").mockImplementation((to, content) => {
    const sent = send(to, content);
    const { number, settled } = sent;
    return { number, settled, accepted: settled.then(() => {}) };
  });
  const answer = handlersOf(Promise.resolve(left)).send(request(2n, SendStatus.STORED), caller().context);
  expect(await here.time.until(answer)).toMatchObject({ number: 1n, status: SendStatus.DELIVERED });
  await calm();
  expect(readers()).toBe(0);
});

test("what is for everyone and over before anybody could wait, of which nothing is known any more, is told how it ended", async () => {
  const here = village();
  const alone = await here.open(here.world());
  const readers = countReaders(alone);
  const send = alone.send.bind(alone);
  vi.spyOn(alone, "send").mockImplementation((to, content, options) => {
    const { number, settled } = send(to, content, options);
    return { number, settled, accepted: settled.then(() => {}) };
  });
  const { broadcast } = handlersOf(Promise.resolve(alone));
  const asked = { waitFor: SendStatus.STORED, ttlMs: 1_000, content: { case: "text", value: "x" } } as const;
  const answer = broadcast(create(BroadcastRequestSchema, asked), caller().context);
  expect(await here.time.until(answer)).toMatchObject({ number: 1n, status: SendStatus.EXPIRED });
  await calm();
  expect(readers()).toBe(0);
});

test("a send that expires before it is stored is told so to who waits for stored", async () => {
  const here = village();
  const alone = await here.open(here.world());
  const readers = countReaders(alone);
  const { send } = handlersOf(Promise.resolve(alone));
  const answer = await here.time.until(send(request(9n, SendStatus.STORED, 1_000), caller().context));
  expect(answer).toMatchObject({ number: 1n, status: SendStatus.EXPIRED });
  await calm();
  expect(readers()).toBe(0);
});

test("the wait of a caller that hangs up ends, and the send goes on", async () => {
  const here = village();
  const alone = await here.open(here.world());
  const readers = countReaders(alone);
  const { send } = handlersOf(Promise.resolve(alone));
  for (const waitFor of [SendStatus.STORED, SendStatus.DELIVERED]) {
    const { context, hangUp } = caller();
    const answer = send(request(9n, waitFor), context);
    await calm();
    hangUp();
    await expect(answer).rejects.toMatchObject({ code: "closed" });
  }
  await calm();
  expect(readers()).toBe(0);
  expect(alone.status().outbox).toBe(2);
});

test("a peer that closes ends the waits for it, with nothing left unhandled", async () => {
  const here = village();
  const alone = await here.open(here.world());
  const { send } = handlersOf(Promise.resolve(alone));
  const waits = [SendStatus.STORED, SendStatus.DELIVERED].map((waitFor) =>
    send(request(9n, waitFor), caller().context),
  );
  const settled = Promise.allSettled(waits);
  await calm();
  await here.time.until(alone.close());
  const closed = { status: "rejected", reason: { code: "closed" } };
  expect(await settled).toMatchObject([closed, closed]);
});
