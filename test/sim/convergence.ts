import { fail } from "./fail.ts";
import { isOver, type Sent } from "./ledger.ts";
import { mailboxSize, outboxOn } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";
import type { World } from "./world.ts";

/** Whether every peer runs, sees all the others, and nobody waits for anything. */
export function isAtRest(world: World): boolean {
  const isQuiet = world.peers.every((peer) => peer.isReady && isDrained(peer) && seesAll(world, peer));
  return (
    isQuiet &&
    world.checker.lacking(world.peers, world.network.wires()).length === 0 &&
    world.checker.disputed(world.peers).length === 0
  );
}

/** A leaf is to see whom it is linked with, and nobody who is not there. */
function seesAll(world: World, peer: SimPeer): boolean {
  const sees = new Set(peer.sees);
  if (peer.isLeaf) {
    const { links } = peer.core.view.figures();
    return links > 0 && links <= sees.size && peer.sees.every((id) => world.peers.some((other) => other.id === id));
  }
  return sees.size === world.peers.length - 1 && world.peers.every(({ id }) => id === peer.id || sees.has(id));
}

/** Nothing is left in the peer's outbox and mailbox, in memory and on disk. */
export function isDrained(peer: SimPeer): boolean {
  const { outbox, mailbox } = peer.core.view.figures();
  const isEmpty = (["outbox", "mailbox", "shelves"] as const).every((table) => peer.disk.size(table) === 0);
  return outbox === 0 && mailbox === 0 && isEmpty;
}

/**
 * What keeps a world from rest, for people, and should not any more. Mail may wait for those who are not there for as long
 * as it lives, by the clock of whoever keeps it: clocks that were set make that long. Where a disk forgot what was over,
 * copies that nobody needs may wait as long: their target knows neither that it had them nor what came before. And so may a
 * copy that its sender gave up by its own clock, and its target has not, behind a gap that this one hears nothing of.
 */
export function unrest(world: World): readonly string[] {
  const lines = world.peers.flatMap((peer) => {
    if (!peer.isReady) return [`${peer.name} is not ready`];
    const { outbox, mailbox } = peer.core.view.figures();
    const isAsOnDisk = outbox === outboxOn(peer.disk).length && mailbox === mailboxSize(peer.disk);
    return [
      ...(seesAll(world, peer) ? [] : [`${peer.name} sees only ${peer.sees.join()}`]),
      ...(isAsOnDisk
        ? []
        : [`${peer.name} has ${outbox} in its outbox, ${mailbox} in its mailbox, and not on its disk`]),
    ];
  });
  lines.push(...world.checker.lacking(world.peers, world.network.wires()), ...world.checker.disputed(world.peers));
  for (const sent of world.checker.sends) {
    const mayWait = !isThere(world, sent) || (world.checker.disksChanged && isOver(sent));
    const words = `${sent.by.name} to ${sent.to} #${sent.number} (${sent.text.slice(0, 20)})`;
    if (sent.inOutbox && !(mayWait && sent.by.nowMs < sent.expiresAtMs + lateMs))
      lines.push(`${sent.by.name} has ${words} in its outbox`);
    const mayBeKept = mayWait || (sent.final?.status === "expired" && !sent.logged);
    for (const [keeper, keys] of sent.copies)
      if (!mayBeKept || [...keys].some((key) => keeper.nowMs >= world.checker.keptUntilMs(keeper, key) + lateMs))
        lines.push(`${keeper.name} keeps ${words}`);
  }
  return lines;
}

/** Expiry looks at much in one go, and then rests for a while. */
const lateMs = 1_000;

/** Whether somebody is there that the message is for. */
function isThere(world: World, { to, boundTo }: Sent): boolean {
  return world.peers.some((peer) => (boundTo === 0n ? peer.id === to : world.checker.nodeOf(peer) === boundTo));
}

/**
 * Invariants 1, 2, 5, 6 and 16 of a world at rest: all that was accepted is settled, truthfully; ids are unique, and
 * everybody knows the same ones; there is one wire per pair; and for ten seconds nobody sends anything but pings.
 */
export function checkRest(world: World): void {
  // A handshake, or a repetition whose receipt was on its way, may still be going on; and a link with a leaf that broke
  // silently may not have been found.
  // What is for everyone may be waited for in vain, gone on without, compared once it was quiet, and asked for again.
  const isSlow = world.peers.some(({ isLeaf, disk }) => isLeaf || disk.size("spread") > 0);
  world.run(isSlow ? 45_000 : 15_000);
  checkSends(world);
  checkIds(world);
  checkEdges(world);
  const pairs = world.network.wires().map(([from, to]) => [from, to].sort().join(" "));
  if (new Set(pairs).size < pairs.length) fail("one link per pair", pairs.sort().join());
  // Mail that may wait by right, for somebody who is there and cannot know that it is over, is offered again and again,
  // and expires at last.
  const mayBeBusy = !isAtRest(world);
  const busy = busyAtLast(world);
  if (busy > 0 && !mayBeBusy) fail("16: the mesh falls silent", `${busy} frames in ten seconds`);
}

function checkSends(world: World): void {
  for (const { by, to, number, text, kind, accepted, final, lost, inOutbox, muddled } of world.checker.sends) {
    const name = `${by.name} to ${to} #${number} (${text})`;
    // What a disk lost, nobody knows of any more; what waits by right is still there.
    if (accepted && final === undefined && !lost && !inOutbox) fail("every send has a final status", name);
    // Where an old disk came back, its target has another message under the number.
    if (final?.status === "refused" && !muddled && kind === "mail") fail("nothing here is refused", name);
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
    if (peer.isLeaf && seesAll(world, peer)) continue;
    if (peer.sees.join() !== others.join()) fail("16: all know the same", `${peer.name} sees ${peer.sees.join()}`);
  }
}

/** Everybody knows every link there is, and no other; a leaf those of its own. */
function checkEdges(world: World): void {
  const ids = new Map(world.peers.map(({ name, id }) => [name, id]));
  const wires = world.network.wires().map((names) => names.map((name) => ids.get(name) ?? 0n).toSorted(ascending));
  const links = new Set(wires.map((pair) => pair.join("-")));
  for (const { name, id, core, isLeaf } of world.peers) {
    const known = new Set(core.view.edges().map((pair) => pair.join("-")));
    const isToKnow = (link: string): boolean => !isLeaf || link.split("-").includes(String(id));
    const lacking = [...links].filter((link) => isToKnow(link) && !known.has(link));
    const invented = [...known].filter((link) => !links.has(link));
    if (lacking.length + invented.length > 0)
      fail("16: all know the same", `${name} does not know ${lacking.join()}, and thinks there is ${invented.join()}`);
  }
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}

/**
 * Frames that were sent in ten seconds. What is for everyone and came with a gap is waited for in vain by one peer after the
 * other, where they stand in a line: then the last of so many windows counts, or the first that is silent.
 */
function busyAtLast(world: World): number {
  const hasSpread = world.peers.some(({ disk }) => disk.size("spread") > 0);
  let busy = 0;
  for (let window = hasSpread ? world.peers.length : 1; window > 0; window -= 1) {
    const before = world.checker.busyFrames;
    world.run(10_000);
    busy = world.checker.busyFrames - before;
    if (busy === 0) return 0;
  }
  return busy;
}
