import { expect, test } from "vitest";
import { Repetitions } from "../../../src/bridges/udp-chat/repetitions.ts";

test("what was heard is a repetition for a while", () => {
  const heard = new Repetitions();
  expect(heard.repeats("a", 0, 100)).toBe(false);
  expect(heard.repeats("b", 0, 100)).toBe(false);
  expect(heard.repeats("a", 99, 100)).toBe(true);
  expect(heard.repeats("b", 100, 100)).toBe(false);
});

test("of very many the oldest are forgotten", () => {
  const heard = new Repetitions();
  for (let index = 0; index < 1_000; index++) heard.repeats(`${index}`, 0, 100);
  expect(heard.repeats("999", 1, 100)).toBe(true);
  expect(heard.repeats("0", 1, 100)).toBe(false);
});
