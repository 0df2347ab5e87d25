import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { bridgeCommand, bridgesBeside, type BridgeCommand } from "../../src/cli/bridge-options.ts";
import { FakeHost } from "./fake-host.ts";

async function commandOf(...argv: readonly string[]): Promise<BridgeCommand> {
  const asked = await parseArguments(["bridge", ...argv], "1.2.3");
  if (asked.kind !== "bridge") throw new Error(`asked for ${asked.kind}`);
  return bridgeCommand(asked.options, fileHost());
}

function fileHost(): FakeHost {
  const host = new FakeHost();
  host.secrets.set("e3.ini", Buffer.from("[line]\nteam=ours\nlisten=127.0.0.1:1\n[cs2]\n"));
  host.secrets.set("large.ini", Buffer.alloc(100_000));
  return host;
}

test("a wire is all it needs", async () => {
  expect(await commandOf("line")).toEqual({
    requests: [{ wire: "line", settings: {} }],
    options: { peers: [], insecure: false },
    json: false,
    logLevel: "info",
  });
});

test("peers may be given with commas, several times, or behind the wire", async () => {
  const words = ["line", "--listen", "127.0.0.1:01255", "--peer", "127.0.0.1:1,127.0.0.1:2", "--peer", "127.0.0.1:3"];
  const { requests, options } = await commandOf(...words, "127.0.0.1:4", "127.0.0.1:1");
  expect(requests).toEqual([{ wire: "line", settings: { listen: "127.0.0.1:1255" } }]);
  expect(options.peers).toEqual(["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"]);
});

test("a file asks for all its bridges, or for one of them with what the command line says besides", async () => {
  expect((await commandOf("--config", "e3.ini", "--registry", "127.0.0.1:8090")).requests).toEqual([
    { wire: "cs2", settings: {} },
    { wire: "line", settings: { team: "ours", listen: "127.0.0.1:1" } },
  ]);
  expect((await commandOf("line", "--config=e3.ini", "--listen=127.0.0.1:2")).requests).toEqual([
    { wire: "line", settings: { team: "ours", listen: "127.0.0.1:2" } },
  ]);
});

test.each([
  [[], "no wire; write for example: e3 bridge line --listen 127.0.0.1:1255 --peer 127.0.0.1:8081"],
  [["lime"], 'unknown wire "lime"; did you mean line?'],
  [["line", "--listen", "here"], "has no port"],
  [["line", "--peer", "here"], "has no port"],
  [["line", "--peer"], "--peer needs a value"],
  [["line", "--config", "none.ini"], '--config "none.ini" cannot be read'],
  [["line", "--config", "large.ini"], '--config "large.ini" is too large'],
  [["line", "--bridge", "cs2=127.0.0.1:1"], "--bridge is for a peer with a user"],
  [["line", "--name", "ali"], "--name is for a peer with a user"],
  [["line", "--leaf"], "--leaf is for a peer with a user"],
  [["line", "--store", "paper"], 'unknown store "paper"'],
])("%j is refused, and why is said", async (argv, why) => {
  await expect(commandOf(...argv)).rejects.toThrow(why);
});

test("a peer's command line may ask for several bridges", async () => {
  const argv = ["127.0.0.1:8081", "--bridge", "line=127.0.0.1:1,cs2=127.0.0.1:2", "--bridge", "gossip=127.0.0.1:3"];
  const asked = await parseArguments(argv, "1.2.3");
  if (asked.kind !== "chat") throw new Error(`asked for ${asked.kind}`);
  expect(
    (await bridgesBeside(asked.options, fileHost())).map(({ wire, settings }) => [wire, settings["listen"]]),
  ).toEqual([
    ["line", "127.0.0.1:1"],
    ["cs2", "127.0.0.1:2"],
    ["gossip", "127.0.0.1:3"],
  ]);
});

test.each(["line", "line=", "=127.0.0.1:1", "lime=127.0.0.1:1", "line=127.0.0.1:1=2"])(
  "--bridge %j is refused",
  async (text) => {
    const asked = await parseArguments(["127.0.0.1:8081", "--bridge", text], "1.2.3");
    if (asked.kind !== "chat") throw new Error(`asked for ${asked.kind}`);
    await expect(bridgesBeside(asked.options, fileHost())).rejects.toMatchObject({ name: "E3Error" });
  },
);
