import { expect, test } from "vitest";
import { memoryStreams } from "../../../src/adapters/memory/byte-stream.ts";
import { clientFrames } from "../../../src/bridges/cs2/client-frames.ts";
import type { ClientFrame } from "../../../src/bridges/cs2/message.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { createTestMesh } from "../../../src/testing/mesh.ts";

/** A text to 9: the length, field 2, field 3. */
const frame = Uint8Array.of(0, 0, 0, 5, 0x10, 9, 0x1a, 1, 0x78);
const read = { kind: "message", to: 9n, text: "x" };

async function scene(options = { frameMs: 5_000, silenceMs: 0 }) {
  const mesh = createTestMesh();
  const limits = { streamsMax: 9, silenceMs: 0, unsentBytesMax: 1_000_000 };
  const [program, stream] = memoryStreams({ address: "127.0.0.1:1", limits }, { address: "127.0.0.1:2", limits });
  const late: string[] = [];
  const deadlines = new Deadlines(mesh.clock());
  const frames = clientFrames({ stream, deadlines, options, onLate: (why) => void late.push(why) });
  const came: (ClientFrame | string)[] = [];
  /** Reads all, each frame dealt with in so many milliseconds. */
  const readAll = async (eachMs: number): Promise<void> => {
    try {
      for await (const next of frames) {
        came.push(next);
        if (eachMs > 0) await new Promise<void>((done) => deadlines.set(Symbol(), eachMs, done));
      }
      came.push("end");
    } catch (error) {
      came.push(String(error));
    }
  };
  return { mesh, program, late, came, frames, readAll };
}

test("frames come however they are cut, and then the end", async () => {
  const { mesh, program, came, readAll } = await scene();
  void readAll(0);
  for (const byte of [...frame, ...frame]) await program.write(Uint8Array.of(byte));
  program.end();
  await mesh.run(10);
  expect(came).toEqual([read, read, "end"]);
});

test("the time for a frame does not run while the one before it is dealt with", async () => {
  const { mesh, program, came, late, readAll } = await scene();
  void readAll(60_000);
  await program.write(Buffer.concat([frame, frame.subarray(0, 3)]));
  await mesh.run(64_000);
  expect([came, late]).toEqual([[read], []]);
  await mesh.run(2_000);
  expect(late).toEqual(["a frame that was begun did not end within 5000 ms"]);
});

test("who waits between frames is not late", async () => {
  const { mesh, program, came, late, readAll } = await scene();
  void readAll(0);
  await program.write(frame.subarray(0, 3));
  await mesh.run(4_000);
  await program.write(frame.subarray(3));
  await mesh.run(60_000);
  expect([came, late]).toEqual([[read], []]);
});

test("an end within a frame is a fault", async () => {
  const { mesh, program, came, readAll } = await scene();
  void readAll(0);
  await program.write(frame.subarray(0, 7));
  program.end();
  await mesh.run(10);
  expect(came).toEqual(["E3Error: the connection ended within a frame"]);
});

test("who never says anything is late where there is a limit, once; a single byte is something", async () => {
  const silent = await scene({ frameMs: 50_000, silenceMs: 3_000 });
  void silent.readAll(0);
  await silent.mesh.run(60_000);
  expect(silent.late).toEqual(["nothing was said within 3000 ms"]);
  const slow = await scene({ frameMs: 50_000, silenceMs: 3_000 });
  void slow.readAll(0);
  await slow.program.write(frame.subarray(0, 1));
  await slow.mesh.run(40_000);
  expect(slow.late).toEqual([]);
});

test("when the reading ends, nobody is late any more", async () => {
  const { mesh, program, late, frames } = await scene({ frameMs: 5_000, silenceMs: 3_000 });
  const first = frames.next();
  await program.write(Buffer.concat([frame, frame.subarray(0, 3)]));
  await first;
  frames.next().catch(() => {});
  program.end();
  await mesh.run(60_000);
  expect(late).toEqual([]);
});
