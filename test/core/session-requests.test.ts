import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import type { Judgement } from "../../src/core/session-peers.ts";
import { SessionRequests, tellSession } from "../../src/core/session-requests.ts";
import { peerWith } from "./session-room.ts";

const there: Judgement = { fault: undefined, againMs: Infinity, isDeaf: false };

function make(judge: () => Judgement = () => there) {
  const effects = new Effects();
  const requests = new SessionRequests({ peers: { judge }, limits: defaultLimits, effects });
  /** What is told once all that was written is durable. */
  const told = (): readonly string[] => {
    effects.persisted(99, 0);
    effects.close(0);
    return effects.take().flatMap((each) => (each.kind === "session" ? [`${each.state} ${each.peer}`] : []));
  };
  return { effects, requests, told };
}

const ask = (id: bigint, session: bigint) => ({ ...peerWith(id), session });

test("a request is told once it is durable, and its withdrawal too", () => {
  const { effects, requests, told } = make();
  effects.put({ table: "meta", key: "x", value: undefined });
  requests.add(ask(7n, 1n), 0);
  effects.close(0);
  expect(effects.take().map(({ kind }) => kind)).toEqual(["persist"]);
  expect(told()).toEqual(["asked 7"]);
  requests.withdrawn(7n, 2n, "");
  expect(requests.size).toBe(1);
  requests.withdrawn(7n, 1n, "");
  expect([requests.size, told()]).toEqual([0, ["withdrawn 7"]]);
});

test("what is withdrawn or answered before it could be told is not told", () => {
  const { requests, told } = make();
  requests.add(ask(7n, 1n), 0);
  requests.withdrawn(7n, 1n, "");
  requests.add(ask(8n, 1n), 0);
  requests.answered(8n);
  expect(told()).toEqual([]);
});

test("who asks twice is told of once, and the first request is no more", () => {
  const { requests, told } = make();
  requests.add(ask(7n, 1n), 0);
  requests.add(ask(7n, 2n), 0);
  expect(told()).toEqual(["asked 7"]);
  requests.add(ask(7n, 3n), 0);
  requests.withdrawn(7n, 2n, "");
  expect([requests.get(7n)?.session, told()]).toEqual([3n, []]);
  requests.withdrawn(7n, 3n, "");
  expect(told()).toEqual(["withdrawn 7"]);
});

test("a request lasts a minute and a bit, and no longer than its peer", () => {
  let judgement = there;
  const { requests, told } = make(() => judgement);
  requests.add(ask(7n, 1n), 1_000);
  expect(requests.look(70_999)).toBe(71_000);
  judgement = { ...there, againMs: 70_999 };
  expect(requests.look(70_998)).toBe(70_999);
  told();
  expect(requests.look(71_000)).toBe(Infinity);
  expect(told()).toEqual(["withdrawn 7"]);
  requests.add(ask(8n, 1n), 0);
  judgement = { ...there, fault: "gone" };
  requests.look(1);
  expect(requests.all()).toEqual([]);
});

test("there is room for some, and always for another request of the same peer", () => {
  const { requests } = make();
  const most = defaultLimits.sessionRequestsMax;
  for (let id = 1; id <= most; id += 1) expect(requests.add(ask(BigInt(id), 1n), 0)).toBe(true);
  expect(requests.add(ask(1_000n, 1n), 0)).toBe(false);
  expect(requests.add(ask(1n, 2n), 0)).toBe(true);
  expect(requests.size).toBe(most);
});

test("people are told of a change once it is durable", () => {
  const { effects, told } = make();
  effects.put({ table: "meta", key: "x", value: undefined });
  tellSession(effects, 7n, { state: "accepted", by: "self", reason: "" });
  effects.close(0);
  expect(effects.take().map(({ kind }) => kind)).toEqual(["persist"]);
  expect(told()).toEqual(["accepted 7"]);
});
