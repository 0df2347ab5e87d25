import { expect, test, vi } from "vitest";
import { parseArguments, type Manual } from "../../src/cli/arguments.ts";

/** A manual that says the same to everybody, and how often it was loaded. */
function shelf() {
  const consult = vi.fn<Manual["consult"]>(() => Promise.resolve("what the manual says"));
  return { consult, load: vi.fn<() => Promise<Manual>>(() => Promise.resolve({ consult })) };
}

test("neither a peer that is started nor the version alone loads the manual", async () => {
  const { load } = shelf();
  const parse = (argv: readonly string[]) => parseArguments(argv, "1.2.3", load);
  expect(await parse(["a:1", "b:2", "--json", "--name", "help"])).toMatchObject({ kind: "chat" });
  expect(await parse(["--version"])).toEqual({ kind: "print", text: "1.2.3" });
  await expect(parse(["a:1", "--frobnicate"])).rejects.toMatchObject({ code: "bad-option" });
  expect(load).not.toHaveBeenCalled();
});

test.each([
  [["--help"]],
  [["a:1", "-h"]],
  [["a:1", "--version"]],
  [["completion"]],
  [["--get-yargs-completions", "e3"]],
])("%j is for the manual", async (argv) => {
  const { consult, load } = shelf();
  expect(await parseArguments(argv, "1.2.3", load)).toEqual({ kind: "print", text: "what the manual says" });
  expect(consult).toHaveBeenLastCalledWith(argv, "1.2.3");
});
