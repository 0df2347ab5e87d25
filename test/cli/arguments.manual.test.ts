import { expect, test, vi } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";

// Loading the manual takes as long as node itself takes to start.
const consult = vi.hoisted(() => vi.fn<() => Promise<string>>(() => Promise.resolve("what the manual says")));
const loads = vi.hoisted(() => ({ count: 0 }));
vi.mock("../../src/cli/manual.ts", () => {
  loads.count += 1;
  return { consult };
});

test("neither a peer that is started nor the version alone loads the manual", async () => {
  expect(await parseArguments(["a:1", "b:2", "--json", "--name", "help"], "1.2.3")).toMatchObject({ kind: "chat" });
  expect(await parseArguments(["--version"], "1.2.3")).toEqual({ kind: "print", text: "1.2.3" });
  await expect(parseArguments(["a:1", "--frobnicate"], "1.2.3")).rejects.toMatchObject({ code: "bad-option" });
  expect(loads.count).toBe(0);
});

test.each([
  [["--help"]],
  [["a:1", "-h"]],
  [["a:1", "--version"]],
  [["completion"]],
  [["--get-yargs-completions", "e3"]],
])("%j is for the manual", async (argv) => {
  expect(await parseArguments(argv, "1.2.3")).toEqual({ kind: "print", text: "what the manual says" });
  expect(consult).toHaveBeenLastCalledWith(argv, "1.2.3");
});
