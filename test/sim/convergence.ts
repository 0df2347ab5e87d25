import { fail } from "./checker.ts";
import type { SimPeer } from "./sim-peer.ts";
import type { World } from "./world.ts";

/** Whether every peer runs, sees all the others, and nobody waits for anything. */
export function isAtRest(world: World): boolean {
  return world.peers.every((peer) => peer.isReady && isDrained(peer) && seesAll(world, peer));
}

function seesAll(world: World, peer: SimPeer): boolean {
  return peer.sees.length === world.peers.length - 1;
}

/** Nothing is left in the peer's outbox and mailbox, in memory and on disk. */
export function isDrained(peer: SimPeer): boolean {
  const { outbox, mailbox } = peer.core.view.figures();
  return outbox === 0 && mailbox === 0 && peer.disk.size("outbox") === 0 && peer.disk.size("mailbox") === 0;
}

/** What keeps a world from rest, for people. */
export function unrest(world: World): readonly string[] {
  const waiting = world.peers.map((peer) => {
    if (!peer.isReady) return `${peer.name} is not ready`;
    const { outbox, mailbox } = peer.core.view.figures();
    const disk = `${peer.disk.size("outbox")} and ${peer.disk.size("mailbox")} on disk`;
    const drained = isDrained(peer) ? "" : `${outbox} in its outbox, ${mailbox} in its mailbox, ${disk}`;
    const seeing = seesAll(world, peer) ? "" : `only ${peer.sees.join()}`;
    return drained + seeing === "" ? "" : `${peer.name} has or sees ${[drained, seeing].filter(Boolean).join(", ")}`;
  });
  return waiting.filter((line) => line !== "");
}

/**
 * Invariants 1, 2, 5, 6 and 16 of a world at rest: all that was accepted is settled, truthfully; ids are unique, and
 * everybody knows the same ones; there is one wire per pair; and for ten seconds nobody sends anything but pings.
 */
export function checkRest(world: World): void {
  // A handshake, or a repetition whose receipt was on its way, may still be going on.
  world.run(15_000);
  checkSends(world);
  checkIds(world);
  const pairs = world.network.wires().map(([from, to]) => [from, to].sort().join(" "));
  if (new Set(pairs).size < pairs.length) fail("one link per pair", pairs.sort().join());
  const before = world.checker.busyFrames;
  world.run(10_000);
  const busy = world.checker.busyFrames - before;
  if (busy > 0) fail("16: the mesh falls silent", `${busy} frames in ten seconds`);
}

function checkSends(world: World): void {
  for (const { by, to, number, text, accepted, final, inboxOf } of world.checker.sends) {
    const name = `${by.name} to ${to} #${number} (${text})`;
    if (accepted && final === undefined) fail("every send has a final status", name);
    if (final?.status === "delivered" && inboxOf === undefined) fail("3: delivered is in the inbox", name);
    if (final?.status === "refused") fail("nothing here is refused", name);
  }
  const wishes = world.peers.flatMap(({ wish }) => (wish === 0n ? [] : [wish]));
  if (world.checker.twins > 0 && new Set(wishes).size === wishes.length)
    fail("2: exactly once", "it came to two peers");
}

function checkIds(world: World): void {
  const ids = world.peers.map(({ id }) => id);
  if (new Set(ids).size < ids.length) fail("6: no two live peers hold one id", ids.join());
  for (const peer of world.peers) {
    const others = ids.filter((id) => id !== peer.id).toSorted(ascending);
    if (peer.sees.join() !== others.join()) fail("16: all know the same", `${peer.name} sees ${peer.sees.join()}`);
  }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}
