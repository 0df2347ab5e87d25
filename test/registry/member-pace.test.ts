import { expect, test } from "vitest";
import { MemberPace } from "../../src/registry/member-pace.ts";

const half = (): number => 0.5;

/** A pace that was answered its first heartbeat at 0, with links, and asked for newcomers then. */
function answered(chance = half, heartbeatMs = 60_000, peers = 1): MemberPace {
  const pace = new MemberPace(heartbeatMs, chance, 0);
  pace.beaten(false, 0);
  pace.fetched(peers, 0);
  return pace;
}

test("it begins with a heartbeat, and asks for newcomers once that is answered", () => {
  const pace = new MemberPace(60_000, half, 100);
  expect([pace.next(99), pace.next(100)]).toEqual([undefined, "beat"]);
  pace.beaten(false, 100);
  expect(pace.next(100)).toBe("fetch");
  pace.fetched(1, 100);
  expect(pace.next(100)).toBeUndefined();
});

test("heartbeats keep to the time asked for, a little before it", () => {
  for (const [chance, atMs] of [
    [0, 54_000],
    [1, 60_000],
  ] as const) {
    const pace = answered(() => chance, 60_000, 1_000);
    expect(pace.nextDeadlineMs).toBe(Math.min(atMs, chance === 0 ? 45_000 : 75_000));
    pace.fetched(1_000, 54_000);
    expect([pace.next(atMs - 1), pace.next(atMs)]).toEqual([undefined, "beat"]);
  }
});

test("whatever a registry asks for, heartbeats are neither a storm nor none", () => {
  for (const [asked, mostMs] of [
    [0, 1_000],
    [4_294_967_295, 200_000],
  ] as const) {
    const pace = new MemberPace(asked, () => 1, 0);
    pace.beaten(false, 0);
    pace.fetched(1_000_000, 0);
    pace.fetched(1_000_000, mostMs - 1);
    expect([pace.next(mostMs - 1), pace.next(mostMs)]).toEqual([undefined, "beat"]);
  }
});

test("a peer without links says so anew every 20 s", () => {
  const pace = new MemberPace(60_000, () => 1, 0);
  pace.beaten(true, 0);
  pace.fetched(1_000, 0);
  expect([pace.next(19_999), pace.next(20_000)]).toEqual([undefined, "beat"]);
});

test("the more peers there are the more seldom each asks for newcomers, and never more seldom than it beats", () => {
  const wait = (peers: number): number => Math.round(answered(half, 60_000, peers).nextDeadlineMs);
  expect([wait(0), wait(3), wait(9), wait(99), wait(10_000)]).toEqual([2_000, 2_000, 5_000, 50_000, 57_000]);
});

test("without an answer the wait doubles up to a minute, heartbeats alone are made, and an answer ends it", () => {
  const pace = answered(() => 1);
  const waits: number[] = [];
  for (let count = 0, nowMs = 5_000; count < 9; count += 1) {
    pace.unanswered(nowMs);
    pace.hurry(nowMs);
    expect([pace.isSilent, pace.next(pace.nextDeadlineMs)]).toEqual([true, "beat"]);
    waits.push(pace.nextDeadlineMs - nowMs);
    nowMs = pace.nextDeadlineMs;
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  pace.beaten(false, 1_000_000);
  expect([pace.isSilent, pace.next(1_000_000)]).toEqual([false, "fetch"]);
  pace.unanswered(1_000_000);
  expect(pace.nextDeadlineMs).toBe(1_001_000);
});

test("chance shortens a wait by half at most, so that those who lost the registry together come back apart", () => {
  const [soon, late] = [() => 0, () => 1].map((chance) => answered(chance));
  soon?.unanswered(0);
  late?.unanswered(0);
  expect([soon?.nextDeadlineMs, late?.nextDeadlineMs]).toEqual([500, 1_000]);
});

test("what is no longer so is said at once", () => {
  const pace = answered();
  pace.hurry(1_000);
  expect(pace.next(1_000)).toBe("beat");
});
