import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createGrpcTransport } from "../../../src/adapters/grpc/transport.ts";
import { Ends, type End } from "../../contract/transport-ends.ts";
import { silent } from "./log.ts";
import { serveTcp } from "./raw.ts";

const frameBytesMax = 64 * 1_024;

/** One direction of a road: bytes pass at once, or, once it is held, when they are let through. */
class Lane {
  #held: Buffer | undefined;
  readonly #to: Socket;
  readonly #waiting: (() => void)[] = [];

  constructor(from: Socket, to: Socket) {
    this.#to = to;
    from.on("data", (bytes: Buffer) => {
      if (this.#held === undefined) return void to.write(bytes);
      this.#held = Buffer.concat([this.#held, bytes]);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
    from.on("close", () => to.destroy());
    from.on("error", () => {});
  }

  hold(): void {
    this.#held ??= Buffer.alloc(0);
  }

  /** Resolves once that many bytes wait. */
  async until(bytes: number): Promise<void> {
    while ((this.#held?.length ?? 0) < bytes) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Lets that many bytes through, or all. */
  pass(bytes = Infinity): void {
    const held = this.#held ?? Buffer.alloc(0);
    this.#held = bytes === Infinity ? undefined : held.subarray(bytes);
    this.#to.write(bytes === Infinity ? held : held.subarray(0, bytes));
  }
}

/** Two ends with a road between them, of which each direction can be held. */
async function road(ends: Ends): Promise<{ dialled: End; accepted: End; there: Lane; back: Lane }> {
  const { address, accepted } = await ends.acceptNext();
  const lanes = new Promise<{ there: Lane; back: Lane }>((resolve) => {
    void serveTcp((near) => {
      server?.close();
      const far = connect(Number(address.split(":")[1]), "127.0.0.1");
      resolve({ there: new Lane(near, far), back: new Lane(far, near) });
    }).then((served) => {
      server = served.server;
      dialled = ends.dial(ends.transport(), served.address);
    });
  });
  let server: { close(): void } | undefined;
  let dialled: End | undefined;
  const { there, back } = await lanes;
  if (dialled === undefined) throw new Error("nobody dialled");
  return { dialled, accepted: await accepted, there, back };
}

const limits = { progressMs: 5 };
const ends = new Ends({
  make: () => createGrpcTransport({ services: [], log: silent, messageBytesMax: frameBytesMax, limits }),
  frameBytesMax,
});

afterEach(async () => {
  expect(await ends.finish()).toEqual([]);
});

test.each(["dialler", "acceptor"])(
  "a frame that the %s sends on a slow road makes progress, and arrives",
  async (who) => {
    const { dialled, accepted, there, back } = await road(ends);
    const [from, to, lane] = who === "dialler" ? [dialled, accepted, there] : [accepted, dialled, back];
    // The road stands, both ways.
    await Promise.all([dialled.sendAll([Uint8Array.of(1)]), accepted.sendAll([Uint8Array.of(1)])]);
    await Promise.all([dialled, accepted].map((end) => end.until(() => end.frames.length === 1)));
    lane.hold();
    const frame = new Uint8Array(frameBytesMax).fill(7);
    from.write(frame);
    await lane.until(frameBytesMax);
    for (let part = 0; part < 8; part += 1) {
      const before = to.progresses;
      lane.pass(frameBytesMax / 8);
      await to.until(() => to.progresses > before);
      expect(to.frames).toHaveLength(1);
    }
    lane.pass();
    await to.until(() => to.frames.length === 2);
    expect(Buffer.compare(to.frames[1] ?? new Uint8Array(), frame)).toBe(0);
  },
);
