import { expect, test } from "vitest";
import { parseArguments, type RawOptions } from "../../src/cli/arguments.ts";
import { flags, textOptions } from "../../src/cli/option-table.ts";

async function optionsOf(...argv: readonly string[]): Promise<RawOptions> {
  const asked = await parseArguments(argv, "1.2.3");
  if (asked.kind !== "chat") throw new Error(`asked for ${asked.kind}`);
  return asked.options;
}

async function printedBy(...argv: readonly string[]): Promise<string> {
  const asked = await parseArguments(argv, "1.2.3");
  return asked.kind === "print" ? asked.text : "";
}

test("options and addresses may come in any order", async () => {
  const id = "77252666718255106";
  const expected = { words: ["a:1", "b:2"], texts: { "desired-id": id } };
  expect(await optionsOf("a:1", "--desired-id", id, "b:2")).toMatchObject(expected);
  expect(await optionsOf("--desired-id", id, "a:1", "b:2")).toMatchObject(expected);
  expect(await optionsOf("a:1", "b:2", `--desired-id=${id}`)).toMatchObject(expected);
  expect(await optionsOf("--json", "a:1", "--no-custody", "b:2", "--desired-id", id)).toMatchObject({
    ...expected,
    flags: { json: true, "no-custody": true, "no-history": false, leaf: false, insecure: false },
  });
});

test("values stay the text they were, ids and what looks like an option included", async () => {
  const words = ["--desired-id", "-5", "--name=--x", "--state", "0012"];
  expect((await optionsOf("a:1", ...words)).texts).toEqual({ "desired-id": "-5", name: "--x", state: "0012" });
  expect((await optionsOf("a:1", "--desired-id")).texts).toEqual({ "desired-id": "" });
  expect((await optionsOf("a:1", "--desired-id", "--json")).texts).toEqual({ "desired-id": "" });
});

test.each([
  [["a:1", "--desried-id=4"], "unknown option --desried-id; did you mean --desired-id?"],
  [["a:1", "--desried-id", "4"], "unknown option --desried-id; did you mean --desired-id?"],
  [["a:1", "-json"], "unknown option -json; did you mean --json?"],
  [["a:1", "--custody"], "unknown option --custody; did you mean --no-custody?"],
  [["a:1", "--frobnicate"], "unknown option --frobnicate"],
  [["a:1", "--desired-id.x", "1"], "unknown option --desired-id.x; did you mean --desired-id?"],
  [["a:1", "--name", "a", "--name", "b"], "--name is given 2 times; give it once"],
  [["a:1", "--constructor"], "unknown option --constructor"],
  [["--json"], "no address to listen on; write for example: e3 127.0.0.1:8081"],
  [["8081"], '"8081" is neither a command nor an address; an address is host:port, for example 127.0.0.1:8081'],
  [["compeltion"], '"compeltion" is neither a command nor an address; did you mean completion?'],
])("%j is refused: %s", async (argv, expected) => {
  await expect(optionsOf(...argv)).rejects.toMatchObject({ code: "bad-option", message: expected });
});

test("the help fits into 80 columns and names every option", async () => {
  const help = await printedBy("--help");
  for (const name of [...Object.keys(textOptions), ...Object.keys(flags)]) expect(help).toContain(`--${name} `);
  for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(await printedBy("127.0.0.1:8081", "-h")).toBe(help);
});

test("the version is printed as it is given", async () => {
  expect(await printedBy("--version")).toBe("1.2.3");
});

test("completion prints a script, and completes options when the script asks", async () => {
  expect(await printedBy("completion")).toContain("--get-yargs-completions");
  expect(await printedBy("--get-yargs-completions", "e3", "--des")).toContain("--desired-id");
});
