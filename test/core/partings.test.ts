import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Dialer } from "../../src/core/dialer.ts";
import { Effects } from "../../src/core/effects.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Partings } from "../../src/core/partings.ts";
import { GoodbyeReason, GoodbyeSchema, type Goodbye } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { bringUp, openLink } from "../world/link-parts.ts";

const address = "127.0.0.1:8082";
const otherReasons = [
  GoodbyeReason.UNSPECIFIED,
  GoodbyeReason.LEAVING,
  GoodbyeReason.PROTOCOL,
  GoodbyeReason.VERSION,
  GoodbyeReason.LIMIT,
];

/** Partings of peer 1, which dialled peer 2 at the address. */
class Rig {
  readonly effects = new Effects();
  readonly links = new Links(defaultLimits, fakePeer(1).node);
  readonly dialer = new Dialer(defaultLimits, () => 0.5);
  readonly partings: Partings;
  changes = 0;
  isHeard = true;

  constructor() {
    const { links, dialer, effects } = this;
    this.partings = new Partings({
      links,
      dialer,
      effects,
      lost: () => (this.changes += 1),
      isHeard: () => this.isHeard,
    });
  }

  dial(number = 1): Link {
    this.dialer.add(address, 0);
    expect(this.dialer.due(this.dialer.nextDeadlineMs)).toEqual([address]);
    return openLink(this.links, { number, address });
  }

  up(link: Link): Link {
    bringUp(this.links, link, 2);
    if (link.address !== undefined) this.dialer.linked(link.address, fakePeer(2).node);
    return link;
  }
}

function goodbyeOf(reason: GoodbyeReason, message = "so be it"): Goodbye {
  return create(GoodbyeSchema, { reason, message });
}

test.each(["said", "heard"])("one's own address is never dialled again, and that is told once (%s)", (how) => {
  const rig = new Rig();
  const link = rig.dial();
  if (how === "said") rig.partings.end(link, { reason: GoodbyeReason.SELF, message: "it is I" }, 0);
  else rig.partings.goodbye(link, goodbyeOf(GoodbyeReason.SELF), 0);
  expect(rig.dialer.addresses).toEqual([]);
  const told = kindOf(rig.effects.take(), "error");
  const message = `${address} is this peer's own address: it is not dialled any more`;
  expect(told).toEqual([{ kind: "error", code: "bad-option", message }]);
});

test("whoever accepted its own dial has no address to give up", () => {
  const rig = new Rig();
  rig.partings.end(openLink(rig.links, { number: 2 }), { reason: GoodbyeReason.SELF, message: "it is I" }, 0);
  expect(kindOf(rig.effects.take(), "error")).toEqual([]);
});

test("an address is content with another link to its peer, until that one is lost", () => {
  const rig = new Rig();
  const duplicate = rig.up(rig.dial());
  const kept = openLink(rig.links, { number: 2 });
  rig.links.closing(duplicate, 0);
  bringUp(rig.links, kept, 2);
  rig.partings.goodbye(duplicate, goodbyeOf(GoodbyeReason.DUPLICATE), 0);
  expect(rig.dialer.nextDeadlineMs).toBe(Infinity);
  rig.links.closed(kept);
  rig.partings.down(kept, "the wire broke", 0);
  expect(rig.dialer.due(defaultLimits.redialMinMs)).toEqual([address]);
});

test("of two links whoever accepted the newer ends the one that loses, and whoever dialled it hears the other out", () => {
  const [acceptor, dialler] = [new Rig(), new Rig()];
  const first = acceptor.up(acceptor.dial());
  const accepted = openLink(acceptor.links, { number: 2 });
  acceptor.links.closing(first, 0);
  acceptor.partings.double(acceptor.up(accepted), first, 0);
  expect(saidOf(acceptor.effects.take(), "goodbye", 1)).toMatchObject([{ reason: GoodbyeReason.DUPLICATE }]);
  const before = dialler.up(openLink(dialler.links, { number: 1 }));
  const dialled = openLink(dialler.links, { number: 2, address });
  bringUp(dialler.links, dialled, 2);
  dialler.partings.double(dialled, before, 0);
  expect([dialler.effects.take(), before.state]).toEqual([[], "up"]);
  // The other end never came to have it: then it is to have neither.
  dialler.links.closed(dialled);
  dialler.partings.down(dialled, "the wire broke", 0);
  expect(saidOf(dialler.effects.take(), "goodbye", 1)).toMatchObject([{ reason: GoodbyeReason.DUPLICATE }]);
});

test("of three links the oldest ends with the next: its other end may wait for that, too", () => {
  for (const isAccepted of [false, true]) {
    const rig = new Rig();
    const oldest = rig.up(openLink(rig.links, { number: 1 }));
    const next = rig.up(openLink(rig.links, { number: 2, address }));
    rig.partings.double(next, oldest, 0);
    expect(rig.effects.take()).toEqual([]);
    const newest = rig.up(openLink(rig.links, { number: 3, ...(!isAccepted && { address }) }));
    rig.partings.double(newest, next, 0);
    const effects = rig.effects.take();
    expect(kindOf(effects, "hang-up").map(({ link }) => link)).toEqual(isAccepted ? [1, 2] : [1]);
    expect(saidOf(effects, "goodbye", 1)).toMatchObject([{ reason: GoodbyeReason.DUPLICATE }]);
  }
});

test("an address called a duplicate of no link that is known is dialled again", () => {
  const rig = new Rig();
  rig.partings.goodbye(rig.dial(), goodbyeOf(GoodbyeReason.DUPLICATE), 0);
  expect(rig.dialer.due(defaultLimits.redialMinMs)).toEqual([address]);
});

test("who was disconnected by hand does not dial again, whichever side it was", () => {
  const told = new Rig();
  told.partings.goodbye(told.up(told.dial()), goodbyeOf(GoodbyeReason.DISCONNECTED), 0);
  expect(told.dialer.addresses).toEqual([]);
  const content = new Rig();
  content.partings.goodbye(content.dial(), goodbyeOf(GoodbyeReason.LIMIT), 0);
  content.dialer.linked(address, fakePeer(2).node);
  const accepted = content.up(openLink(content.links, { number: 9 }));
  content.partings.goodbye(accepted, goodbyeOf(GoodbyeReason.DISCONNECTED), 0);
  expect(content.dialer.addresses).toEqual([]);
});

test.each(otherReasons)("after a goodbye with reason %s an address is dialled again, after a wait", (reason) => {
  for (const isUp of [false, true]) {
    const rig = new Rig();
    const link = isUp ? rig.up(rig.dial()) : rig.dial();
    rig.partings.goodbye(link, goodbyeOf(reason), 0);
    expect(rig.dialer.due(defaultLimits.redialMinMs - 1)).toEqual([]);
    expect(rig.dialer.due(defaultLimits.redialMinMs)).toEqual([address]);
    expect(rig.changes).toBe(isUp ? 1 : 0);
  }
});

test("a link that is ended says why, then hangs up, and takes no more", () => {
  const rig = new Rig();
  const link = rig.up(rig.dial());
  rig.partings.end(link, { reason: GoodbyeReason.LEAVING, message: "shutting down" }, 0);
  const effects = rig.effects.take();
  expect(effects.map(({ kind }) => kind)).toEqual(["frame", "hang-up", "notice"]);
  expect(saidOf(effects, "goodbye", 1)).toMatchObject([{ reason: GoodbyeReason.LEAVING, message: "shutting down" }]);
  expect(link.state).toBe("closing");
  expect(rig.links.neighbours()).toEqual([]);
  expect(rig.changes).toBe(1);
});

test("a goodbye is answered by hanging up, and what it says is cut to a bound", () => {
  const rig = new Rig();
  rig.partings.goodbye(rig.up(rig.dial()), goodbyeOf(GoodbyeReason.LEAVING, "x".repeat(5_000)), 0);
  const effects = rig.effects.take();
  expect(kindOf(effects, "hang-up")).toEqual([{ kind: "hang-up", link: 1, reason: "x".repeat(256) }]);
  expect(saidOf(effects, "goodbye")).toEqual([]);
});

test("a refused handshake is a warning when the other end is to blame, and the address is dialled again later and later", () => {
  const rig = new Rig();
  const waits: number[] = [];
  for (const [index, nowMs] of [0, 1_600, 4_000].entries()) {
    const link = rig.dial(index + 1);
    rig.partings.end(link, { reason: GoodbyeReason.PROTOCOL, message: "no" }, nowMs);
    waits.push(rig.dialer.nextDeadlineMs - nowMs);
  }
  expect(waits).toEqual([100, 200, 500]);
  expect(kindOf(rig.effects.take(), "notice").filter(({ level }) => level === "warn")).toHaveLength(3);
});

test("the end of the spare of two links leaves the other, its address and the advert alone", () => {
  const rig = new Rig();
  const spare = rig.up(rig.dial());
  const kept = openLink(rig.links, { number: 2, address });
  expect(bringUp(rig.links, kept, 2)).toBe(spare);
  rig.partings.end(spare, { reason: GoodbyeReason.DUPLICATE, message: "there is another" }, 0);
  expect(rig.links.withNode(fakePeer(2).node)).toBe(kept);
  expect(rig.dialer.nextDeadlineMs).toBe(Infinity);
  expect(rig.changes).toBe(0);
});

test("that an address is a leaf's is told once, when somebody hears it, and the address is dialled on", () => {
  const rig = new Rig();
  rig.isHeard = false;
  rig.partings.goodbye(rig.dial(1), goodbyeOf(GoodbyeReason.LEAF), 0);
  expect(kindOf(rig.effects.take(), "error")).toEqual([]);
  rig.isHeard = true;
  rig.partings.goodbye(rig.dial(2), goodbyeOf(GoodbyeReason.LEAF), 0);
  rig.partings.goodbye(rig.dial(3), goodbyeOf(GoodbyeReason.LEAF), 0);
  const message = `${address} is a leaf, which accepts no links; list a peer that is none`;
  expect(kindOf(rig.effects.take(), "error")).toEqual([{ kind: "error", code: "bad-option", message }]);
  expect(rig.dialer.addresses).toEqual([address]);
});

test("of an address that no person asked for nobody is told, be it this peer's own or a leaf's", () => {
  for (const reason of [GoodbyeReason.SELF, GoodbyeReason.LEAF]) {
    const rig = new Rig();
    rig.dialer.try(address, 0);
    rig.dialer.due(0);
    rig.partings.goodbye(openLink(rig.links, { number: 1, address }), goodbyeOf(reason), 0);
    expect(kindOf(rig.effects.take(), "error")).toEqual([]);
    expect(rig.dialer.has(address)).toBe(false);
  }
});

test("a refusal that is part of how links are kept is no warning", () => {
  const rig = new Rig();
  const refusal = { reason: GoodbyeReason.LIMIT, message: "no room" };
  for (const isRoutine of [false, true])
    rig.partings.end(openLink(rig.links, { number: 1 }), { ...refusal, isRoutine }, 0);
  const effects = rig.effects.take();
  expect(kindOf(effects, "notice").map(({ level }) => level)).toEqual(["warn", "debug"]);
  expect(saidOf(effects, "goodbye").map(({ message }) => message)).toEqual(["no room", "no room"]);
});

test("whoever waits for the address is told whether it was refused, or is not understood, by which end ever", () => {
  const codes = [GoodbyeReason.LIMIT, GoodbyeReason.LEAF, GoodbyeReason.PROTOCOL, GoodbyeReason.VERSION].map(
    (reason) => {
      const rig = new Rig();
      const failures: (string | undefined)[] = [];
      rig.dialer.failed = (_, __, failure) => void failures.push(failure?.code);
      rig.partings.goodbye(rig.dial(), goodbyeOf(reason), 0);
      rig.partings.end(openLink(rig.links, { number: 2, address }), { reason, message: "no" }, 0);
      return failures;
    },
  );
  expect(codes).toEqual([
    ["refused", "unanswered"],
    ["refused", "unanswered"],
    ["protocol", "protocol"],
    ["protocol", "protocol"],
  ]);
});
