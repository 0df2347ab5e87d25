import { expect, test } from "vitest";
import { CheckerRig } from "./checker-rig.ts";
import type { SimPeer } from "./sim-peer.ts";

const originMs = 1_704_067_200_000;

/** An id of the slot that long from now, by a peer's clock. */
function idIn(peer: SimPeer, ms: number): bigint {
  return BigInt(Math.floor((peer.nowMs + ms - originMs) / 10)) << 25n;
}

function assign(rig: CheckerRig, from: SimPeer, assignedId: bigint): void {
  rig.frame(from, rig.b, { case: "welcome", value: { key: new Uint8Array(32), assignedId } });
}

test("an id assigned twice by one peer is found, also over restarts; two peers may make the same", () => {
  const rig = new CheckerRig();
  const id = idIn(rig.a, 0);
  assign(rig, rig.a, id);
  assign(rig, rig.c, id);
  rig.a.restart();
  expect(() => assign(rig, rig.a, id)).toThrow("broken: 7");
});

test("a disk that was lost forgets how far ids had come: what is made by the clock from then on must be new all the same", () => {
  const rig = new CheckerRig();
  const { a, world } = rig;
  const [past, ahead] = [idIn(a, -50), idIn(a, 5_000)];
  assign(rig, a, past);
  assign(rig, a, ahead);
  a.crash();
  a.loseDisk();
  world.run(100);
  a.start();
  world.run(100);
  // The clock had been ahead, and is not any more: nobody can know.
  assign(rig, a, ahead);
  expect(() => assign(rig, a, ahead)).toThrow("broken: 7");
  expect(() => assign(rig, a, past)).toThrow("broken: 7");
});

test("a clock set back excuses nothing while the disk is there", () => {
  const rig = new CheckerRig();
  const id = idIn(rig.a, 0);
  assign(rig, rig.a, id);
  rig.a.crash();
  rig.a.shiftClock(-3_600_000);
  rig.a.start();
  rig.world.run(100);
  expect(() => assign(rig, rig.a, id)).toThrow("broken: 7");
});
