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

test("no more is asked for than the limit while nothing is answered", () => {
  const questions = new Questions({ questionsMax: 2, watchesMax: 10 });
  for (const id of [1n, 2n, 3n]) questions.want("ids", id);
  expect(questions.take(true).ids).toEqual([1n, 2n]);
  questions.forget();
  questions.want("ids", 3n);
  expect(questions.take(true).ids).toEqual([3n]);
});

test("what was answered longest ago makes room, for as many as the limit until the answers are gone through", () => {
  const questions = new Questions({ questionsMax: 2, watchesMax: 10 });
  const ask = (id: bigint): readonly bigint[] => {
    questions.want("ids", id);
    const { ids } = questions.take(true);
    questions.answered(id, 0n);
    return ids;
  };
  expect([1n, 2n, 3n, 4n].map(ask)).toEqual([[1n], [2n], [3n], [4n]]);
  expect([4n, 3n, 5n].map(ask)).toEqual([[], [], []]);
  expect(questions.forgetAnswered(() => false)).toBe(true);
  expect(ask(5n)).toEqual([5n]);
});

test("what is told no more may be asked for again, once until the answers are gone through", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 10 });
  const again = (): readonly bigint[] => {
    questions.dropped("nodes", 1n);
    questions.want("nodes", 1n);
    const { nodes } = questions.take(true);
    questions.answered(0n, 1n);
    return nodes;
  };
  expect([again(), again(), again()]).toEqual([[1n], [1n], []]);
  questions.forgetAnswered(() => false);
  expect(again()).toEqual([1n]);
});

test("what is told no more by one is still open if nobody has answered", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 10 });
  questions.want("ids", 1n);
  questions.dropped("ids", 1n);
  expect(questions.isOpen("ids", 1n)).toBe(true);
  questions.take(true);
  questions.want("ids", 1n);
  expect(questions.hasNew).toBe(false);
});

test("answers that help no more are forgotten, and may be asked for again", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 10 });
  for (const node of [1n, 2n, 3n]) questions.want("nodes", node);
  questions.take(true);
  for (const node of [1n, 2n]) questions.answered(0n, node);
  expect(questions.forgetAnswered((_kind, node) => node === 1n)).toBe(true);
  expect(questions.forgetAnswered((_kind, node) => node === 1n)).toBe(false);
  for (const node of [1n, 2n, 3n]) questions.want("nodes", node);
  expect(questions.take(true).nodes).toEqual([2n]);
});

test("no more is asked for at a time than is answered", () => {
  const questions = new Questions({ questionsMax: 10, watchesMax: 2 });
  for (const id of [1n, 2n, 3n]) questions.want("ids", id);
  expect(questions.open.ids).toEqual([1n, 2n]);
  expect(questions.take(true).ids).toEqual([1n, 2n]);
  expect(questions.take(true).ids).toEqual([3n]);
  expect(questions.hasNew).toBe(false);
});
