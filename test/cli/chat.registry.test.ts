import { expect, test } from "vitest";
import { chat } from "../../src/cli/chat.ts";
import type { SignIn } from "../../src/cli/member-options.ts";
import { E3Error } from "../../src/core/error.ts";
import { FakeHost, settled } from "./fake-host.ts";
import { peerInfo } from "./fake-peer.ts";

const veli = { user: "veli", id: 5n };

function start(host: FakeHost, json: boolean, password: SignIn["password"] = { kind: "file", path: "secret" }) {
  host.secrets.set("secret", Buffer.from("a password"));
  const signIn = { registry: "127.0.0.1:8090", user: "ali", signUp: false, password };
  return chat({ peer: { listen: "127.0.0.1:8081" }, json, logLevel: "warn" }, host, { signIn });
}

test("a user is told how it signed in, who is a user, and what the registry knows", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "veli" })];
  host.membership.known.set(5n, { kind: "verified", user: "veli" });
  host.membership.finding = { ...veli, kind: "online", addresses: ["127.0.0.1:8082"], busy: true };
  const ended = start(host, false);
  await settled();
  host.stdin.write("/who\n/search veli\n");
  await host.until("registry: veli");
  expect(host.lines).toContain("signed in as ali at 127.0.0.1:8090; it knows of nobody else online");
  expect(host.lines.find((line) => line.startsWith("veli "))).toMatch(/ verified, busy$/);
  expect(host.lines).toContain("veli is online: id 5, at 127.0.0.1:8082, 1 hop away, verified by the registry, busy");
  expect(host.lines).toContain("registry: veli is online and busy: id 5, at 127.0.0.1:8082");
  host.signal("SIGTERM");
  expect([await ended, host.membership.closed, host.peer.closed]).toEqual([0, 1, 1]);
});

test("the same in JSON", async () => {
  const host = new FakeHost();
  host.peer.known = [peerInfo({ id: 5n, name: "veli" })];
  host.membership.known.set(5n, { kind: "unverified", user: "veli" });
  const ended = start(host, true);
  await settled();
  host.stdin.write("/who\n/search veli\n");
  await host.until('"search"');
  const common = { registry: "127.0.0.1:8090", user: "ali" };
  expect(host.json).toContainEqual({ event: "registry", state: "signed-in", ...common, first: true });
  expect(host.json.filter(({ event }) => event === "who")).toContainEqual(
    expect.objectContaining({ id: "5", user: "unverified" }),
  );
  expect(host.json.at(-1)).toMatchObject({
    event: "search",
    registry: { state: "unknown" },
    peers: [{ user: "unverified" }],
  });
  host.signal("SIGTERM");
  await ended;
});

test("a user's name stays of use when somebody else takes it, too", async () => {
  const host = new FakeHost();
  host.peer.known = [5n, 6n].map((id) => peerInfo({ id, name: "veli" }));
  host.membership.known.set(5n, { kind: "unverified", user: "veli" }).set(6n, { kind: "verified", user: "veli" });
  const ended = start(host, true);
  await settled();
  host.stdin.write("veli which one?\n");
  await settled();
  expect(host.peer.sends.map(({ to, text }) => [to, text])).toEqual([[6n, "which one?"]]);
  host.peer.known = host.peer.known.slice(0, 1);
  host.stdin.write("veli which one?\nveli@5 you\n5 and you\n");
  await settled();
  expect(host.peer.sends.map(({ text }) => text)).toEqual(["which one?", "you", "and you"]);
  expect(host.json.at(-1)).not.toMatchObject({ event: "error" });
  expect(host.json.find(({ event }) => event === "error")).toMatchObject({
    code: "ambiguous-name",
    message:
      '"veli" is a user\'s name, and the peer that bears it (id 5, 127.0.0.1:8082) is not verified; write its id if you mean it',
  });
  host.peer.known = [5n, 6n].map((id) => peerInfo({ id, name: "veli" }));
  host.membership.known.clear();
  host.stdin.write("veli which one?\n");
  await host.until("is the name of 2 peers");
  host.signal("SIGTERM");
  await ended;
});

test("what a registry refuses is why it does not start", async () => {
  const host = new FakeHost();
  host.startFails = new E3Error("bad-credentials", "the name or the password is wrong");
  await expect(start(host, true)).rejects.toBe(host.startFails);
});

test("who leaves at the prompt leaves in peace", async () => {
  const host = new FakeHost();
  host.stdin.isTTY = true;
  const ended = start(host, false, { kind: "prompt" });
  await host.until("Password of ali");
  host.stdin.write("\u0003");
  expect([await ended, host.out]).toEqual([0, ""]);
});
