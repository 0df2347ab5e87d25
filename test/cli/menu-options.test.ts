import { expect, test } from "vitest";
import type { RawOptions } from "../../src/cli/arguments.ts";
import { parseArguments } from "../../src/cli/arguments.ts";
import { menuOptions, type MenuCommand } from "../../src/cli/menu-options.ts";

async function judge(...argv: readonly string[]): Promise<MenuCommand> {
  return menuOptions(await rawOf(argv));
}

async function rawOf(argv: readonly string[]): Promise<RawOptions> {
  const asked = await parseArguments(["menu", ...argv], "1.2.3");
  if (asked.kind !== "menu") throw new Error(`asked for ${asked.kind}`);
  return asked.options;
}

test("nothing need be given: name and port are asked for", async () => {
  const { peer, greet, logLevel } = await judge();
  expect(peer).toEqual({ listen: undefined, peers: [], custody: true, leaf: false, insecure: false });
  expect([greet, logLevel]).toEqual([[], "warn"]);
});

test("everything given reaches the peer", async () => {
  const words = ["--name", "blockchain", "127.0.0.1:8080", "--state", "here", "--log-level", "debug", "--no-custody"];
  const { peer, logLevel } = await judge(...words);
  expect(peer).toMatchObject({ listen: "127.0.0.1:8080", name: "blockchain", state: "here", custody: false });
  expect(logLevel).toBe("debug");
});

test("the peers to greet are dialled from the start, each once", async () => {
  const { peer, greet } = await judge("--greet", "10.206.4.122:1255, 10.206.5.228:06555,10.206.4.122:1255");
  expect(greet).toEqual(["10.206.4.122:1255", "10.206.5.228:6555"]);
  expect(peer.peers).toEqual(greet);
});

test.each([
  [["--json"], "bad-option", /e3 LISTEN --json/],
  [["--leaf", "127.0.0.1:1"], "bad-option", /leave out --leaf/],
  [["--registry", "127.0.0.1:8090"], "bad-option", /neither signs in nor bridges/],
  [["--sign-up"], "bad-option", /neither signs in nor bridges/],
  [["--max-live", "5"], "bad-option", /registry/],
  [["127.0.0.1:1", "127.0.0.1:2"], "bad-option", /"127.0.0.1:2" is one word too many.*--greet/],
  [["0.0.0.0:8080", "--insecure"], "bad-address", /give one of its own/],
  [["8080"], "bad-address", /host:port/],
  [["--name", "42"], "bad-option", /id/],
  [["--greet="], "bad-option", /--greet needs a value/],
  [["--greet", "127.0.0.1:1,,"], "bad-address", /is empty/],
  [["127.0.0.1:1", "--greet", "localhost:1"], "bad-option", /own address/],
  [["--store", "tape"], "bad-option", /lmdb/],
])("%j is refused as %s", async (argv, code, message) => {
  await expect(judge(...argv)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
});

test("what is for a menu is refused elsewhere", async () => {
  const { chatOptions } = await import("../../src/cli/options.ts");
  const { registryOptions } = await import("../../src/cli/registry-options.ts");
  const raw = await rawOf(["127.0.0.1:8081", "--greet", "127.0.0.1:1"]);
  expect(() => chatOptions(raw)).toThrow(/e3 menu --greet/);
  expect(() => registryOptions(raw)).toThrow(/--greet is for a peer/);
});
