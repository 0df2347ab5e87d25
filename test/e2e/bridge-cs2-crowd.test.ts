import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { TestBridge } from "./harness/bridge.ts";
import { useMesh } from "./harness/mesh.ts";

const openMesh = useMesh();
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/**
 * Programs at once. A bridge takes 1,000, which is what E3_CROWD=1000 tries: they take 412 MB, and 5 s on a machine that does
 * nothing else, but half a minute on one that does ten other things. The 800 beyond these are like them.
 */
const crowd = Number(process.env["E3_CROWD"] ?? 200);

/** What the process with all of them may take at its peak: that of one with a single program, and half a megabyte for each. */
const residentMax = (150 + crowd / 2) * 1_048_576;

/** A program that connects and waits for what it is told. */
class Program {
  readonly socket: Socket;
  #came = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    sockets.push(this.socket);
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk: Buffer) => (this.#came = Buffer.concat([this.#came, chunk])));
  }

  /** The next frame, without its length. */
  async frame(): Promise<Buffer> {
    for (;;) {
      const length = this.#came.length < 4 ? 0 : this.#came.readUInt32BE();
      if (length > 0 && this.#came.length >= 4 + length) {
        const frame = this.#came.subarray(4, 4 + length);
        this.#came = this.#came.subarray(4 + length);
        return frame;
      }
      await once(this.socket, "data");
    }
  }

  /** Says a short text to 101. */
  say(text: string): void {
    const message = Buffer.concat([Buffer.from([0x10, 101, 0x1a, text.length]), Buffer.from(text)]);
    this.socket.write(Buffer.concat([Buffer.from([0, 0, 0, message.length]), message]));
  }
}

/** The id that a handshake tells: field 1, a varint. */
function idIn(handshake: Buffer): bigint {
  expect(handshake[0]).toBe(0x08);
  return handshake.subarray(1).reduce((id, byte, index) => id | (BigInt(byte & 127) << BigInt(7 * index)), 0n);
}

test("many programs of exercise 1 at once that only listen have an id each, a message gets through both ways, and memory is bounded", async () => {
  const mesh = await openMesh();
  const peer = await mesh.start("peer", { id: "101" });
  await using bridge = new TestBridge(mesh, ["cs2", "--listen", "127.0.0.1:0", "--peer", peer.listen]);
  const { listen } = await bridge.start();
  const port = Number(listen.split(":")[1]);
  const programs = Array.from({ length: crowd }, () => new Program(port));
  const ids = await Promise.all(programs.map(async (program) => idIn(await program.frame())));
  expect(new Set(ids).size).toBe(crowd);

  const last = programs.at(-1);
  last?.say("merhaba");
  await peer.until({ event: "message", from: String(ids.at(-1)), text: "merhaba" });
  peer.type(`${ids.at(-1)} selam`);
  expect((await last?.frame())?.toString("latin1")).toMatch(/selam$/);

  const status = readFileSync(`/proc/${bridge.pid}/status`, "utf8");
  const peakKib = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
  expect(peakKib).toBeGreaterThan(0);
  expect(peakKib * 1_024).toBeLessThan(residentMax);
});
