import { expect, test } from "vitest";
import { deferred } from "../../src/peer/deferred.ts";
import { WaitingCalls } from "../../src/peer/waiting-calls.ts";

const limits = { waitingCallsMax: 2, waitingCallsBytesMax: 100 };

test("so many calls wait and no more, until one of them is done, however it ends", async () => {
  const calls = new WaitingCalls(limits);
  const [first, second] = [deferred<string>(), deferred<string>()];
  const one = calls.hold(1, () => first.promise);
  const two = calls.hold(1, () => second.promise);
  const full = "resource-exhausted: 2 calls wait for room already; call again once some of them are answered";
  expect(await outcome(calls.hold(1, async () => "three"))).toBe(full);
  first.resolve("one");
  expect(await outcome(one)).toBe("one");
  expect(await outcome(calls.hold(1, async () => "four"))).toBe("four");
  const third = deferred<string>();
  const three = calls.hold(1, () => third.promise);
  expect(await outcome(calls.hold(1, async () => "five"))).toBe(full);
  second.reject(new Error("two failed"));
  expect(await outcome(two)).toMatch("two failed");
  expect(await outcome(calls.hold(1, async () => "six"))).toBe("six");
  third.resolve("three");
  expect(await outcome(three)).toBe("three");
});

test("they hold so many bytes and no more, and work for which there is none is not begun", async () => {
  const calls = new WaitingCalls(limits);
  const first = deferred<string>();
  const one = calls.hold(60, () => first.promise);
  let begun = 0;
  const begin = async (): Promise<string> => `begun ${(begun += 1)}`;
  expect(await outcome(calls.hold(41, begin))).toMatch(
    /^resource-exhausted: calls with 60 bytes wait for room already/,
  );
  expect(begun).toBe(0);
  expect(await outcome(calls.hold(40, begin))).toBe("begun 1");
  first.resolve("one");
  await one;
  expect(await outcome(calls.hold(100, begin))).toBe("begun 2");
});

async function outcome(call: Promise<string>): Promise<string> {
  return call.catch((error: unknown) => {
    const { code, message } = error as { code?: string; message: string };
    return `${code ?? "none"}: ${message}`;
  });
}
