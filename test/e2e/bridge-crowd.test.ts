import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";

const openMesh = useMesh();
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function dialled(address: string): Promise<Socket> {
  const port = Number(address.split(":")[1]);
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  sockets.push(socket);
  await once(socket, "connect");
  return socket;
}

test("a thousand connections at once that say nothing, or nonsense, do a peer and its bridges no harm", async () => {
  const mesh = await openMesh();
  const options = [
    "--bridge",
    "line=127.0.0.1:0",
    "--bridge",
    "registry-chat=127.0.0.1:0",
    "--bridge",
    "gossip=127.0.0.1:0",
  ];
  const near = await mesh.start("near", { id: "101", options });
  const far = await mesh.start("far", { id: "102", dials: [near] });
  await mesh.converged();
  const bridges = near.all({ event: "ready" })[0]?.bridges ?? [];
  expect(bridges.map(({ wire }) => wire)).toEqual(["line", "registry-chat", "gossip"]);

  const noises = [
    undefined,
    Buffer.alloc(5_000, 0xff),
    Buffer.from("&&&&|||| ????\n"),
    Buffer.from([0, 0, 0, 0, 0, 3]),
  ];
  for (const { listen } of bridges) {
    const crowd = await Promise.all(Array.from({ length: 1_000 }, () => dialled(listen)));
    for (const [index, socket] of crowd.entries()) {
      const noise = noises[index % noises.length];
      if (noise !== undefined) socket.write(noise);
    }
    // The peer goes on meanwhile, and so does the bridge: one more gets in.
    far.type(`101 while ${listen} is crowded`);
    await near.until({ event: "message", from: "102", text: `while ${listen} is crowded` });
  }
  const line = await dialled(bridges[0]?.listen ?? "");
  line.write("127.0.0.1:8080 P1 hello");
  await far.until({ event: "message", text: "hello" });
});
