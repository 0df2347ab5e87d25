import { expect, test } from "vitest";
import { Clerk } from "../../src/cli/clerk.ts";
import { parseLine } from "../../src/cli/line.ts";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { PlainOutput } from "../../src/cli/output-plain.ts";
import { FakeHost } from "./fake-host.ts";
import { FakePeer, peerInfo, spoken } from "./fake-peer.ts";

function bench() {
  const [host, peer] = [new FakeHost(), new FakePeer()];
  peer.known = [peerInfo({ id: 5n, name: "ali" })];
  const seen: bigint[] = [];
  const failures: string[] = [];
  const sent: unknown[] = [];
  const clerk = new Clerk({
    chatPeer: { peer, membership: undefined },
    output: new PlainOutput(new LineWriter(host, () => {})),
    departure: { leave: () => {} },
    sender: { send: async (to, text) => void sent.push([to, text]) },
    seen: (target) => seen.push(target),
    failed: (error) => failures.push(error instanceof Error ? error.message : String(error)),
  });
  const type = async (...lines: readonly string[]): Promise<void> => {
    for (const line of lines) await clerk.take(parseLine(line));
  };
  return { host, peer, seen, failures, type };
}

test("a conversation is seen by who answers, and by who lists it, and by nobody else", async () => {
  const { peer, seen, failures, type } = bench();
  peer.said = [spoken()];
  await type("ali hello", "/history ali", "/history *", "/history", "/who", "* hello");
  expect([seen, failures]).toEqual([[5n, 5n], []]);
  await type("nobody hello");
  expect([seen.length, failures.length]).toEqual([2, 1]);
});

test("/history without a name lists the conversations", async () => {
  const { host, peer, type } = bench();
  const lastAt = new Date(0);
  peer.listed = [{ with: 5n, conversation: "direct", count: 3, unread: 2, unreadUpTo: [9n], lastAt }];
  await type("/history");
  expect(host.out.split("\n")[1]).toBe("5     2       3         1970-01-01 00:00:00 UTC");
});

test("/name calls this peer by another name, blanks and all, and a name that cannot be is a clear error", async () => {
  const { host, peer, failures, type } = bench();
  await type("/name Ali Reza");
  expect([peer.name, host.out]).toEqual(["Ali Reza", 'this peer is now called "Ali Reza"\n']);
  await type('/name "Veli"', "/name a\u0007b");
  expect([peer.name, failures.length]).toEqual(["Veli", 1]);
  await type("/name");
  expect(host.out.split("\n").at(-2)).toBe("error: /name misses something: write /name your-name");
});

test("a command that finds nobody says where to look, and not how a message begins", async () => {
  const { failures, type } = bench();
  await type("/chat nobody", "/group x nobody", "/explain 3 nobody", "/history hhh", "nobody hi");
  expect(failures.slice(0, 3).every((said) => said.endsWith("; /who lists the peers known"))).toBe(true);
  expect(failures[3]).toMatch(/nor the name of a known peer; \/history alone lists the conversations$/);
  expect(failures[4]).toMatch(/a message begins with one of these/);
});

test("a name that would mean something else is refused here, and an empty one takes the name away", async () => {
  const { host, peer, failures, type } = bench();
  await type("/name ali", "/name everyone", "/name /x", "/group everyone 5");
  expect([peer.name, failures.length]).toEqual(["ali", 3]);
  expect(failures[0]).toBe("the name means all peers; choose another");
  await type('/name ""');
  expect([peer.name, host.out.split("\n").at(-2)]).toEqual(["", "this peer has no name any more"]);
});
