import { expect, test } from "vitest";
import { chat } from "../../src/cli/chat.ts";
import type { GroupInfo } from "../../src/peer/group-types.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { message, peerInfo } from "./fake-peer.ts";

const infoOf = (id: bigint, name: string): GroupInfo => {
  return { id, name, state: "joined", members: [{ id: 5n, state: "joined", invitedBy: 0n }] };
};

function start(host: FakeHost, json = true): Promise<number> {
  return chat({ peer: { listen: "127.0.0.1:8081" }, json, logLevel: "warn" }, host);
}

async function type(host: FakeHost, ...lines: readonly string[]): Promise<void> {
  host.stdin.write(lines.map((line) => `${line}\n`).join(""));
  await settled();
}

function leave(host: FakeHost, ended: Promise<number>): Promise<number> {
  host.signal("SIGTERM");
  return ended;
}

test("what is written to a group's name or id goes to the group, and to a peer where one is called so", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "ali" })];
  host.peer.groups.list = () => [infoOf(900n, "team"), infoOf(901n, "ali"), infoOf(902n, "my friends")];
  const ended = start(host);
  await type(host, "team hello", "900 by id", "ali for the peer", '"my friends" hi all');
  expect(host.peer.sends.map(({ to, text }) => [to, text])).toEqual([
    [900n, "hello"],
    [900n, "by id"],
    [5n, "for the peer"],
    [902n, "hi all"],
  ]);
  await leave(host, ended);
});

test("where two groups are called so, nothing is sent, and it is said what to write", async () => {
  const host = new FakeHost();
  host.peer.groups.list = () => [infoOf(900n, "team"), infoOf(901n, "team")];
  const ended = start(host);
  await type(host, "team hello");
  expect(host.peer.sends).toEqual([]);
  expect(host.json.at(-1)).toMatchObject({ event: "error", code: "ambiguous-name" });
  await leave(host, ended);
});

test("invitations that wait for an answer are told at the start, those that nobody is behind any more are not", async () => {
  const host = new FakeHost();
  const self = host.peer.id;
  const invited = (id: bigint, inviter: GroupInfo["state"]): GroupInfo => {
    const members = [
      { id: 5n, state: inviter, invitedBy: 0n },
      { id: self, state: "invited", invitedBy: 5n },
    ] as const;
    return { id, name: `team ${id}`, state: "invited", members };
  };
  host.peer.groups.list = () => [infoOf(899n, "mine"), invited(900n, "joined"), invited(901n, "left")];
  const ended = start(host);
  await settled();
  const told = host.json.filter(({ event }) => event === "group");
  expect(told).toMatchObject([{ group: "900", state: "invited", member: `${self}`, invitedBy: "5" }]);
  await leave(host, ended);
});

test("/group lists, and what goes wrong with a command is told", async () => {
  const host = new FakeHost();
  host.peer.groups.list = () => [infoOf(900n, "team")];
  const ended = start(host);
  await type(host, "/group", "/leave nobody", "/invite team nobody", "/group new team");
  const members = [{ id: "5", state: "joined" }];
  expect(host.json[1]).toEqual({ event: "group", group: "900", name: "team", state: "joined", members });
  expect(host.json.slice(3).map(({ code, message: said }) => `${String(code)}: ${String(said)}`)).toEqual([
    expect.stringMatching(/^unknown-group: .*is no group/),
    expect.stringMatching(/^unknown-peer: .*nobody/),
    expect.stringMatching(/^bad-option: .*is a group/),
  ]);
  await leave(host, ended);
});

test("what is said in a group, and what becomes of one's own, is shown with its group", async () => {
  const host = new FakeHost();
  const ended = start(host, false);
  await settled();
  host.peer.inbox.push(message({ from: 5n, conversation: "group", group: 900n, text: "hello" }));
  const receipt = { kind: "receipt", group: 900n, number: 1n, member: 5n, status: "delivered" } as const;
  host.peer.happenings.push({ ...receipt, recipients: 2, delivered: 1, waiting: [6n] });
  const joined = { kind: "group", group: 900n, name: "team", member: 6n, state: "joined", invitedBy: 5n } as const;
  host.peer.happenings.push({ ...joined, own: "joined", isSelf: false });
  await settled();
  expect(host.lines).toEqual(
    expect.arrayContaining([
      "[5 to 900] hello",
      "#1 to 900 delivered to 1 of 2, waiting for 6",
      "6 is in group team (900)",
    ]),
  );
  await leave(host, ended);
});
