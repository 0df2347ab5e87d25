import { expect, test } from "vitest";
import { serveBridges } from "../../src/cli/bridge.ts";
import type { BridgeCommand } from "../../src/cli/bridge-options.ts";
import { E3Error } from "../../src/core/error.ts";
import { FakeHost, settled } from "./fake-host.ts";

const command: BridgeCommand = {
  requests: [
    { wire: "line", settings: { listen: "127.0.0.1:1255" } },
    { wire: "cs2", settings: { listen: "127.0.0.1:8080" } },
  ],
  options: { peers: ["127.0.0.1:8081"] },
  json: false,
  logLevel: "info",
};

function printed(host: FakeHost): string {
  return String(host.stdout.read() ?? "");
}

test("each says in one line that it is ready, and they run until a signal", async () => {
  const host = new FakeHost();
  const ended = serveBridges(command, host);
  await settled();
  const { id, listen } = host.peer;
  expect(printed(host)).toBe(
    `bridge line listens at 127.0.0.1:1255, peer ${id} at ${listen}\nbridge cs2 listens at 127.0.0.1:8080, peer ${id} at ${listen}\n`,
  );
  expect([host.bridgesOptions?.peers, host.logLevel, host.bridgesClosed]).toEqual([["127.0.0.1:8081"], "info", 0]);
  host.signal("SIGTERM");
  expect([await ended, host.bridgesClosed]).toEqual([0, 1]);
});

test("with --json the lines are objects", async () => {
  const host = new FakeHost();
  const ended = serveBridges({ ...command, requests: command.requests.slice(0, 1), json: true }, host);
  await settled();
  const { id, listen } = host.peer;
  const line = { event: "bridge", wire: "line", listen: "127.0.0.1:1255", id: `${id}`, peer: listen };
  expect(JSON.parse(printed(host))).toEqual(line);
  host.signal("SIGINT");
  expect(await ended).toBe(0);
});

test("what they cannot start for is thrown", async () => {
  const host = new FakeHost();
  host.bridgesFail = new E3Error("port-in-use", "taken");
  await expect(serveBridges(command, host)).rejects.toMatchObject({ code: "port-in-use" });
});
