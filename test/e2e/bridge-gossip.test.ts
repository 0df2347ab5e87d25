import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TestBridge } from "./harness/bridge.ts";
import { type Mesh, useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { freePort } from "./harness/port.ts";
import { hasPython, PythonClient } from "./harness/python.ts";

const openMesh = useMesh();
const client = "examples/gossip/client.py";

async function moduleAt(listen: string, ...words: readonly string[]): Promise<PythonClient> {
  const module = new PythonClient(client, "module", listen, ...words);
  await module.until("connected");
  return module;
}

async function originalAt(port: number, ...words: readonly string[]): Promise<PythonClient> {
  const original = new PythonClient(client, "peer", String(port), ...words);
  await original.until(`listening on 127.0.0.1:${port}`);
  return original;
}

/** A gossip bridge with the configuration of an original node. */
function configured(mesh: Mesh, peer: TestPeer, settings: readonly string[]): TestBridge {
  const path = join(mesh.root, "gossip.ini");
  writeFileSync(path, ["hostkey = /hostkey.pem", "", "[gossip]", "cache_size = 50", ...settings, ""].join("\n"));
  return new TestBridge(mesh, ["gossip", "--config", path, "--peer", peer.listen]);
}

function gossipOf(peer: TestPeer): string {
  return peer.all({ event: "ready" })[0]?.bridges?.[0]?.listen ?? "";
}

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "modules of two bridges and two original programs are one overlay, and each is told once",
  async () => {
    const mesh = await openMesh();
    const near = await mesh.start("near", { id: "101", options: ["--bridge", "gossip=127.0.0.1:0"] });
    const far = await mesh.start("far", { id: "102", dials: [near] });
    await mesh.converged();
    const [bootPort, otherPort, p2pPort] = [await freePort(), await freePort(), await freePort()];
    await using boot = await originalAt(bootPort);
    await using other = await originalAt(otherPort, `127.0.0.1:${bootPort}`);
    await other.until(`linked 127.0.0.1:${bootPort}`);
    await using bridge = configured(mesh, far, [
      "degree = 30",
      `bootstrapper = 127.0.0.1:${bootPort}`,
      `p2p_address = 127.0.0.1:${p2pPort}`,
      `api_address = 127.0.0.1:${await freePort()}`,
    ]);
    const there = await bridge.start();
    for (const original of [boot, other]) await original.until(`linked 127.0.0.1:${p2pPort}`);

    await using first = await moduleAt(gossipOf(near), "--notify", "7");
    await using second = await moduleAt(there.listen, "--notify", "7");
    first.type("4 7 from a module | ? <end> //");
    await second.until("notified 7 from a module | ? <end> //");
    // Whichever road is the shorter one.
    for (const original of [boot, other]) await original.match(/^content [23] 7 from a module \| \? <end> \/\/$/);
    other.type("5 7 from an original");
    await second.until("notified 7 from an original");
    await first.until("notified 7 from an original");
    second.type("1 7 and back");
    await first.until("notified 7 and back");
    for (const original of [boot, other]) await original.until("content 1 7 and back");
    expect(first.lines.items().filter((line) => line.startsWith("notified"))).toHaveLength(2);
    expect(second.lines.items().filter((line) => line.startsWith("notified"))).toHaveLength(2);
    expect(boot.lines.items().filter((line) => line.startsWith("content"))).toHaveLength(3);
  },
);

// Skipped: no python3 on this machine
test.skipIf(!hasPython)("what a module calls invalid stays, and so does what nobody registered", async () => {
  const mesh = await openMesh();
  const near = await mesh.start("near", { id: "101", options: ["--bridge", "gossip=127.0.0.1:0"] });
  const far = await mesh.start("far", { id: "102", dials: [near], options: ["--bridge", "gossip=127.0.0.1:0"] });
  await mesh.converged();
  await using judge = await moduleAt(gossipOf(near), "--notify", "9", "--invalid");
  await using announcer = await moduleAt(gossipOf(near));
  await using listener = await moduleAt(gossipOf(far), "--notify", "9", "--notify", "7");
  announcer.type("0 9 nonsense");
  await judge.until("notified 9 nonsense");
  announcer.type("0 7 sense");
  await listener.until("notified 7 sense");
  expect(listener.lines.items()).toEqual(["connected", "notified 7 sense"]);
});

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "a careless module is given a burst one by one, and a bridge that was killed catches up",
  async () => {
    const mesh = await openMesh();
    const near = await mesh.start("near", { id: "101", options: ["--bridge", "gossip=127.0.0.1:0"] });
    const api = `127.0.0.1:${await freePort()}`;
    await using bridge = new TestBridge(mesh, ["gossip", "--listen", api, "--peer", near.listen]);
    await bridge.start();
    await using announcer = await moduleAt(gossipOf(near));
    await using careless = await moduleAt(api, "--notify", "7", "--careless");
    const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);
    for (const text of texts) announcer.type(`0 7 ${text}`);
    await careless.until("notified 7 text 99");
    expect(careless.lines.items().slice(1)).toEqual(texts.map((text) => `notified 7 ${text}`));

    await bridge.kill9();
    await careless.until("disconnected");
    announcer.type("0 7 meanwhile");
    await bridge.start();
    await using again = await moduleAt(api, "--notify", "7");
    await again.until("notified 7 meanwhile");
    expect(again.lines.items()).toEqual(["connected", "notified 7 meanwhile"]);
  },
);
