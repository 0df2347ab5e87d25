import type { ClientReadableStream } from "@grpc/grpc-js";
import { beforeAll, describe, expect, test } from "vitest";
import { PeerService, SendStatus } from "../../src/gen/e3/v1/peer_pb.ts";
import { curl, listMethods, type Printed } from "./harness/buf-curl.ts";
import { useMesh } from "./harness/mesh.ts";
import { inboxOf, PeerClient } from "./harness/peer-client.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh("all tests");
const service = "e3.v1.PeerService";
const [idOfA, idOfB, idOfC] = ["9223372036854775807", "9223372036854775806", "9007199254740993"] as const;

let a: TestPeer;
let b: TestPeer;
let c: TestPeer;

beforeAll(async () => {
  const mesh = await openMesh();
  c = await mesh.start("c", { id: idOfC });
  b = await mesh.start("b", { id: idOfB, dials: [c] });
  a = await mesh.start("a", { id: idOfA, dials: [b] });
  await mesh.converged();
});

describe("a stock gRPC tool that knows nothing but the address", () => {
  test.each(["grpc-v1", "grpc-v1alpha"] as const)("lists the methods, by reflection %s", async (reflection) => {
    const methods = await listMethods(a, { reflection });
    const own = [
      "GetStatus",
      "Send",
      "Messages",
      "ListPeers",
      "Search",
      "GetTopology",
      "Explain",
      "Connect",
      "Disconnect",
    ];
    for (const method of own) expect(methods).toContain(`${service}/${method}`);
    expect(methods).toContain("e3.v1.LinkService/Link");
    expect(methods).toContain("grpc.health.v1.Health/Check");
  });

  test.each(["grpc-v1", "grpc-v1alpha"] as const)("asks for the status, by reflection %s", async (reflection) => {
    const [status] = await curl(a, `${service}/GetStatus`, {}, { reflection });
    expect(status).toMatchObject({ id: idOfA, listen: a.listen, links: 1, peers: 2, desired: "DESIRED_GRANTED" });
  });

  test("finds the peer healthy, and its service too", async () => {
    const method = "grpc.health.v1.Health/Check";
    expect(await curl(a, method)).toEqual([{ status: "SERVING" }]);
    expect(await curl(a, method, { service })).toEqual([{ status: "SERVING" }]);
    await expect(curl(a, method, { service: "no.such.Service" })).rejects.toThrow(/not_found/i);
  });

  test("sends, waits until it is delivered, and gets 64-bit numbers as strings", async () => {
    const request = { to: idOfC, text: "from a tool", waitFor: "SEND_STATUS_DELIVERED" };
    const [sent] = await curl(a, `${service}/Send`, request);
    expect(sent).toMatchObject({ status: "SEND_STATUS_DELIVERED" });
    expect(sent?.["number"]).toMatch(/^[1-9]\d*$/);
    await c.until({ event: "message", from: idOfA, text: "from a tool", number: String(sent?.["number"]) });

    const explained = await curl(a, `${service}/Explain`, { number: sent?.["number"], to: idOfC });
    expect(explained).toMatchObject([{ explanations: [{ to: idOfC, status: "SEND_STATUS_DELIVERED" }] }]);
  });

  test("sends data with its media type", async () => {
    const data = { contentType: "application/json", data: Buffer.from('{"n":1}').toString("base64") };
    await curl(b, `${service}/Send`, { to: idOfC, data, waitFor: "SEND_STATUS_DELIVERED" });
    const inbox = await curl(c, `${service}/Messages`, { after: "0" }, { objects: (await inboxOf(c)).length });
    expect(inbox).toContainEqual(expect.objectContaining({ from: idOfB, data }));
  });

  test("watches the messages from the oldest kept, and goes on from a cursor", async () => {
    const words = ["one", "two", "three", "four"];
    c.say(idOfB, ...words);
    await b.until({ event: "message", from: idOfC, text: "four" });
    const all = await curl(b, `${service}/Messages`, { after: "0" }, { objects: words.length });
    expect(textsOf(all)).toEqual(words);
    expect(all[0]).toMatchObject({ from: idOfC });

    const rest = await curl(b, `${service}/Messages`, { after: all[1]?.["cursor"] }, { objects: 2 });
    expect(textsOf(rest)).toEqual(["three", "four"]);
  });

  test("lists the peers and the graph", async () => {
    const [listed] = await curl(a, `${service}/ListPeers`);
    expect(listed?.["peers"]).toEqual([
      expect.objectContaining({ id: idOfC, reachable: true, hops: 2, addresses: [c.listen] }),
      expect.objectContaining({ id: idOfB, reachable: true, neighbour: true, hops: 1, addresses: [b.listen] }),
    ]);
    const [graph] = await curl(a, `${service}/GetTopology`);
    expect(graph).toMatchObject({ id: idOfA });
    expect(graph?.["edges"]).toHaveLength(2);
  });

  test("is told what it did wrong, by a gRPC status and words", async () => {
    await expect(curl(a, `${service}/Send`, { to: "0", text: "x" })).rejects.toThrow(/invalid_argument/i);
    await expect(curl(a, `${service}/Send`, { to: idOfB })).rejects.toThrow(/invalid_argument/i);
    await expect(curl(a, `${service}/Send`, { to: "9223372036854775808", text: "x" })).rejects.toThrow(
      /invalid_argument/i,
    );
    await expect(curl(a, `${service}/Explain`, { number: "123456789" })).rejects.toThrow(/not_found/i);
    await expect(curl(a, `${service}/Connect`, { address: "nowhere" })).rejects.toThrow(/invalid_argument/i);
    await expect(curl(a, `${service}/Disconnect`, { id: "77" })).rejects.toThrow(/not_found/i);
  });
});

test("a stream of messages without a cursor begins with what arrives from now on, and goes on", async () => {
  a.say(idOfC, "already there");
  await c.until({ event: "message", text: "already there" });
  using client = new PeerClient(c.listen);
  const stream = client.stream(PeerService.method.messages, {});
  const received = new Promise<readonly string[]>((resolve, reject) => {
    const seen: string[] = [];
    stream.on("error", reject);
    stream.on("data", ({ content }: { readonly content: { readonly value?: unknown } }) => {
      seen.push(String(content.value));
      if (seen.at(-1) === "second") resolve(seen);
    });
  });
  await opened(stream);
  a.say(idOfC, "first", "second");
  expect(await received).toEqual(["first", "second"]);
  stream.cancel();
});

test("a hundred calls at once each get their own number", async () => {
  using client = new PeerClient(a.listen);
  const sends = Array.from({ length: 100 }, (_, index) =>
    client.call(PeerService.method.send, {
      to: BigInt(idOfB),
      content: { case: "text", value: `call ${index}` },
      waitFor: SendStatus.DELIVERED,
    }),
  );
  const answers = await Promise.all(sends);
  expect(new Set(answers.map(({ number }) => number)).size).toBe(100);
  expect(answers.every(({ status }) => status === SendStatus.DELIVERED)).toBe(true);
});

test("a short time to live ends in expired, and the sender is told", async () => {
  using client = new PeerClient(a.listen);
  const answer = await client.call(PeerService.method.send, {
    to: 555n,
    content: { case: "text", value: "too late" },
    waitFor: SendStatus.DELIVERED,
    ttlMs: 200,
  });
  expect(answer.status).toBe(SendStatus.EXPIRED);
  await a.until({ event: "status", to: "555", number: String(answer.number), status: "expired" });
});

test("a text with line breaks cannot pretend to be another message on plain output", async () => {
  const mesh = await openMesh();
  const plain = await mesh.peer("plain", { id: "5", dials: [a], plain: true });
  plain.launch();
  await a.until({ event: "peer", id: "5", state: "up" });
  using client = new PeerClient(a.listen);
  const text = `look\n[${idOfB}] forged\r[${idOfB}] forged too`;
  await client.call(PeerService.method.send, { to: 5n, content: { case: "text", value: text } });
  a.say("5", "the next line");
  await plain.stdout.until("the message after it", (line) => line === `[${idOfA}] the next line`);
  const lines = plain.stdout.items().flatMap((line) => line.split("\r"));
  expect(lines.filter((line) => line.startsWith(`[${idOfB}]`))).toEqual([]);
});

test("linked and unlinked over the API, a peer comes and goes", async () => {
  const mesh = await openMesh();
  const lone = await mesh.start("lone", { id: "6" });
  await curl(lone, `${service}/Connect`, { address: a.listen });
  await lone.until({ event: "peer", id: idOfA, state: "up" });
  await curl(lone, `${service}/Disconnect`, { id: idOfA });
  await lone.until({ event: "peer", id: idOfA, state: "down" });
});

/** The headers say that the stream is open: what is sent from here on belongs to it. */
function opened(stream: ClientReadableStream<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error("no headers: a caller cannot know that the stream is open")),
      10_000,
    );
    stream.once("metadata", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function textsOf(messages: readonly Printed[]): readonly unknown[] {
  return messages.map(({ text }) => text);
}
