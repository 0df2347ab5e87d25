import { expect, test } from "vitest";
import { TestBridge } from "./harness/bridge.ts";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { freeAddress } from "./harness/port.ts";
import { hasPython, PythonClient } from "./harness/python.ts";
import { Town } from "./harness/town.ts";

const openMesh = useMesh();
const script = "examples/udp-chat/client.py";

/** A node that fetches every half second. */
function nodeOf(user: string, at: string, password = "a good password"): PythonClient {
  return new PythonClient(script, "0", user, password, at, "--fetch", "0.5");
}

/** Its id on the wire, once it has signed in; "error" if it was not let in. */
async function idOf(node: PythonClient): Promise<string> {
  return (await node.match(/^signin /)).split(" ")[1] ?? "";
}

/** A bridge that is not started yet, beside the registry of a town. */
function bridgeOf({ mesh, registry }: Town, peer: string, listen = "127.0.0.1:0"): TestBridge {
  const words = ["udp-chat", "--listen", listen, "--peer", peer, "--registry", registry.listen];
  return new TestBridge(mesh, words);
}

/** The id of a user, once the peer sees it. */
async function meshIdOf(peer: TestPeer, user: string): Promise<string> {
  const match = (line: string): boolean => line.includes('"event":"peer"') && line.includes(`"name":"${user}"`);
  const { id } = JSON.parse(await peer.stdout.until(`${user} to be up`, match)) as { readonly id: string };
  return id;
}

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "nodes, peers two hops away and programs of another wire appear to each other and talk, each thing said shown once",
  async () => {
    await using town = await Town.open(await openMesh());
    const { mesh } = town;
    const far = await mesh.start("far", { id: "102", options: ["--bridge", "cs2=127.0.0.1:0"] });
    const near = await mesh.start("near", { id: "101", dials: [far] });
    await mesh.converged();
    const cs2 = String(far.all({ event: "ready" })[0]?.bridges?.[0]?.listen);
    await using bridge = bridgeOf(town, near.listen);
    const { listen } = await bridge.start();
    // 1000 and the id, modulo 9000: what peers are called on this wire where it is free.
    const [nearId, farId, otherId] = ["1101", "1102", "1077"];

    await using ali = nodeOf("ali", listen);
    const aliId = await idOf(ali);
    await ali.until(`connected to ${nearId} ${farId}`);
    const aliMeshId = await meshIdOf(near, "ali");

    await using other = new PythonClient("examples/cs2/client.py", cs2, "--desired-id", "77");
    await other.until("granted 77");
    await ali.match(new RegExp(`^\\[${otherId} to all\\] ${otherId} just joined the chat!`));

    ali.type("all merhaba herkese");
    await far.until({ event: "message", from: aliMeshId, text: "merhaba herkese" });
    near.type("* hello nodes");
    await ali.until(`[${nearId} to all] hello nodes`);
    ali.type(`${farId} between us | why?`);
    await far.until({ event: "message", from: aliMeshId, text: "between us | why?" });
    far.type(`${aliMeshId} quite so`);
    await ali.until(`[${farId}] quite so`);
    far.type(`${aliMeshId} what?`);
    await far.until({ event: "status", to: aliMeshId, status: "refused" });
    ali.type(`${otherId} from wire to wire`);
    await other.until(`[${aliMeshId}] from wire to wire`);
    other.type(`${aliMeshId} and back`);
    await ali.until(`[${otherId}] and back`);

    await using ayse = nodeOf("ayse", listen);
    const ayseId = await idOf(ayse);
    await ali.until(`fetched ${ayseId}`);
    await ayse.match(new RegExp(`^connected to .*\\b${aliId}\\b`));
    await ali.match(new RegExp(`^\\[${ayseId} to all\\] ${ayseId} just joined`));
    ayse.type("all to nodes and peers");
    await ali.until(`[${ayseId} to all] to nodes and peers`);
    await far.until({ event: "message", text: "to nodes and peers" });
    ali.type("all the last one");
    await ayse.until(`[${aliId} to all] the last one`);
    await far.until({ event: "message", text: "the last one" });

    // What the mesh says last comes after all that it would have said twice.
    near.type("* over");
    for (const node of [ali, ayse]) await node.until(`[${nearId} to all] over`);
    for (const node of [ali, ayse]) {
      const lines = node.lines.items();
      expect(lines.filter((line) => line.startsWith("cannot read"))).toEqual([]);
      for (const text of ["to nodes and peers", "the last one", "hello nodes", "over"])
        expect(lines.filter((line) => line.endsWith(`to all] ${text}`)).length).toBeLessThanOrEqual(1);
    }
    expect(far.all({ event: "message" }).map(({ text }) => text)).not.toContain(`${aliId} just joined the chat!`);
  },
);

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "a user's id, and what was said while it was away, outlive a bridge that is killed",
  async () => {
    await using town = await Town.open(await openMesh());
    const { mesh } = town;
    const near = await mesh.start("near", { id: "101" });
    await using bridge = bridgeOf(town, near.listen);
    const { listen } = await bridge.start();
    await using before = nodeOf("ali", listen);
    const meshId = await meshIdOf(near, "ali");
    near.type(`${meshId} before`);
    await before.until("[1101] before");
    // Heard after it, the node has it.
    before.type("1101 seen");
    await near.until({ event: "message", from: meshId, text: "seen" });
    await bridge.kill9();
    await before.kill9();
    near.type(`${meshId} meanwhile`);

    const { listen: again } = await bridge.start();
    await using wrong = nodeOf("ali", again, "another password");
    expect(await idOf(wrong)).toBe("error");
    await using after = nodeOf("ali", again);
    expect(await idOf(after)).toBe(await idOf(before));
    await after.until("[1101] meanwhile");
    expect(after.lines.items().filter((line) => line.startsWith("[1101] "))).toEqual(["[1101] meanwhile"]);
  },
);

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "a program goes on, without signing in again, after its bridge was killed and after it was stopped",
  async () => {
    await using town = await Town.open(await openMesh());
    const near = await town.mesh.start("near", { id: "101" });
    await using bridge = bridgeOf(town, near.listen, await freeAddress());
    const { listen } = await bridge.start();
    await using ali = nodeOf("ali", listen);
    const meshId = await meshIdOf(near, "ali");
    await ali.until("connected to 1101");
    for (const [how, end] of [
      ["killed", () => bridge.kill9()],
      ["stopped", () => bridge.stop()],
    ] as const) {
      await end();
      near.type(`${meshId} while it was ${how}`);
      await bridge.start();
      await ali.until(`[1101] while it was ${how}`);
      ali.type(`1101 after it was ${how}`);
      await near.until({ event: "message", from: meshId, text: `after it was ${how}` });
    }
    const lines = ali.lines.items();
    expect(lines.filter((line) => line.startsWith("signin "))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith("[1101] "))).toEqual([
      "[1101] while it was killed",
      "[1101] while it was stopped",
    ]);
    expect(lines.filter((line) => line.startsWith("[0] "))).toEqual([]);
  },
);
