import { expect, test } from "vitest";
import { wordsFor } from "../../src/core/namesakes.ts";

test("a name that one alone has is the word, and the id is for who has none", () => {
  expect(
    wordsFor([
      { id: 5n, name: "ali" },
      { id: 6n, name: "Ali Reza" },
      { id: 7n, name: "" },
      { id: 8n, name: "" },
    ]),
  ).toEqual(["ali", '"Ali Reza"', "7", "8"]);
});

test("namesakes have as many last digits of their ids as tell them apart, three at least", () => {
  const ids = [77252666718255106n, 77252666718255105n, 106n, 5_106n];
  expect(wordsFor(ids.map((id) => ({ id, name: "ali" })))).toEqual(["ali@55106", "ali@105", "ali@106", "ali@5106"]);
});

test("one id under one name is one, however often it is given", () => {
  const ali = { id: 5n, name: "ali" };
  expect(wordsFor([ali, ali])).toEqual(["ali", "ali"]);
});

test("ten thousand namesakes are told apart", () => {
  const peers = Array.from({ length: 10_000 }, (_, index) => ({ id: BigInt(index + 1) << 20n, name: "ali" }));
  expect(new Set(wordsFor(peers)).size).toBe(10_000);
});
