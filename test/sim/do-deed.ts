import { E3Error } from "../../src/core/error.ts";
import type { Act } from "./act.ts";
import type { Deed, PlannedSend } from "./plan.ts";
import type { SimPeer } from "./sim-peer.ts";
import type { World } from "./world.ts";

/** Groups have ids that no peer wishes for, or is assigned. */
const firstGroup = 5_000n;

/** Does what is planned, where there is something to do: who is not asked, answers nobody. */
export function doDeed(world: World, planned: PlannedSend, deed: Deed): void {
  const { from, to } = planned;
  const by = world.peers.find(({ name }) => name === from);
  if (by?.isReady !== true) return;
  const idOf = (name: string | bigint): bigint => world.peers.find((peer) => peer.name === name)?.id ?? 0n;
  for (const step of stepsOf({ by, deed, to: idOf(to), idOf }))
    tries(() => (typeof step === "bigint" ? say(by, planned, step) : by.act(step)));
}

/** A peer may refuse: who was asked is away, who is in a session cannot begin another, there is no room. */
function tries(what: () => void): boolean {
  try {
    what();
    return true;
  } catch (error) {
    if (error instanceof E3Error) return false;
    throw error;
  }
}

type SessionDeed = Extract<Deed, { kind: "ask" | "answer-sessions" | "end" | "talk" }>;

interface Doing {
  readonly by: SimPeer;
  readonly deed: Deed;
  readonly to: bigint;
  readonly idOf: (name: string) => bigint;
}

/** All say something in all groups they are in. @returns whether anybody did. */
export function sayInGroups(world: World, text: string): boolean {
  const sayings = world.peers.flatMap((by) => by.core.groups.list().map(({ id }) => ({ by, id })));
  return (
    sayings.filter(({ by, id }) => tries(() => by.send(id, `${text} of ${by.name} in ${id}`, by.limits.ttlMs))).length >
    0
  );
}

/** What is to be done, or to whom something is to be said. */
function stepsOf({ by, deed, to, idOf }: Doing): readonly (Act | bigint)[] {
  const { groups } = by.core;
  switch (deed.kind) {
    case "found": {
      const invited = deed.others.map(idOf).filter((id) => id !== 0n && id !== by.id);
      return [{ kind: "group-create", group: groupOf(deed.group), invited }];
    }
    case "invite":
      return to === 0n ? [] : [{ kind: "group-invite", group: groupOf(deed.group), invited: [to] }];
    case "answer-groups": {
      const state = deed.joins ? "joined" : "rejected";
      // Where it is not invited, it is refused.
      return groups.list().map(({ id }) => ({ kind: "group-answer", group: id, state }));
    }
    case "leave":
      return [{ kind: "group-leave", group: groupOf(deed.group) }];
    case "say":
      return groups.list().some(({ id }) => id === groupOf(deed.group)) ? [groupOf(deed.group)] : [];
    case "ask":
    case "answer-sessions":
    case "end":
    case "talk":
      return sessionSteps(by, deed, to);
  }
}

function sessionSteps({ core }: SimPeer, deed: SessionDeed, to: bigint): readonly (Act | bigint)[] {
  const { sessions } = core;
  switch (deed.kind) {
    case "ask":
      return to === 0n ? [] : [{ kind: "session-ask", to }];
    case "answer-sessions": {
      const answer = deed.accepts ? "accept" : "reject";
      return sessions.requests.slice(0, 1).map((id) => ({ kind: "session-answer", to: id, answer }));
    }
    case "end":
      return [{ kind: "session-end" }];
    case "talk":
      return sessions.current?.state === "open" ? [sessions.current.peer] : [];
  }
}

function say(by: SimPeer, { name, burst, padBytes, ttlMs }: PlannedSend, to: bigint): void {
  for (let turn = 0; turn < burst; turn += 1)
    by.send(to, `${name}.${turn}`.padEnd(padBytes, "~"), ttlMs > 0 ? ttlMs : by.limits.ttlMs);
}

function groupOf(place: number): bigint {
  return firstGroup + BigInt(place);
}
