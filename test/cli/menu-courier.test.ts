import { expect, test } from "vitest";
import { MenuCourier, type Outcome } from "../../src/cli/menu-courier.ts";
import type { Recipient } from "../../src/cli/menu.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Peer, PeerInfo, Sent, Settled } from "../../src/peer/types.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { peerInfo } from "./fake-peer.ts";

const there: Recipient = { kind: "address", address: "127.0.0.1:9090" };
const delivered: Settled = { status: "delivered", reason: "" };
const p2 = peerInfo({ id: 2n, name: "P2", addresses: ["127.0.0.1:9090"] });
const entry = { id: 2n, address: "127.0.0.1:9090" };
const away: Partial<PeerInfo> = { reachable: false, neighbour: false, hops: 0, absentSince: new Date(0) };

function open(known: readonly PeerInfo[] = [], dialled: readonly string[] = []) {
  const host = new FakeHost();
  const { peer } = host;
  peer.known = known;
  const courier = new MenuCourier({ peer, host }, dialled);
  const send = (to: Recipient = there, text = "hello"): Promise<Outcome> => courier.send(to, text);
  const sent = (): readonly string[] => peer.sends.map(({ to, text }) => `${to} ${text}`);
  return { host, peer, courier, send, sent };
}

test("a neighbour is sent to at once, and the receipt is the outcome", async () => {
  const { peer, send, sent } = open([p2]);
  peer.ends.push(Promise.resolve(delivered));
  expect(await send()).toEqual({ kind: "settled", to: entry, settled: delivered });
  expect([sent(), peer.connected]).toEqual([["2 hello"], []]);
});

test("an address that nobody is known to have is dialled, and sent to once the mesh says who is there", async () => {
  const { peer, courier, send, sent } = open();
  peer.ends.push(Promise.resolve(delivered));
  const outcome = send();
  await settled();
  expect([peer.connected, sent()]).toEqual([["127.0.0.1:9090"], []]);
  peer.known = [peerInfo()];
  courier.moved();
  await settled();
  expect(sent()).toEqual([]);
  peer.known = [peerInfo(), p2];
  courier.moved();
  expect(await outcome).toMatchObject({ kind: "settled", to: entry });
  expect(peer.disconnected).toEqual([]);
});

test("where nobody answers in time nothing is sent, and it is not dialled on", async () => {
  const { host, peer, send, sent } = open();
  const outcome = send();
  await settled();
  host.wake();
  expect(await outcome).toEqual({ kind: "nobody", to: there });
  expect([sent(), peer.disconnected]).toEqual([[], ["127.0.0.1:9090"]]);
});

test("who is there and does not want the link, or is no peer, is not waited for", async () => {
  const { peer, send, sent } = open();
  const cause = "this peer is a leaf: it accepts no links";
  peer.linked = () => Promise.reject(new E3Error("refused", `${cause}; it is dialled on`, { cause }));
  const wanted = { code: "refused", message: `127.0.0.1:9090: ${cause}; nothing was sent` };
  await expect(send()).rejects.toMatchObject(wanted);
  expect([sent(), peer.disconnected]).toEqual([[], ["127.0.0.1:9090"]]);
});

test("what the peer dials anyway is dialled on, whoever answers", async () => {
  const { host, peer, send } = open([], ["127.0.0.1:9090"]);
  const outcome = send();
  await settled();
  host.wake();
  expect(await outcome).toMatchObject({ kind: "nobody" });
  expect([peer.connected, peer.disconnected]).toEqual([[], []]);
});

test("a peer that is known and away gets its message kept, and is dialled on", async () => {
  const { host, peer, send, sent } = open([{ ...p2, ...away }]);
  const outcome = send();
  await settled();
  expect(sent()).toEqual([]);
  host.wake();
  expect(await outcome).toMatchObject({ kind: "kept", to: entry, isThere: false });
  expect([sent(), peer.connected, peer.disconnected]).toEqual([["2 hello"], ["127.0.0.1:9090"], []]);
});

test("a peer that is somewhere in the mesh is sent to at once, and dialled for the next time", async () => {
  const { peer, send, sent } = open([{ ...p2, neighbour: false, hops: 3 }]);
  peer.ends.push(Promise.resolve(delivered), Promise.resolve(delivered));
  await send();
  await send();
  expect([sent(), peer.connected]).toEqual([["2 hello", "2 hello"], ["127.0.0.1:9090"]]);
});

test("who took the address over while one waited is the one that is sent to", async () => {
  const { peer, courier, send, sent } = open([{ ...p2, ...away }]);
  peer.ends.push(Promise.resolve(delivered));
  const outcome = send();
  await settled();
  peer.known = [
    { ...p2, ...away },
    { ...p2, id: 3n },
  ];
  courier.moved();
  expect(await outcome).toMatchObject({ to: { id: 3n } });
  expect(sent()).toEqual(["3 hello"]);
});

test("a receipt that takes long is not waited for, and still told in the end", async () => {
  const { host, peer, send } = open([p2]);
  let settle = (_: Settled): void => {};
  peer.ends.push(new Promise((resolve) => (settle = resolve)));
  const outcome = send();
  await settled();
  host.wake();
  const kept = await outcome;
  expect(kept).toMatchObject({ kind: "kept", isThere: true });
  settle({ status: "refused", reason: "no" });
  expect(kept.kind === "kept" && (await kept.settled)).toEqual({ status: "refused", reason: "no" });
});

test("that the peer closes before the receipt is no failure", async () => {
  const { host, send } = open([p2]);
  const outcome = send();
  await settled();
  host.wake();
  const kept = await outcome;
  expect(kept.kind === "kept" && (await kept.settled)).toBeUndefined();
});

test("an id needs no address; one that nobody has is an error", async () => {
  const { peer, send, sent } = open([peerInfo({ id: 5n, addresses: [] })]);
  peer.ends.push(Promise.resolve(delivered));
  expect(await send({ kind: "id", id: 5n })).toMatchObject({ kind: "settled", to: { id: 5n, address: undefined } });
  await expect(send({ kind: "id", id: 6n })).rejects.toMatchObject({ code: "unknown-peer" });
  expect([sent(), peer.connected]).toEqual([["5 hello"], []]);
});

test("one's own address, one that two neighbours claim, and what the peer refuses are errors", async () => {
  const { peer, send, sent } = open([p2, { ...p2, id: 3n }]);
  await expect(send({ kind: "address", address: "localhost:8081" })).rejects.toMatchObject({ code: "bad-address" });
  await expect(send()).rejects.toMatchObject({
    code: "ambiguous-name",
    message: expect.stringContaining("2, 3") as string,
  });
  peer.known = [p2];
  peer.sendFails = new E3Error("too-large", "too long");
  await expect(send()).rejects.toMatchObject({ code: "too-large" });
  expect(sent()).toEqual([]);
});

test("with no room for another address to dial, the mesh is enough, if it leads there", async () => {
  const { peer, send, sent } = open([{ ...p2, neighbour: false, hops: 2 }]);
  peer.ends.push(Promise.resolve(delivered));
  peer.connect = () => {
    throw new E3Error("resource-exhausted", "1024 addresses are kept dialled already");
  };
  await send();
  expect(sent()).toEqual(["2 hello"]);
  await expect(send({ kind: "address", address: "127.0.0.1:1" })).rejects.toMatchObject({ code: "resource-exhausted" });
});

test("who gives up waits for nobody: the unknown are not sent to, and for the absent it is kept", async () => {
  const { peer, courier, send, sent } = open([{ ...p2, ...away }]);
  const [kept, nobody] = [send(), send({ kind: "address", address: "127.0.0.1:1" })];
  const greeting = courier.sendOnceThere(there, "a greeting");
  await settled();
  courier.giveUp();
  expect(await kept).toMatchObject({ kind: "kept", isThere: false });
  expect(await nobody).toMatchObject({ kind: "nobody" });
  expect(await greeting).toMatchObject({ kind: "nobody" });
  expect([sent(), peer.disconnected]).toEqual([["2 hello"], ["127.0.0.1:1"]]);
});

test("a greeting waits for as long as it takes", async () => {
  const { host, peer, courier, sent } = open([{ ...p2, ...away }]);
  peer.ends.push(Promise.resolve(delivered));
  const outcome = courier.sendOnceThere(there, "hello");
  await settled();
  host.wake();
  await settled();
  expect(sent()).toEqual([]);
  peer.known = [p2];
  courier.moved();
  expect(await outcome).toMatchObject({ kind: "settled" });
  expect(sent()).toEqual(["2 hello"]);
});

test("one is connected to a peer once it has the connection message", async () => {
  const { peer, courier, sent } = open([p2]);
  peer.ends.push(Promise.resolve(delivered));
  expect(await courier.connect({ id: 9n, address: entry.address })).toEqual(entry);
  expect(sent()).toEqual(["2 connect"]);
});

test("one is not connected to who is away, does not confirm, or lets it expire", async () => {
  const { host, peer, courier, sent } = open([{ ...p2, ...away }]);
  const first = courier.connect(entry);
  await settled();
  host.wake();
  expect([await first, sent()]).toEqual([undefined, []]);
  peer.known = [p2];
  const second = courier.connect(entry);
  await settled();
  host.wake();
  expect(await second).toBeUndefined();
  peer.ends.push(Promise.resolve({ status: "expired", reason: "too late" }));
  expect(await courier.connect(entry)).toBeUndefined();
});

test("once closed it does not wait for room in the outbox either", async () => {
  const { peer, courier, send } = open([p2]);
  peer.sendWhenRoom = (...[, , options]: Parameters<Peer["sendWhenRoom"]>) =>
    new Promise<Sent>((_, reject) => {
      options?.signal?.addEventListener("abort", () => reject(options.signal?.reason as Error));
    });
  const outcome = send();
  await settled();
  courier.close();
  await expect(outcome).rejects.toMatchObject({
    code: "closed",
    message: expect.stringContaining("not sent") as string,
  });
});
