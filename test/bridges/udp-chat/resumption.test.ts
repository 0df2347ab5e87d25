import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { Resumption } from "../../../src/bridges/udp-chat/resumption.ts";
import { Whereabouts } from "../../../src/bridges/udp-chat/whereabouts.ts";
import { settled } from "../../cli/fake-host.ts";
import { HandClock } from "./hand-clock.ts";

function scene(...users: readonly number[]) {
  const whereabouts = new Whereabouts(memoryNotebook());
  for (const port of users) whereabouts.note(`${port}`, `127.0.0.1:${port}`, `user ${port}`);
  const clock = new HandClock();
  const asked: string[] = [];
  const answers: ((outcome: "over" | "later") => void)[] = [];
  const dropped: string[] = [];
  const resumption = new Resumption({
    ...{ whereabouts, deadlines: new Deadlines(clock) },
    resume(user, address) {
      asked.push(`${user} at ${address}`);
      return new Promise((resolve) => answers.push(resolve));
    },
    onDropped: (address, count) => void dropped.push(`${count} from ${address}`),
  });
  const says = (port: number, again: () => void, bytes = 6) => resumption.takes(`127.0.0.1:${port}`, bytes, again);
  const answer = async (outcome: "over" | "later"): Promise<void> => {
    answers.shift()?.(outcome);
    await settled();
  };
  const pass = async (ms: number): Promise<void> => {
    clock.pass(ms);
    await settled();
  };
  return { whereabouts, resumption, asked, dropped, says, answer, pass };
}

test("what comes from an address where nobody is signed in is nobody's", () => {
  const { says, asked } = scene(5000);
  expect(says(5001, () => {})).toBe(false);
  expect(asked).toEqual([]);
});

test("a program is let in once, and what it said meanwhile is dealt with in order afterwards", async () => {
  const { says, asked, answer, dropped } = scene(5000);
  const dealt: number[] = [];
  for (let said = 0; said < 100; said++) expect(says(5000, () => dealt.push(said))).toBe(true);
  expect(asked).toEqual(["user 5000 at 127.0.0.1:5000"]);
  expect(dealt).toEqual([]);
  await answer("over");
  expect(dealt).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect(dropped).toEqual([]);
});

test("two broadcasts to 64 peers, and a word to one of them, are held", async () => {
  const { says, answer, dropped } = scene(5000);
  let dealt = 0;
  for (let said = 0; said < 2 * 64 + 1; said++) says(5000, () => (dealt += 1), 1_024);
  await answer("over");
  expect([dealt, dropped]).toEqual([129, []]);
});

test("of very much the first is held, and how much was dropped is told when the program is in", async () => {
  const { says, answer, dropped } = scene(5000, 5001);
  const dealt: number[] = [];
  for (let said = 0; said < 10_000; said++) expect(says(5000, () => dealt.push(said), 0)).toBe(true);
  for (let said = 0; said < 10; said++) says(5001, () => {}, 65_000);
  expect(dropped).toEqual([]);
  await answer("over");
  expect(dealt).toEqual(Array.from({ length: 1_024 }, (_, index) => index));
  expect(dropped).toEqual([`${10_000 - 1_024} from 127.0.0.1:5000`]);
  await answer("over");
  expect(dropped.at(-1)).toBe("6 from 127.0.0.1:5001");
});

test("no more is held for all programs than for 64 that say as much as they may", async () => {
  const ports = Array.from({ length: 100 }, (_, index) => 5_000 + index);
  const { says, answer, dropped } = scene(...ports);
  let dealt = 0;
  for (const port of ports) for (let said = 0; said < 1_024; said++) says(port, () => (dealt += 1), 0);
  for (let count = 0; count < ports.length; count++) await answer("over");
  expect(dealt).toBe(64 * 1_024);
  expect(dropped).toHaveLength(36);
  says(5_000, () => (dealt += 1));
  await answer("over");
  expect(dealt).toBe(64 * 1_024 + 1);
});

test("when a program cannot be let in yet it is tried again after a pause, and what it said is not lost", async () => {
  const { says, asked, answer, pass } = scene(5000);
  const dealt: string[] = [];
  says(5000, () => dealt.push("first"));
  await answer("later");
  for (let said = 0; said < 100; said++) says(5000, () => dealt.push("more"));
  await pass(1_900);
  expect(asked).toHaveLength(1);
  await pass(100);
  expect(asked).toHaveLength(2);
  await answer("over");
  expect([dealt.length, dealt[0]]).toEqual([101, "first"]);
});

test("a program whose user is away by now is tried no more, and what it said is nobody's", async () => {
  const { whereabouts, says, asked, answer, pass } = scene(5000);
  const taken: boolean[] = [];
  const again = (): void => void taken.push(says(5000, () => {}));
  says(5000, again);
  await answer("later");
  whereabouts.leave("5000");
  await pass(2_000);
  expect([asked.length, taken]).toEqual([1, [false]]);
});

test("once it is closed nobody is let in, and nothing that was held is dealt with", async () => {
  const { resumption, says, asked, answer, pass } = scene(5000, 5001, 5002);
  const dealt: string[] = [];
  says(5000, () => dealt.push("while it is asked"));
  says(5001, () => dealt.push("in the pause"));
  await answer("later");
  resumption.close();
  await answer("over");
  await pass(2_000);
  expect(says(5002, () => dealt.push("afterwards"))).toBe(true);
  expect([asked.length, dealt]).toEqual([2, []]);
});
