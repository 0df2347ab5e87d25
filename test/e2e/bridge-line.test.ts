import { expect, test } from "vitest";
import { TestBridge } from "./harness/bridge.ts";
import { useMesh } from "./harness/mesh.ts";
import { freePort } from "./harness/port.ts";
import { hasPython, PythonClient } from "./harness/python.ts";

const openMesh = useMesh();
const client = "examples/line/client.py";
const cs2Client = "examples/cs2/client.py";

/** A client that listens. */
async function started(...words: readonly string[]): Promise<PythonClient> {
  const program = new PythonClient(client, ...words);
  await program.match(/^Server listening on port /);
  return program;
}

/** The address at which a line that was printed says that its sender is found. */
function senderIn(line: string): string {
  return line.split(" ")[0]?.replace(/[<>]/g, "") ?? "";
}

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "programs of the line talk with everyone, with a peer two hops away, and with a program of another wire",
  async () => {
    const mesh = await openMesh();
    const near = await mesh.start("near", { id: "101", options: ["--bridge", "line=127.0.0.1:0"] });
    const far = await mesh.start("far", { id: "102", dials: [near], options: ["--name", "veli"] });
    await mesh.converged();
    const line = near.all({ event: "ready" })[0]?.bridges?.[0]?.listen ?? "";
    await using there = new TestBridge(mesh, ["cs2", "--listen", "127.0.0.1:0", "--peer", far.listen]);
    await using other = new PythonClient(cs2Client, (await there.start()).listen, "--desired-id", "4242");
    await other.until("granted 4242");

    const port = await freePort();
    await using p1 = await started(String(port), "blockchain", "--brackets");
    p1.type(`${line} hello everyone`);
    for (const peer of [near, far]) await peer.until({ event: "message", text: "hello everyone" });
    const said = far.all({ event: "message", text: "hello everyone" })[0]?.from ?? "";
    await other.until(`[${said}] hello everyone`);

    far.type(`${said} and hello to you`);
    const back = await p1.match(/> veli and hello to you$/);
    p1.type(`${senderIn(back)} just between us`);
    await far.until({ event: "message", from: said, text: "just between us" });

    other.type(`${said} from another wire`);
    const across = await p1.match(/> 4242 from another wire$/);
    p1.type(`${senderIn(across)} and back to it`);
    await other.until(`[${said}] and back to it`);

    // One entry, whatever ports its connections come from; and everybody sees what it is.
    far.type("/who");
    const who = await far.stdout.until("the list of who is there", (shown) =>
      shown.includes(`via":"line 127.0.0.1:${port}`),
    );
    expect(who.split(`line 127.0.0.1:${port}`)).toHaveLength(2);

    far.type(`${said} exit`);
    await far.until({ event: "status", to: said, status: "refused" });
    p1.type(`${line} exit`);
    await far.until({ event: "peer", id: said, state: "down" });
  },
);

// Skipped: no python3 on this machine
test.skipIf(!hasPython)(
  "many messages on one connection, connect and its answer, and a program that was away",
  async () => {
    const mesh = await openMesh();
    const peer = await mesh.start("peer", { id: "101" });
    await using bridge = new TestBridge(mesh, ["line", "--listen", "127.0.0.1:0", "--peer", peer.listen]);
    const { listen } = await bridge.start();
    const port = await freePort();
    await using p1 = await started(String(port), "P1", "--keep", listen);
    p1.type("CONNECT_REQUEST");
    await p1.until(`answer: ${listen} e3 connected`);
    p1.type("one");
    await peer.until({ event: "message", text: "one" });
    p1.type("two");
    await peer.until({ event: "message", text: "two" });
    const from = peer.all({ event: "message", text: "two" })[0]?.from ?? "";
    await p1.kill9();

    peer.type(`${from} while you were down`);
    await peer.until({ event: "status", to: from, status: "delivered" });
    await bridge.stderr.until("the line to be kept", (noted) => noted.includes("it is kept"));
    await bridge.kill9();
    await using again = await started(String(port), "P1");
    await bridge.start();
    await again.match(/ 101 while you were down$/);
    expect(again.lines.items().filter((shown) => shown.includes("while you were down"))).toHaveLength(1);
  },
);
