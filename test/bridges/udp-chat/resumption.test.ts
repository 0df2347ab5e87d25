import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Resumption } from "../../../src/bridges/udp-chat/resumption.ts";
import { Whereabouts } from "../../../src/bridges/udp-chat/whereabouts.ts";

function scene(...users: readonly number[]) {
  const whereabouts = new Whereabouts(memoryNotebook());
  for (const port of users) whereabouts.note(`${port}`, `127.0.0.1:${port}`, `user ${port}`);
  const asked: string[] = [];
  const answers: ((outcome: "over" | "later") => void)[] = [];
  const resume = (user: string, address: string): Promise<"over" | "later"> => {
    asked.push(`${user} at ${address}`);
    return new Promise((resolve) => answers.push(resolve));
  };
  return { whereabouts, asked, answers, resumption: new Resumption({ whereabouts, resume }) };
}

test("what comes from an address where nobody is signed in is nobody's", () => {
  const { resumption, asked } = scene(5000);
  expect(resumption.takes("127.0.0.1:5001", () => {})).toBe(false);
  expect(asked).toEqual([]);
});

test("a program is let in once, and what it said meanwhile is dealt with in order afterwards", async () => {
  const { resumption, asked, answers } = scene(5000);
  const dealt: number[] = [];
  for (let said = 0; said < 100; said++) expect(resumption.takes("127.0.0.1:5000", () => dealt.push(said))).toBe(true);
  expect(asked).toEqual(["user 5000 at 127.0.0.1:5000"]);
  expect(dealt).toEqual([]);
  answers[0]?.("over");
  await Promise.resolve();
  expect(dealt).toEqual(Array.from({ length: 16 }, (_, index) => index));
});

test("what was said is lost when a program cannot be let in yet, and the next datagram tries again", async () => {
  const { resumption, asked, answers } = scene(5000);
  const dealt: string[] = [];
  resumption.takes("127.0.0.1:5000", () => dealt.push("first"));
  answers[0]?.("later");
  await Promise.resolve();
  resumption.takes("127.0.0.1:5000", () => dealt.push("second"));
  expect(asked).toHaveLength(2);
  answers[1]?.("over");
  await Promise.resolve();
  expect(dealt).toEqual(["second"]);
});
