import { expect, test } from "vitest";
import { PlainMenu } from "../../src/cli/menu-plain.ts";
import { startMenuPeer, type MenuPeerOptions } from "../../src/cli/menu-start.ts";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { readTypedLines } from "../../src/cli/read-lines.ts";
import { E3Error } from "../../src/core/error.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";
import type { Peer } from "../../src/peer/types.ts";
import { FakeHost } from "./fake-host.ts";

const nothing: MenuPeerOptions = { listen: undefined };

/** Starts with these answers. `taken` ports are in use. */
function start(options: MenuPeerOptions, answers: readonly (string | Uint8Array)[], taken: readonly string[] = []) {
  const host = new FakeHost();
  const screen = new PlainMenu(
    readTypedLines(host.stdin, (line) => line),
    new LineWriter(host, () => {}),
  );
  for (const answer of answers) host.stdin.write(Buffer.concat([Buffer.from(answer), Buffer.from("\n")]));
  host.stdin.end();
  const opened: PeerOptions[] = [];
  const open = async (found: PeerOptions): Promise<Peer> => {
    opened.push(found);
    if (taken.includes(found.listen)) throw new E3Error("port-in-use", `${found.listen} is taken`);
    return host.peer;
  };
  const started = startMenuPeer({ options, screen, lines: screen.lines[Symbol.asyncIterator](), open });
  return { host, started, opened };
}

test("name and port are asked for in the words of the assignment", async () => {
  const { host, started, opened } = start(nothing, ["blockchain", "8080"]);
  expect(await started).toBe(host.peer);
  expect(host.lines).toEqual(["Enter your name: ", "Enter your port number: "]);
  expect(opened).toEqual([{ name: "blockchain", listen: "127.0.0.1:8080" }]);
});

test("what the command line has is not asked for", async () => {
  const both = start({ name: "P1", listen: "127.0.0.1:8080" }, []);
  expect(await both.started).toBe(both.host.peer);
  expect([both.host.out, both.opened.length]).toEqual(["", 1]);
  const port = start({ name: "P1", listen: undefined, peers: ["127.0.0.1:1"] }, ["8080"]);
  await port.started;
  expect(port.host.lines).toEqual(["Enter your port number: "]);
  expect(port.opened).toEqual([{ name: "P1", listen: "127.0.0.1:8080", peers: ["127.0.0.1:1"] }]);
});

test("a wrong answer is told and asked for again", async () => {
  const names = ["", "42", "a\u0007", new Uint8Array([0xff]), " P1 "];
  const { host, started, opened } = start(nothing, [...names, "http", "65536", "", "8080"]);
  await started;
  expect(host.lines.filter((line) => line.startsWith("error: "))).toMatchObject([
    expect.stringMatching(/name is missing/),
    expect.stringMatching(/taken for an id/),
    expect.stringMatching(/control characters/),
    expect.stringMatching(/UTF-8/),
    'error: "http" is no port number; enter one from 1 to 65535, or 0 for any that is free',
    expect.stringMatching(/"65536" is no port number/),
    expect.stringMatching(/"" is no port number/),
  ]);
  expect(opened).toEqual([{ name: "P1", listen: "127.0.0.1:8080" }]);
});

test("a port that is taken is told, and another asked for", async () => {
  const { host, started, opened } = start(nothing, ["P1", "8080", "8081"], ["127.0.0.1:8080"]);
  expect(await started).toBe(host.peer);
  expect(host.lines.slice(2)).toEqual(["error: 127.0.0.1:8080 is taken", "Enter your port number: "]);
  expect(opened.map(({ listen }) => listen)).toEqual(["127.0.0.1:8080", "127.0.0.1:8081"]);
});

test("an address of the command line that is taken is the end", async () => {
  const { started } = start({ name: "P1", listen: "127.0.0.1:8080" }, ["8081"], ["127.0.0.1:8080"]);
  await expect(started).rejects.toMatchObject({ code: "port-in-use" });
});

test.each([[[]], [["P1"]], [["P1", "many"]]])("when the input ends after %j, nothing is started", async (answers) => {
  const { started, opened } = start(nothing, answers);
  expect(await started).toBeUndefined();
  expect(opened).toEqual([]);
});
