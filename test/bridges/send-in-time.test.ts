import { expect, test } from "vitest";
import { Deadlines } from "../../src/bridges/deadlines.ts";
import { roomMs, sendInTime } from "../../src/bridges/send-in-time.ts";
import { E3Error } from "../../src/core/error.ts";
import type { Sent } from "../../src/peer/types.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";

/** A peer without room: it waits until it is told not to. */
const full = {
  sendWhenRoom: (_to: unknown, _text: unknown, { signal }: { signal?: AbortSignal } = {}): Promise<Sent> =>
    new Promise((_, reject) => {
      const end = (): void => reject(signal?.reason as Error);
      signal?.addEventListener("abort", end);
      if (signal?.aborted === true) end();
    }),
};

test("room is waited for so long and no longer, and not once the bridge closes", async () => {
  const mesh = createTestMesh();
  await mesh.start("a");
  const deadlines = new Deadlines(mesh.clock());
  const over = new AbortController();
  const said = { peer: full, to: 9n, text: "x", deadlines, signal: over.signal };
  const codes: string[] = [];
  const note = (error: unknown): void => void codes.push(error instanceof E3Error ? error.code : String(error));
  const first = sendInTime(said).catch(note);
  await mesh.run(roomMs - 1_000);
  expect(codes).toEqual([]);
  await mesh.run(2_000);
  await first;
  const second = sendInTime(said).catch(note);
  over.abort(new E3Error("closed", "the bridge is closed"));
  await second;
  expect(codes).toEqual(["resource-exhausted", "closed"]);
});
