import { expect, test } from "vitest";
import { draw, type Mix } from "./draw.ts";
import { parseKeep, reduce } from "./keep.ts";
import { runPlan } from "./run.ts";

/** A run that broke an invariant once. */
interface Regression {
  /** What was wrong, and is not any more. */
  readonly was: string;
  readonly seed: number;
  readonly peers?: number;
  readonly minutes?: number;
  readonly mix?: Mix;
  readonly keep?: string;
  /** Default 100. */
  readonly messages?: number;
  /** Messages to everyone, groups and sessions are drawn, too. */
  readonly conversations?: true;
}

// What a seed draws changes when the drawing does: each of these has a test of its own beside the code it mends, too.
const regressions: readonly Regression[] = [
  { was: "a peer was ready under an id that its disk had not heard of", seed: 2032 },
  { was: "a peer was ready under an id that its disk had not heard of", seed: 7071 },
  {
    was: "after its store was lost a peer stated under an old incarnation what others took for known",
    ...{ seed: 3039, peers: 7, minutes: 2, mix: "disk", keep: "p1-3,f1,f5,t33222" },
  },
  {
    was: "with its identity record damaged a peer numbered its messages under another epoch",
    ...{
      seed: 20001,
      keep: "p1-10,s2-11,s16-47,s52-55,s65-67,f3-4,f7,f24,f100,f102,f114,f116,f130-131,f133,f137,f139,f145-146,f150,f164,f166,f169-171,f196-197,f234-235,f264",
    },
  },
  {
    was: "who was told to leave one peer alone left another that went by the same id",
    ...{ seed: 226, keep: "p1-6,f19,f36,f45,t496875" },
  },
  {
    was: "a send whose settling an old disk forgot was owed for ever once that disk was lost, too",
    ...{ seed: 249, keep: "p1,p4,p7,p10,s36,f56,f129,f155,f172-173,f182,f237,t437182" },
  },
  { was: "a custodian kept, and sent, what its origin had bound since twice", seed: 150 },
  {
    was: "what its former holder said of an id while it was leaving was held against who granted it",
    ...{ seed: 770, keep: "p1-3,p10,f224-225,f243,t497078" },
  },
  {
    was: "two halves of a mesh met, and one that was gone seemed to be there for a moment",
    ...{ seed: 873, keep: "p1-10,f5-6,f8,f18-19,f21,f24-25,f27,f32,t212079" },
  },
  {
    was: "two disks came back old, and what the one had received was forgotten with what the other had sent",
    ...{ seed: 902, keep: "p4,p7,p9,s5,s32,s45,f8,f41,f65,f73,f161,f191,t384375" },
  },
  {
    was: "a newcomer took for had what the first of its neighbours had dropped, and the second kept",
    ...{ seed: 11, peers: 5, messages: 30, minutes: 1, conversations: true },
  },
  {
    was: "a neighbour that had lost its disk was believed when it knew nothing of what an old one had said to everyone",
    ...{ seed: 507, peers: 5, messages: 30, minutes: 1, conversations: true },
  },
  {
    was: "a peer whose session ended with what came behind a request was taken for one that is not busy",
    ...{ seed: 10174, peers: 5, messages: 30, minutes: 1, conversations: true },
  },
  {
    was: "with the count of what a peer had said to everyone, the epoch was lost in which it had said it",
    ...{ seed: 1514, peers: 5, messages: 30, minutes: 1, conversations: true },
  },
  {
    was: "what a peer held back when it crashed, and nobody else had, it had on its disk and showed to nobody",
    ...{ seed: 4722, peers: 5, messages: 30, minutes: 1, conversations: true },
  },
  {
    was: "a newcomer was not told what was missing behind the first message that it was shown",
    ...{ seed: 5815, peers: 5, messages: 30, minutes: 1, conversations: true },
  },
  {
    was: "an id that was lost before it was durable was told when it was",
    ...{ seed: 480, peers: 50, messages: 200, minutes: 0.5 },
  },
  {
    was: "mail for an id that two held was given to one of them to keep",
    ...{ seed: 298, peers: 50, messages: 200, minutes: 0.5 },
  },
  {
    was: "an id was held against who granted it by a holder that it had not heard of",
    ...{ seed: 221, peers: 50, messages: 200, minutes: 0.5 },
  },
  {
    was: "a peer with little room, and very many messages waiting for it, was to take all of them in three minutes",
    ...{ seed: 1453, peers: 50, messages: 200, minutes: 0.5 },
  },
  {
    was: "a copy was to be gone that its sender had given up, its clock years ahead, behind a gap",
    ...{ seed: 4043, peers: 50, messages: 200, minutes: 0.5 },
  },
  {
    was: "what had a number in a life that a backup forgot was taken for what was given that number again",
    ...{ seed: 5186, peers: 50, messages: 200, minutes: 0.5 },
  },
];

test.each(regressions)(
  "seed $seed stays sound, in which $was",
  ({ seed, peers = 10, messages = 100, minutes = 10, mix = "all", keep, conversations }) => {
    const kinds = conversations === true ? { broadcasts: 30, groups: 15, sessions: 15 } : {};
    const drawn = draw(seed, { peers, messages, forMs: minutes * 60_000, mix, ...kinds });
    const plan = keep === undefined ? drawn : reduce(drawn, parseKeep(keep));
    expect(runPlan(plan).violation).toBeUndefined();
  },
  300_000,
);
