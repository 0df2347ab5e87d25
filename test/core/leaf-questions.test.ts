import { expect, test } from "vitest";
import { Questions } from "../../src/core/leaf-questions.ts";

test("what is wanted is asked for once", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 10 });
  questions.want("ids", 1n);
  questions.want("ids", 1n);
  questions.want("nodes", 1n);
  expect(questions.hasNew).toBe(true);
  expect(questions.take(true)).toEqual({ ids: [1n], nodes: [1n] });
  questions.want("ids", 1n);
  expect(questions.hasNew).toBe(false);
});

test("a subject is open until somebody says something of it", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 10 });
  questions.want("ids", 1n);
  questions.want("nodes", 2n);
  expect(questions.isOpen("ids", 1n)).toBe(true);
  expect(questions.open).toEqual({ ids: [1n], nodes: [2n] });
  expect(questions.answered(1n, 0n)).toBe(true);
  expect(questions.answered(1n, 3n)).toBe(false);
  expect(questions.isOpen("ids", 1n)).toBe(false);
  expect(questions.answered(9n, 2n)).toBe(true);
  expect(questions.open).toEqual({ ids: [], nodes: [] });
});

test("with nobody to answer nothing is waited for, and all may be asked for again", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 10 });
  questions.want("ids", 1n);
  questions.take(false);
  expect(questions.isOpen("ids", 1n)).toBe(false);
  questions.want("ids", 1n);
  expect(questions.take(true)).toEqual({ ids: [1n], nodes: [] });
});

test("no more is asked for than the limit, until it is forgotten what was", () => {
  const questions = new Questions({ questionsMax: 2, watchesMax: 10 });
  for (const id of [1n, 2n, 3n]) questions.want("ids", id);
  expect(questions.take(true).ids).toEqual([1n, 2n]);
  questions.forget();
  questions.want("ids", 3n);
  expect(questions.take(true).ids).toEqual([3n]);
});

test("no more is asked for at a time than is answered", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 2 });
  for (const id of [1n, 2n, 3n]) questions.want("ids", id);
  expect(questions.open.ids).toEqual([1n, 2n]);
  expect(questions.take(true).ids).toEqual([1n, 2n]);
  expect(questions.take(true).ids).toEqual([3n]);
  expect(questions.hasNew).toBe(false);
});
