import { expect, test } from "vitest";
import { Dials } from "../../src/core/dials.ts";
import { Effects } from "../../src/core/effects.ts";

const node = 7n;
const address = "127.0.0.1:8082";
const unanswered = { code: "unanswered", reason: "connection refused" } as const;
const linked = { kind: "dialled", address, outcome: { kind: "linked", id: 2n } };

class Rig {
  readonly effects = new Effects();
  id = 2n;
  readonly dials = new Dials({
    links: { withNode: () => undefined },
    topology: { get: () => (this.id === 0n ? undefined : { ...nobody, id: this.id }) },
    effects: this.effects,
  });

  told(): readonly unknown[] {
    this.dials.settle();
    return this.effects.take();
  }
}

const nobody = {
  ...{ node, id: 0n, name: "", addresses: [], neighbours: [], features: [], left: false, claimedAtMs: 0 },
  ...{
    incarnation: 1n,
    version: 1n,
    key: new Uint8Array(),
    credential: new Uint8Array(),
    verbatim: undefined,
    signature: new Uint8Array(),
  },
};

test("what comes of an address is told to who waits for it, and to nobody else", () => {
  const rig = new Rig();
  rig.dials.linked(address, node);
  rig.dials.failed(address, unanswered);
  expect(rig.told()).toEqual([]);
  rig.dials.watch(address);
  rig.dials.failed(address, unanswered);
  expect(rig.told()).toEqual([{ kind: "dialled", address, outcome: { kind: "failed", ...unanswered } }]);
  rig.dials.linked(address, node);
  expect(rig.told()).toEqual([linked]);
  rig.dials.failed(address, unanswered);
  expect(rig.told()).toEqual([]);
});

test("a link is told once it is known whose it is", () => {
  const rig = new Rig();
  rig.id = 0n;
  rig.dials.watch(address);
  rig.dials.linked(address, node);
  expect(rig.told()).toEqual([]);
  rig.id = 2n;
  expect(rig.told()).toEqual([linked]);
  expect(rig.told()).toEqual([]);
});

test("a link that is lost before it was told has failed, and is waited for again", () => {
  const rig = new Rig();
  rig.id = 0n;
  rig.dials.watch(address);
  rig.dials.linked(address, node);
  rig.dials.failed(address, unanswered);
  expect(rig.told()).toMatchObject([{ outcome: { kind: "failed" } }]);
  rig.id = 2n;
  expect(rig.told()).toEqual([]);
  rig.dials.linked(address, node);
  expect(rig.told()).toEqual([linked]);
});

test("an address that is dialled no more is told of once more", () => {
  const rig = new Rig();
  rig.dials.watch(address);
  rig.dials.forgotten(address, { code: "closed", reason: "by hand" });
  expect(rig.told()).toMatchObject([{ outcome: { kind: "failed", code: "closed" } }]);
  rig.dials.linked(address, node);
  expect(rig.told()).toEqual([]);
});
