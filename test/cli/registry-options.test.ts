import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { registryOptions, type RegistryCommand } from "../../src/cli/registry-options.ts";

async function optionsOf(...argv: readonly string[]): Promise<RegistryCommand> {
  const asked = await parseArguments(["registry", ...argv], "1.2.3");
  if (asked.kind !== "registry") throw new Error(`asked for ${asked.kind}`);
  return registryOptions(asked.options);
}

test("an address is all it needs", async () => {
  expect(await optionsOf("127.0.0.1:08090")).toEqual({
    registry: { listen: "127.0.0.1:8090", insecure: false },
    json: false,
    logLevel: "info",
  });
});

test("options may come in any order", async () => {
  const words = ["--max-live", "5", "--state=dir", "0.0.0.0:0", "--insecure", "--json", "--log-level", "warn"];
  expect(await optionsOf(...words)).toEqual({
    registry: { listen: "0.0.0.0:0", state: "dir", liveMax: 5, insecure: true },
    json: true,
    logLevel: "warn",
  });
});

test.each([
  [[], "no address to listen on; write for example: e3 registry 127.0.0.1:8090"],
  [["127.0.0.1:1", "127.0.0.1:2"], '"127.0.0.1:2" is one word too many'],
  [["127.0.0.1:1", "--max-live", "many"], '--max-live "many" is not a whole number'],
  [["127.0.0.1:1", "--max-live", "-1"], '--max-live "-1" is not a whole number'],
  [["127.0.0.1:1", "--max-live"], "--max-live needs a value"],
  [["127.0.0.1:1", "--desired-id", "5"], "--desired-id is for a peer"],
  [["127.0.0.1:1", "--store", "memory"], "--store is for a peer"],
  [["127.0.0.1:1", "--leaf"], "--leaf is for a peer"],
  [["127.0.0.1:1", "--user", "ali"], "--user is for a peer"],
  [["127.0.0.1:1", "--registry", "127.0.0.1:2"], "--registry is for a peer"],
  [["127.0.0.1:1", "--sign-up"], "--sign-up is for a peer"],
  [["127.0.0.1:1", "--log-level", "loud"], 'unknown log level "loud"'],
  [["127.0.0.1:1", "--maxlive", "5"], "unknown option --maxlive; did you mean --max-live?"],
])("%j is refused: %s", async (argv, part) => {
  await expect(optionsOf(...argv)).rejects.toMatchObject({
    code: "bad-option",
    message: expect.stringContaining(part) as string,
  });
});

test("an address that is none is named", async () => {
  await expect(optionsOf("here")).rejects.toMatchObject({ code: "bad-address" });
});

test("a peer has no use for --max-live, and a word near the command is recognised", async () => {
  const { chatOptions } = await import("../../src/cli/options.ts");
  const asked = await parseArguments(["127.0.0.1:1", "--max-live", "5"], "1.2.3");
  if (asked.kind !== "chat") throw new Error(`asked for ${asked.kind}`);
  expect(() => chatOptions(asked.options)).toThrow("--max-live is for a registry");
  await expect(parseArguments(["regestry", "127.0.0.1:1"], "1.2.3")).rejects.toThrow("did you mean registry?");
});
