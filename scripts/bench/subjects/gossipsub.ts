import { installed, nodeFrom } from "../installed.ts";
import type { LineSubject } from "../subject.ts";
import { e3Memory } from "./e3.ts";

/** js-libp2p is no dependency of this package: its versions of today need a newer Node than e3 does. */
export const gossipsub: LineSubject = {
  kind: "line",
  name: "gossipsub",
  what: "js-libp2p gossipsub",
  against: e3Memory.name,
  target: 80,
  missing: () => nodeFrom(22) ?? installed("@chainsafe/libp2p-gossipsub") ?? "this benchmark has no program for it yet",
  unfit: ({ line, fanout }) =>
    line === 3 && fanout === 1 ? undefined : "this benchmark has it in a line of 3 with one receiver only",
  open: () => Promise.reject(new Error("gossipsub cannot be measured")),
};
