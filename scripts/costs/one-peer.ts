import { encodeText } from "../../src/core/body.ts";
import { shapeOf } from "./shape.ts";
import { cpuUsEach, cpuUsOf, keptBytes } from "./stopwatch.ts";
import { Subject } from "./subject.ts";
import type { Counts } from "./traffic.ts";

/** Pieces of work in one run of a measurement: some microseconds each. */
const small = 200;
/** Of those that take milliseconds. */
const large = 5;
/** Runs of cpuUsEach, the one that warms up included. */
const runs = 6;
const absentTargets = 100;
/** Adverts that memory is measured over at least, if need be at several peers. */
const keptMin = 3_000;

/** Names of what is measured at one size, with unit and the power of the number of peers that it may grow with. */
export const oneCosts = {
  kept: ["memory for each peer known", "bytes", 0],
  first: ["an advert of a peer not known before", "µs", 0],
  repeated: ["an advert again", "µs", 0],
  whole: ["a newer advert", "µs", 0],
  change: ["a change of links", "µs", 0],
  route: ["a link elsewhere, settled: roads anew", "µs", 1],
  absent: [`the same, with mail for ${absentTargets} absent peers`, "µs", 1],
  routeFrames: ["a link elsewhere: frames sent", "", 0],
  routeBytes: ["a link elsewhere: bytes sent", "bytes", 0],
  joinFrames: ["a newcomer: frames, both ways", "", 0],
  joinBytes: ["a newcomer: bytes, both ways", "bytes", 1],
  joinCpu: ["a newcomer: of both ends", "µs", 1],
  relinkAdverts: ["the only link lost and back: adverts, both ways", "", 0],
  relinkBytes: ["the only link lost and back: bytes, both ways", "bytes", 1],
  relinkCpu: ["the only link lost and back: of both ends", "µs", 1],
  linkBytes: ["one more link of two that know all: bytes, both ways", "bytes", 1],
  linkCpu: ["one more link of two that know all: of both", "µs", 1],
} as const satisfies Record<string, readonly [name: string, unit: string, allowed: 0 | 1]>;

/** What one peer's core costs in a mesh of that size. */
export type OneCosts = Readonly<Record<keyof typeof oneCosts, number>>;

/** Measures a real core that is told the real adverts of all others. Signatures are hashes. */
export function measureOne(peers: number, degree: number): OneCosts {
  const subject = new Subject(shapeOf("random", peers, degree));
  // What a few peers are remembered by would be lost in what else comes and goes.
  const others = Array.from(
    { length: Math.floor(keptMin / peers) },
    () => new Subject(shapeOf("random", peers, degree)),
  );
  const subjects = [subject, ...others];
  const before = keptBytes();
  const firstUs = cpuUsOf(() => {
    for (const each of subjects) {
      each.tellAll();
      each.settle();
    }
  });
  const kept = keptBytes() - before;
  subject.crowd.run(3_000);
  return {
    kept: kept / peers / subjects.length,
    first: firstUs / peers / subjects.length,
    ...changesOf(subject),
    ...linkElsewhereOf(subject),
    ...newcomersOf(subject),
  };
}

function changesOf(subject: Subject): Pick<OneCosts, "repeated" | "whole" | "change"> {
  const held = Array.from({ length: small }, (_, piece) => subject.frameOf(picked(subject, piece)));
  const again = cycle(held);
  const repeated = cpuUsEach(small, (piece) => subject.tell(again(piece)));
  const flips = (): ReturnType<Subject["flip"]>[] =>
    Array.from({ length: runs * small }, (_, piece) => subject.flip(picked(subject, piece), 1));
  const wholes = cycle(flips().map((flip) => flip.whole));
  const whole = cpuUsEach(small, (piece) => subject.tell(wholes(piece)));
  subject.settle();
  const deltas = cycle(flips().map((flip) => flip.change));
  const change = cpuUsEach(small, (piece) => subject.tell(deltas(piece)));
  subject.settle();
  return { repeated, whole, change };
}

function linkElsewhereOf(subject: Subject): Pick<OneCosts, "route" | "absent" | "routeFrames" | "routeBytes"> {
  const { traffic } = subject.crowd;
  const counts = traffic.counts;
  const route = settleUs(subject);
  const { frames, bytes } = traffic.since(counts);
  for (let number = 0; number < absentTargets; number += 1) {
    const nowMs = subject.crowd.beginMs + subject.crowd.nowMs;
    subject.member.core.submit({ to: BigInt(number + 1), body: encodeText("hi"), ttlMs: 1e9 }, nowMs);
  }
  subject.member.feed({ kind: "alarm" });
  subject.crowd.run(100);
  const absent = settleUs(subject);
  return { route, absent, routeFrames: frames / (runs * large), routeBytes: bytes / (runs * large) };
}

function settleUs(subject: Subject): number {
  const pairs = Array.from({ length: runs * large }, (_, piece) => {
    const [a, b] = [picked(subject, piece), picked(subject, piece + 3)];
    return [subject.flip(a, b).change, subject.flip(b, a).change];
  });
  const pair = cycle(pairs);
  return cpuUsEach(large, (piece) => {
    for (const frame of pair(piece)) subject.tell(frame);
    subject.settle();
  });
}

type NewcomerCosts = Pick<OneCosts, Extract<keyof OneCosts, `${"join" | "relink" | "link"}${string}`>>;

function newcomersOf(subject: Subject): NewcomerCosts {
  const { crowd, member } = subject;
  crowd.run(3_000);
  const [one, other] = [crowd.add(), crowd.add()];
  const during = (act: () => void): { readonly counts: Counts; readonly us: number } => {
    const counts = crowd.traffic.counts;
    const us = cpuUsOf(() => {
      act();
      // Not as long as links take to compare what they know: that is the same whatever happened.
      crowd.run(500);
    });
    return { counts: crowd.traffic.since(counts), us };
  };
  during(() => one.start([member]));
  const join = during(() => other.start([member]));
  during(() => other.disconnect(member));
  const relink = during(() => other.connect(member));
  const link = during(() => one.connect(other));
  return {
    joinFrames: join.counts.frames,
    joinBytes: join.counts.bytes,
    joinCpu: join.us,
    relinkAdverts: relink.counts.adverts,
    relinkBytes: relink.counts.bytes,
    relinkCpu: relink.us,
    linkBytes: link.counts.bytes,
    linkCpu: link.us,
  };
}

/** A peer that is not a neighbour of the subject, spread over the mesh. */
function picked(subject: Subject, piece: number): number {
  const first = 20;
  return first + ((piece * 7) % (subject.size - first));
}

function cycle<T>(list: readonly T[]): (piece: number) => T {
  return (piece) => {
    const found = list[piece % list.length];
    if (found === undefined) throw new RangeError("there is nothing to take");
    return found;
  };
}
