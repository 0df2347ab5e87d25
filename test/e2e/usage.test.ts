import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./harness/build.ts";
import { useMesh } from "./harness/mesh.ts";
import { freeAddress } from "./harness/port.ts";
import { runE3 } from "./harness/run.ts";

const openMesh = useMesh();
const own = "127.0.0.1:12001";
/** Should a mistake go unnoticed, the peer must not settle down in somebody's home. */
const env = { XDG_STATE_HOME: "/dev/null" };

/** What is typed after `e3`, and what the message must name. */
const mistakes: readonly (readonly [what: string, words: readonly string[], names: RegExp])[] = [
  ["nothing at all", [], /host:port|ip:port|usage/i],
  ["no port", ["127.0.0.1"], /127\.0\.0\.1/],
  ["a port that is no number", ["127.0.0.1:http"], /127\.0\.0\.1:http/],
  ["a port that is too high", ["127.0.0.1:65536"], /65536/],
  ["a negative port", ["127.0.0.1:-1"], /127\.0\.0\.1:-1/],
  ["no host", [":8081"], /:8081/],
  ["an unknown command", ["frobnicate"], /frobnicate/],
  ["a peer without a port", [own, "127.0.0.1"], /127\.0\.0\.1/],
  ["a peer on port 0", [own, "127.0.0.1:0"], /127\.0\.0\.1:0/],
  ["a peer that is no address", [own, "over there"], /over there/],
  ["its own address among the peers", [own, "127.0.0.1:12002", own], /own|itself|12001/i],
  ["the id 0", [own, "--desired-id", "0"], /desired-id.*\b0\b|\b0\b.*desired-id|from 1/i],
  ["a negative id", [own, "--desired-id=-7"], /-7|from 1/],
  ["an id that is no number", [own, "--desired-id", "seven"], /seven/],
  ["an id that is not whole", [own, "--desired-id", "1.5"], /1\.5/],
  ["an id in other notation", [own, "--desired-id", "1e3"], /1e3/],
  ["an id above 2^63-1", [own, "--desired-id", "9223372036854775808"], /9223372036854775808/],
  ["an id that is missing", [own, "--desired-id"], /desired-id/],
  ["a store that does not exist", [own, "--store", "floppy"], /floppy/],
  ["memory and a directory at once", [own, "--store", "memory", "--state", "no-such-directory"], /state|memory/],
  ["a log level that does not exist", [own, "--log-level", "loud"], /loud/],
  ["an option that does not exist", [own, "--colour-of-the-sky"], /colour-of-the-sky|colourOfTheSky/],
];

test.concurrent.each(mistakes)("%s is a usage error: code 2, and a message that names it", async (_, words, names) => {
  const { code, stdout, stderr } = await runE3(words, { env });
  expect(stderr).toMatch(names);
  expect(stderr).not.toMatch(/\n\s+at .*\(.*:\d+:\d+\)/);
  expect(stdout).toBe("");
  expect(code).toBe(2);
});

test.concurrent("a misspelt option is answered with the one that was meant", async () => {
  const { code, stderr } = await runE3([own, "--desried-id", "5"]);
  expect(stderr).toMatch(/did you mean.*desired-id/is);
  expect(code).toBe(2);
});

test.concurrent("an id above 2^63-1 is told what would be right", async () => {
  const { stderr } = await runE3([own, "--desired-id", "9223372036854775808"]);
  expect(stderr).toMatch(/9223372036854775807|2\^63/);
});

test.concurrent("--help explains the chat form and its options", async () => {
  const { code, stdout } = await runE3(["--help"]);
  expect(stdout).toMatch(/--desired-id/);
  expect(stdout).toMatch(/--state/);
  expect(stdout).toMatch(/--json/);
  expect(code).toBe(0);
});

test.concurrent("--version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { version: string };
  const { code, stdout } = await runE3(["--version"]);
  expect(stdout).toContain(version);
  expect(code).toBe(0);
});

test("listening off loopback is refused unless it is said to be meant", async () => {
  const mesh = await openMesh();
  const { code, stderr } = await runE3(["0.0.0.0:12003", "--state", join(mesh.root, "off")]);
  expect(stderr).toMatch(/loopback|insecure/i);
  expect(code).not.toBe(0);
});

test("an option error comes before anything is touched: no state directory is left behind", async () => {
  const mesh = await openMesh();
  const state = join(mesh.root, "never");
  await runE3([await freeAddress(), "--state", state, "--desired-id", "0"]);
  expect(() => readFileSync(state)).toThrow(/ENOENT/);
});
