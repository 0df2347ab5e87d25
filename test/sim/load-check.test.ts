import { expect, test } from "vitest";
import type { CoreEvent } from "../../src/core/event.ts";
import { LoadCheck } from "./load-check.ts";

const alarm: CoreEvent = { kind: "alarm" };
const opened: CoreEvent = { kind: "link-opened", link: 1, address: undefined, remote: "b" };
const closed: CoreEvent = { kind: "link-closed", link: 1, reason: "" };

function loaded(worldMs: number) {
  return { name: "a", lives: 1, worldMs };
}

function step(check: LoadCheck, count: number, { event = alarm, worldMs = 0 } = {}): void {
  for (let at = 0; at < count; at += 1) check.stepped(loaded(worldMs), event);
}

test("a storm that does not die out is found", () => {
  const check = new LoadCheck();
  check.started(loaded(0));
  step(check, 2_000);
  expect(() => step(check, 1)).toThrow("13: a storm dies out");
});

test("so is one of pings", () => {
  const check = new LoadCheck();
  check.started(loaded(0));
  step(check, 2_000);
  expect(() => check.idled(loaded(999))).toThrow("2001 events of 1 peers in a second");
});

test("with each second the count begins anew", () => {
  const check = new LoadCheck();
  check.started(loaded(0));
  step(check, 2_000);
  step(check, 2_000, { worldMs: 1_000 });
});

test("links make more of it fair while they stand: what peers state goes over all of them", () => {
  const check = new LoadCheck();
  check.started(loaded(0));
  step(check, 1, { event: opened });
  step(check, 2_007);
  expect(() => step(check, 1)).toThrow("13");
  step(check, 1, { event: closed, worldMs: 1_000 });
  step(check, 1_999, { worldMs: 1_000 });
  expect(() => step(check, 1, { worldMs: 1_000 })).toThrow("13");
});

test("a process that begins anew has none of the links that its former life had", () => {
  const check = new LoadCheck();
  check.started(loaded(0));
  step(check, 1, { event: opened });
  check.started({ ...loaded(0), lives: 2 });
  step(check, 1_999);
  expect(() => step(check, 1)).toThrow("13");
});
