import { create } from "@bufbuild/protobuf";
import { afterEach, expect, test, vi } from "vitest";
import { createServiceClient, RpcError, type ServiceClient } from "../../src/adapters/grpc/client.ts";
import { createGrpcTransport } from "../../src/adapters/grpc/transport.ts";
import { recordingLog, type RecordingLog } from "../../src/adapters/memory/log.ts";
import { memoryShownCursor } from "../../src/adapters/memory/shown-cursor.ts";
import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import { createClock } from "../../src/adapters/node/clock.ts";
import { createEntropy } from "../../src/adapters/node/entropy.ts";
import { createSigner } from "../../src/adapters/node/signer.ts";
import { createPeer } from "../../src/compose.ts";
import { defaultLimits, shellLimits } from "../../src/core/limits.ts";
import { PeerService, SendRequestSchema } from "../../src/gen/e3/v1/peer_pb.ts";
import { deferred } from "../../src/peer/deferred.ts";
import { openPeer } from "../../src/peer/open-peer.ts";
import { checkOptions } from "../../src/peer/options.ts";
import { sendHandlers } from "../../src/peer/send-service.ts";
import { peerService } from "../../src/peer/service.ts";
import type { Peer } from "../../src/peer/types.ts";
import { calm } from "./time.ts";
import { take } from "./world.ts";

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** A real peer that holds one unsettled send, and one to everyone, and a client of its service over gRPC. */
interface Small {
  readonly peer: Peer;
  readonly client: ServiceClient<typeof PeerService>;
  readonly log: RecordingLog;
  /** What its service has asked it to send when there is room, in order. */
  readonly asked: Promise<unknown>[];
  /** Resolves once it has asked for so many. */
  readonly askedFor: (count: number) => Promise<void>;
}

async function startSmall(): Promise<Small> {
  const ready = deferred<Peer>();
  const log = recordingLog();
  const limits = { ...defaultLimits, outboxCountMax: 1, spreadCountMax: 2 };
  const transport = createGrpcTransport({ services: [peerService(ready.promise, "1")], log });
  const kept = { store: createMemoryStore(), shown: memoryShownCursor(), signer: createSigner() };
  const world = { ...kept, clock: createClock(), entropy: createEntropy(), transport, log, limits };
  const options = checkOptions({ listen: "127.0.0.1:0", desiredId: 1n }, limits);
  const peer = await openPeer({ ...world, dispose: async () => {} }, options);
  const watched = watch(peer);
  ready.resolve(peer);
  const client = createServiceClient(PeerService, peer.listen);
  open.push(peer, client);
  return { peer, client, log, ...watched };
}

function watch(peer: Peer): Pick<Small, "asked" | "askedFor"> {
  const asked: Promise<unknown>[] = [];
  const waiters: { readonly count: number; readonly done: () => void }[] = [];
  const sendWhenRoom = peer.sendWhenRoom.bind(peer);
  vi.spyOn(peer, "sendWhenRoom").mockImplementation((...given) => {
    const sent = sendWhenRoom(...given);
    asked.push(sent.then(({ number }) => number));
    // Some of them are meant to fail.
    asked.at(-1)?.catch(() => {});
    for (const { count, done } of waiters) if (asked.length >= count) done();
    return sent;
  });
  return { asked, askedFor: (count) => new Promise((done) => void waiters.push({ count, done })) };
}

function request(text: string, waitForRoom = true) {
  return { to: 9n, content: { case: "text", value: text } as const, waitForRoom };
}

/** The texts that peer 9n, who was away until now, is given first. */
async function shownTo9(listen: string, count: number): Promise<readonly string[]> {
  const target = await createPeer({ listen: "127.0.0.1:0", store: "memory", desiredId: 9n, peers: [listen] });
  open.push(target);
  return (await take(target.messages(), count)).map(({ text }) => text ?? "");
}

async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return error instanceof RpcError ? `${error.status}: ${error.details}` : String(error);
  }
  return "none";
}

test("Send with wait_for_room is sent as soon as there is room, in the order of asking; without it, it fails", async () => {
  const { client, peer, askedFor } = await startSmall();
  expect(await client.send(request("first"))).toMatchObject({ number: 1n });
  expect(await failure(client.send(request("refused", false)))).toMatch(/^RESOURCE_EXHAUSTED: the outbox is full/);
  const both = askedFor(3);
  const answers = ["second", "third"].map((text) => client.send(request(text)));
  await both;
  expect(await shownTo9(peer.listen, 3)).toEqual(["first", "second", "third"]);
  expect(await Promise.all(answers)).toMatchObject([{ number: 2n }, { number: 3n }]);
});

test("a call that is cancelled, or past its deadline, while it waits for room sends nothing later", async () => {
  const { client, peer, log, asked, askedFor } = await startSmall();
  await client.send(request("first"));
  const all = askedFor(4);
  const cancel = new AbortController();
  const cancelled = failure(client.send(request("cancelled"), { signal: cancel.signal }));
  const late = failure(client.send(request("late"), { timeoutMs: 200 }));
  const last = client.send(request("last"));
  await all;
  cancel.abort();
  expect([await cancelled, await late]).toMatchObject([
    expect.stringMatching(/^CANCELLED/),
    expect.stringMatching(/^DEADLINE_EXCEEDED/),
  ]);
  // Until the peer has heard of it, too.
  const ended = await Promise.allSettled(asked.slice(1, 3));
  expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await shownTo9(peer.listen, 2)).toEqual(["first", "last"]);
  expect(await last).toMatchObject({ number: 2n });
  expect(log.entries.filter(({ level }) => level === "error")).toEqual([]);
});

test("Broadcast with wait_for_room waits, too", async () => {
  const { client, peer, askedFor } = await startSmall();
  const said = (value: string, waitForRoom: boolean) => ({ content: { case: "text", value } as const, waitForRoom });
  await client.broadcast(said("first", false));
  expect(await failure(client.broadcast(said("refused", false)))).toMatch(/^RESOURCE_EXHAUSTED/);
  const waits = askedFor(1);
  const answer = client.broadcast(said("second", true));
  await waits;
  expect(await shownTo9(peer.listen, 2)).toEqual(["first", "second"]);
  expect(await answer).toMatchObject({ number: 2n });
});

test("calls that wait for room when the peer closes are told so, and nothing is logged as a mistake", async () => {
  const { client, peer, log, askedFor } = await startSmall();
  await client.send(request("first"));
  const waits = askedFor(2);
  const answer = failure(client.send(request("second")));
  await waits;
  await peer.close();
  expect(await answer).toMatch(/^UNAVAILABLE/);
  expect(log.entries.filter(({ level }) => level === "error")).toEqual([]);
});

test("no more calls wait for room than may, and one that hangs up leaves its place to another", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const peer = {
    sendWhenRoom: (_to: unknown, _content: unknown, { signal }: { signal?: AbortSignal }) => waits(signal),
  };
  const waits = (signal: AbortSignal | undefined): Promise<never> => {
    signals.push(signal);
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("called off"))));
  };
  const { send } = sendHandlers(Promise.resolve(peer as unknown as Peer));
  const callers = Array.from({ length: shellLimits.waitingCallsMax + 2 }, () => new AbortController());
  const call = (caller: AbortController | undefined): Promise<unknown> =>
    send(create(SendRequestSchema, request("x")), { signal: caller?.signal ?? AbortSignal.abort(), remote: "here" });
  const answers = callers.slice(0, -1).map((caller) => call(caller));
  for (const answer of answers) answer.catch(() => {});
  await expect(answers.at(-1)).rejects.toMatchObject({ code: "resource-exhausted" });
  expect(signals).toHaveLength(shellLimits.waitingCallsMax);
  callers[5]?.abort();
  await expect(answers[5]).rejects.toMatchObject({ code: "closed" });
  call(callers.at(-1)).catch(() => {});
  await calm();
  expect(signals).toHaveLength(shellLimits.waitingCallsMax + 1);
  expect(signals.at(-1)).toBe(callers.at(-1)?.signal);
});
