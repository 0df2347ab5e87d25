import { expect, test } from "vitest";
import { Newcomers } from "../../../src/bridges/udp-chat/newcomers.ts";

test("the one that waits longest is taken first, once, and nobody takes himself", () => {
  const waiting = new Newcomers();
  waiting.add({ id: "7493", address: "127.0.0.1:5002" });
  waiting.add({ id: "9101", address: "127.0.0.1:5001" });
  waiting.add({ id: "7493", address: "127.0.0.1:5003" });
  expect(waiting.takeFor("7493")).toEqual({ id: "9101", address: "127.0.0.1:5001" });
  expect(waiting.takeFor("7493")).toBeUndefined();
  expect(waiting.takeFor("4403")).toEqual({ id: "7493", address: "127.0.0.1:5003" });
  expect(waiting.takeFor("4403")).toBeUndefined();
});

test("who is gone waits no more", () => {
  const waiting = new Newcomers();
  waiting.add({ id: "7493", address: "127.0.0.1:5002" });
  waiting.remove("7493");
  expect(waiting.takeFor("4403")).toBeUndefined();
});

test("no more wait than there is room for", () => {
  const waiting = new Newcomers();
  for (let id = 1_000; id < 2_000; id++) waiting.add({ id: `${id}`, address: "127.0.0.1:1" });
  let taken = 0;
  while (waiting.takeFor("0") !== undefined) taken += 1;
  expect(taken).toBe(256);
});
