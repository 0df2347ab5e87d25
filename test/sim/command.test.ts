import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { parseSimArguments } from "../../scripts/sim/arguments.ts";
import { commandOf } from "../../scripts/sim/command.ts";
import { root } from "../../scripts/lib/tree.ts";

/** `npm run sim -- ...` in a process of its own. */
async function sim(...argv: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  const child = spawn(join(root, "node_modules/.bin/tsx"), [join(root, "scripts/sim.ts"), ...argv], { stdio: "pipe" });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: child.exitCode, out, err };
}

const small = ["--peers", "4", "--messages", "20", "--minutes", "0.1"];

test("a seed goes the same way in every process, whatever runs beside it", async () => {
  const alone = ["--seed", "5", ...small];
  const [first, again, other] = await Promise.all([
    sim(...alone),
    sim(...alone, "--trace", "--jobs", "2"),
    sim("--seed", "6", ...small),
  ]);
  const hash = /^seed 5: hash ([0-9a-f]{16})$/m;
  expect(hash.exec(first.out)?.[1]).toBeDefined();
  expect(hash.exec(again.out)?.[1]).toBe(hash.exec(first.out)?.[1]);
  expect([first.code, again.code, other.code]).toEqual([0, 0, 0]);
  expect(other.out).toMatch(/seed 6: hash/);
  expect(other.out).not.toContain(hash.exec(first.out)?.[1]);
});

test("many seeds end in a table", async () => {
  const { code, out } = await sim("--seeds", "4", ...small);
  expect([code, /^ {2}seeds +4$/m.test(out), /simulated hours per core second/.test(out)]).toEqual([0, true, true]);
});

test("what is wrong with a command line is said, and nothing runs", async () => {
  expect(await sim("--peers", "1")).toEqual({
    code: 1,
    out: "",
    err: "--peers must be from 2 to 500; --help tells of all options\n",
  });
});

test.each([
  [["--seed", "0.5"], "--seed must be from 0 to 4294967295"],
  [["--mix", "sand"], "Choices:"],
  [["--keep", "x"], '--keep: "x" is not p, s or f'],
  [["--seeds", "2", "--trace"], "--trace is for one seed"],
  [["--topology"], "--topology is for --trace"],
  [["--sed", "2"], "Unknown argument: sed"],
  [["--seed", "-1"], "--seed must be from 0"],
])("%j is refused with a reason", async (argv, reason) => {
  await expect(parseSimArguments(argv)).rejects.toThrow(reason);
});

test("hours are minutes by another name", async () => {
  const [hours, minutes] = [await parseSimArguments(["--hours", "0.5"]), await parseSimArguments(["--minutes", "30"])];
  expect(hours.drawing).toEqual(minutes.drawing);
  expect(hours.drawing).toEqual({ peers: 10, messages: 100, forMs: 1_800_000, mix: "all" });
});

test("the command that replays a run says no more than it must", () => {
  const usual = { peers: 10, messages: 100, forMs: 600_000, mix: "all" } as const;
  expect(commandOf(7, usual)).toBe("npm run sim -- --seed 7");
  const drawing = { peers: 50, messages: 200, forMs: 30_000, mix: "disk" } as const;
  expect(commandOf(8, drawing, "p1-3,f2")).toBe(
    "npm run sim -- --seed 8 --peers 50 --messages 200 --minutes 0.5 --mix disk --keep p1-3,f2",
  );
});
