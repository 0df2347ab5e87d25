import { expect, test } from "vitest";
import { Dialer } from "../../src/core/dialer.ts";
import { Doorway } from "../../src/core/doorway.ts";
import { Effects } from "../../src/core/effects.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { Links } from "../../src/core/links.ts";
import { GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { bringUp } from "../world/link-parts.ts";

const address = "127.0.0.1:8082";

/** The doorway of peer 1. */
class Rig {
  readonly effects = new Effects();
  readonly links: Links;
  readonly doorway: Doorway;
  /** What became of links and dials. */
  readonly told: string[] = [];

  constructor({ leaf = false, limits = {} }: { leaf?: boolean; limits?: Partial<Limits> } = {}) {
    const all = { ...defaultLimits, ...limits };
    this.links = new Links(all, fakePeer(1).node);
    const dialer = new Dialer(all, () => 0.5);
    dialer.failed = (at, _, failure) => void this.told.push(`failed ${at} ${failure?.code ?? ""}`);
    this.doorway = new Doorway({
      ...{ leaf, dialer, links: this.links, effects: this.effects, limits: all },
      features: ["custody"],
      identity: { ready: false, desiredId: 5n, id: 3n, incarnation: 2n },
      upkeep: { features: (at) => (at === undefined ? [] : ["spare"]) },
      partings: {
        down: (link, reason) => void this.told.push(`down ${link.number} ${reason}`),
        dialFailed: (link, at, { code, reason }) => void this.told.push(`${link.number} ${at} ${code} ${reason}`),
        cutShort: (link, reason) => void this.told.push(`short ${link.number} ${reason}`),
      },
      signer: fakePeer(1).signer,
      entropy: { bytes: (count) => new Uint8Array(count) },
    });
  }

  open(link: number, at?: string): void {
    this.doorway.opened({ kind: "link-opened", link, address: at, remote: "127.0.0.1:9" }, 0);
  }

  /** The reasons of the goodbyes that were said. */
  goodbyes(): readonly GoodbyeReason[] {
    return saidOf(this.effects.take(), "goodbye").map(({ reason }) => reason);
  }
}

test("who dials says hello, with its wish and what it can do; who is dialled waits", () => {
  const rig = new Rig();
  rig.open(1, address);
  expect(saidOf(rig.effects.take(), "hello")).toMatchObject([
    { id: 3n, desiredId: 5n, incarnation: 2n, features: ["custody", "spare"] },
  ]);
  rig.open(2);
  expect(rig.effects.take()).toEqual([]);
  expect([...rig.links.all()].map(({ number }) => number)).toEqual([1, 2]);
});

test("where there is no room, at a leaf, and at a peer that leaves, a wire ends with a goodbye", () => {
  const full = new Rig({ limits: { linksMax: 1 } });
  full.open(1);
  full.open(2);
  full.open(3, address);
  expect(full.goodbyes()).toEqual([GoodbyeReason.LIMIT, GoodbyeReason.LIMIT]);
  expect(full.told).toEqual([`failed ${address} resource-exhausted`]);
  const leaf = new Rig({ leaf: true });
  leaf.open(1);
  leaf.open(2, address);
  expect(leaf.goodbyes()).toEqual([GoodbyeReason.LEAF]);
  const leaving = new Rig();
  leaving.doorway.shut();
  leaving.open(1);
  const ended = leaving.effects.take();
  expect(saidOf(ended, "goodbye").map(({ reason }) => reason)).toEqual([GoodbyeReason.LEAVING]);
  expect(kindOf(ended, "hang-up")).toMatchObject([{ link: 1, reason: "shutting down" }]);
  leaving.open(2, address);
  expect(leaving.told).toEqual([`failed ${address} closed`]);
});

test("what the end of a wire is to this peer depends on how far it had come, and on who was there", () => {
  const rig = new Rig();
  const end = (link: number, isForeign?: boolean): void =>
    rig.doorway.closed({ kind: "link-closed", link, reason: "gone", ...(isForeign === true ? { isForeign } : {}) }, 0);
  rig.open(1, address);
  rig.open(2, address);
  rig.open(3);
  rig.open(4);
  rig.open(5, address);
  const [, , , fourth, fifth] = rig.links.all();
  if (fourth !== undefined) bringUp(rig.links, fourth, 2);
  if (fifth !== undefined) rig.links.closing(fifth, 0);
  for (const link of [1, 3, 4, 5, 99]) end(link);
  end(2, true);
  expect(rig.told).toEqual([
    `1 ${address} unanswered gone`,
    "short 3 gone",
    "down 4 gone",
    `2 ${address} protocol gone`,
  ]);
});

test("the end of a link that another had taken over from is no matter", () => {
  const rig = new Rig();
  for (const number of [1, 2]) {
    rig.open(number, address);
    const link = rig.links.get(number);
    if (link !== undefined) bringUp(rig.links, link, 2);
  }
  rig.doorway.closed({ kind: "link-closed", link: 1, reason: "the wire broke" }, 0);
  expect(rig.told).toEqual([]);
});
