import { expect, test } from "vitest";
import { PeerService } from "../../src/gen/e3/v1/peer_pb.ts";
import { Flood } from "./harness/flood.ts";
import { converged, delivers, expectBounded, heldDuring, stream, useHub } from "./harness/hub.ts";
import { PeerClient } from "./harness/peer-client.ts";
import { Identity, RawLink } from "./harness/raw-link.ts";

const openHub = useHub();
/** Messages to somebody else under which memory is measured. */
const load = 10_000;
/** Where the bytes count: 80 MB in so many messages, more than may be held. */
const bulkLoad = 5_000;
/** So many of those until a process has taken the memory that it works with. */
const bulkWarmUp = 2_000;
const bulk = { bodyBytes: 16_384, by: "window", inFlight: 256 } as const;

test("a neighbour that stops costs hub and sender little, holds up nobody, and gets everything once it goes on", async () => {
  const mesh = await openHub();
  const { hub } = mesh;
  const a = await mesh.spoke("a", { id: 1n });
  const c = await mesh.spoke("c", { id: 2n });
  const d = await mesh.spoke("d", { id: 3n });
  await converged(hub, a, c, d);
  await stream(a, c);
  await d.actor.ask({ kind: "read" });
  // Without limits: from now on a's outbox is full, with and without a stall.
  const endless = { from: a.id, to: d.id, bodyBytes: 65_536, by: "room" } as const;
  await a.actor.ask({ kind: "produce", production: endless });
  await a.actor.ask({ kind: "reach", count: "waited", least: 1 });
  await delivers(a, load);
  const [hubBefore, aBefore] = await heldDuring([hub, a], () => delivers(a, 2 * load));

  d.actor.signal("SIGSTOP");
  const [hubDuring, aDuring] = await heldDuring([hub, a], async () => {
    await delivers(a, load);
    // Found dead, and given up on.
    await a.actor.ask({ kind: "sees", ids: [d.id], gone: true });
    await delivers(a, load);
  });
  expectBounded("the hub", [hubBefore, hubDuring], "counts");
  expectBounded("the sender", [aBefore, aDuring], "allowed");

  d.actor.signal("SIGCONT");
  await a.actor.ask({ kind: "halt" });
  const { sent, wrong } = await a.actor.ask({ kind: "settled" });
  const toC = await c.actor.ask({ kind: "counts" });
  const toD = await d.actor.ask({ kind: "reach", count: "read", least: sent - toC.cursor });
  expect(toC.cursor + toD.cursor, "each arrives once").toBe(sent);
  expect([wrong, toC.wrong, toD.wrong], "in order, as it was sent").toEqual([0, 0, 0]);
});

test("a neighbour that talks and never reads costs the hub little, however much strangers send it", async () => {
  const mesh = await openHub();
  const { hub } = mesh;
  const a = await mesh.spoke("a", { id: 1n });
  const c = await mesh.spoke("c", { id: 2n });
  await converged(hub, a, c);
  await stream(a, c);
  using deaf = new RawLink(hub.listen);
  using loud = new RawLink(hub.listen);
  const [deafId, loudId] = [await enter(deaf), await enter(loud)];
  await a.actor.ask({ kind: "sees", ids: [deafId, loudId] });
  const flood = new Flood(loudId, deafId);
  const floods = async (): Promise<void> => {
    for (let count = 0; count < 4; count += 1) await flood.over(loud);
  };
  deaf.stopLooking();
  await delivers(a, load);
  const [before] = await heldDuring([hub], async () => {
    await Promise.all([delivers(a, load), floods()]);
  });

  deaf.stopReading();
  const [during] = await heldDuring([hub], async () => {
    await Promise.all([delivers(a, load), floods()]);
    await delivers(a, load);
  });
  expectBounded("the hub", [before, during], "counts");
  await a.actor.ask({ kind: "sees", ids: [deafId] }); // The link stands, to this moment.
});

/** A whole handshake and an advert, and pings from then on. @returns the id that was given. */
async function enter(link: RawLink): Promise<bigint> {
  const identity = new Identity();
  const { id, acceptor } = await link.join(identity);
  // Not sooner: a handshake, which may take its time, has no place for pings.
  const beat = setInterval(() => link.send({ case: "ping", value: { nonce: 1n } }), 250);
  void link.ended.then(() => clearInterval(beat));
  link.advertise(identity, { id, neighbours: [acceptor] });
  return id;
}

test("a program that stops reading costs its peer little: what arrives is on disk, and is read once it goes on", async () => {
  const mesh = await openHub();
  const a = await mesh.spoke("a", { id: 1n });
  const d = await mesh.spoke("d", { id: 3n, durable: true });
  await converged(a, d);
  await d.actor.ask({ kind: "read" });
  await a.actor.ask({ kind: "produce", production: { ...bulk, from: a.id, to: d.id } });
  await delivers(a, bulkWarmUp);
  const [before] = await heldDuring([d], () => delivers(a, bulkLoad));

  await d.actor.ask({ kind: "pause" });
  const [during] = await heldDuring([d], () => delivers(a, bulkLoad));
  expectBounded("the receiver", [before, during], "allowed");

  await a.actor.ask({ kind: "halt" });
  const { sent } = await a.actor.ask({ kind: "settled" });
  await d.actor.ask({ kind: "read" });
  const { cursor, wrong } = await d.actor.ask({ kind: "reach", count: "read", least: sent });
  expect({ cursor, wrong }).toEqual({ cursor: sent, wrong: 0 });
});

test("a watcher that does not read costs its peer little, and another one misses nothing", async () => {
  const mesh = await openHub();
  const a = await mesh.spoke("a", { id: 1n });
  const d = await mesh.spoke("d", { id: 3n, durable: true });
  await converged(a, d);
  await d.actor.ask({ kind: "read" });
  await a.actor.ask({ kind: "produce", production: { ...bulk, from: a.id, to: d.id } });
  const reads = (least: number) => d.actor.ask({ kind: "reach", count: "read", least });
  await reads(bulkWarmUp);
  const [before] = await heldDuring([d], () => reads(bulkWarmUp + bulkLoad));

  using client = new PeerClient(d.listen);
  const idle = client.stream(PeerService.method.messages, { after: 0n });
  idle.on("error", () => undefined); // Cancelled in the end.
  idle.pause();
  const [during] = await heldDuring([d], () => reads(bulkWarmUp + 2 * bulkLoad));
  expectBounded("the receiver", [before, during], "allowed");

  idle.cancel();
  await a.actor.ask({ kind: "halt" });
  const { sent } = await a.actor.ask({ kind: "settled" });
  const { wrong } = await d.actor.ask({ kind: "reach", count: "read", least: sent });
  expect(wrong).toBe(0);
});

test("where there is no room send fails, sendWhenRoom waits, neither costs more, and all that was accepted arrives", async () => {
  const mesh = await openHub();
  const { hub } = mesh;
  const a = await mesh.spoke("a", { id: 1n });
  const produce = (to: bigint, by: "send" | "room") =>
    a.actor.ask({ kind: "produce", production: { from: a.id, to, bodyBytes: 65_536, by } });
  await produce(3n, "send");
  await a.actor.ask({ kind: "reach", count: "exhausted", least: 1 });
  await produce(4n, "room");
  await a.actor.ask({ kind: "reach", count: "waited", least: 1 });
  const full = await a.actor.ask({ kind: "counts" });
  const [before] = await heldDuring([a], () =>
    a.actor.ask({ kind: "reach", count: "exhausted", least: full.exhausted + 1_000 }),
  );
  const [during] = await heldDuring([a], () =>
    a.actor.ask({ kind: "reach", count: "exhausted", least: full.exhausted + 21_000 }),
  );
  expectBounded("the sender", [before, during], "allowed");
  expect(await a.actor.ask({ kind: "counts" })).toMatchObject({ outbox: full.outbox, sent: full.sent });

  const targets = [await mesh.spoke("d", { id: 3n }), await mesh.spoke("e", { id: 4n })];
  for (const { actor } of targets) await actor.ask({ kind: "read" });
  await converged(hub, a, ...targets);
  // Room again, for both.
  await targets[1]?.actor.ask({ kind: "reach", count: "read", least: 100 });
  await a.actor.ask({ kind: "halt" });
  const { sent, wrong } = await a.actor.ask({ kind: "settled" });
  const taken = await Promise.all(targets.map(({ actor }) => actor.ask({ kind: "counts" })));
  expect(taken.map(({ cursor }) => cursor).reduce((sum, cursor) => sum + cursor)).toBe(sent);
  expect([wrong, ...taken.map((counts) => counts.wrong)]).toEqual([0, 0, 0]);
});

test.each(["SIGCONT", "SIGKILL"] as const)(
  "a forwarder that stops is gone round, costs its neighbours little, and %s afterwards loses nothing",
  async (signal) => {
    const mesh = await openHub();
    const { hub } = mesh;
    // Of two roads as short as each other that over the lower id is taken: what flows goes through the hub, whose id is 9.
    const detour = await mesh.spoke("detour", { id: 10n, dials: [] });
    const dials = [hub.listen, detour.listen];
    const a = await mesh.spoke("a", { id: 1n, dials });
    const d = await mesh.spoke("d", { id: 3n, dials, durable: true });
    await converged(hub, detour, a, d);
    await d.actor.ask({ kind: "read" });
    await a.actor.ask({ kind: "produce", production: { ...bulk, from: a.id, to: d.id } });
    await delivers(a, bulkWarmUp);
    const [aBefore, dBefore] = await heldDuring([a, d], () => delivers(a, bulkLoad));

    hub.actor.signal("SIGSTOP");
    const [aDuring, dDuring] = await heldDuring([a, d], () => delivers(a, bulkLoad));
    expectBounded("the sender", [aBefore, aDuring], "allowed");
    expectBounded("the receiver", [dBefore, dDuring], "allowed");

    hub.actor.signal(signal);
    await delivers(a, bulkLoad);
    await a.actor.ask({ kind: "halt" });
    const { sent } = await a.actor.ask({ kind: "settled" });
    const { cursor, wrong } = await d.actor.ask({ kind: "reach", count: "read", least: sent });
    expect({ cursor, wrong }).toEqual({ cursor: sent, wrong: 0 });
  },
);
