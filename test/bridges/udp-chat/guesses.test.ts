import { expect, test } from "vitest";
import { Guesses } from "../../../src/bridges/udp-chat/guesses.ts";

test("five wrong passwords are too many, until one is forgiven", () => {
  const guesses = new Guesses();
  for (let guess = 0; guess < 5; guess++) {
    expect(guesses.isTooMany("ali", 0)).toBe(false);
    guesses.wrong("ali", 0);
  }
  expect(guesses.isTooMany("ali", 0)).toBe(true);
  expect(guesses.isTooMany("ayse", 0)).toBe(false);
  expect(guesses.isTooMany("ali", 11_999)).toBe(true);
  expect(guesses.isTooMany("ali", 12_000)).toBe(false);
  guesses.wrong("ali", 12_000);
  expect(guesses.isTooMany("ali", 12_000)).toBe(true);
});

test("of very many users the oldest are forgotten", () => {
  const guesses = new Guesses();
  for (let guess = 0; guess < 5; guess++) guesses.wrong("ali", 0);
  for (let user = 0; user < 1_000; user++) guesses.wrong(`${user}`, 0);
  expect(guesses.isTooMany("ali", 0)).toBe(false);
});
