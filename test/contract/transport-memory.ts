import { expect, test } from "vitest";
import { frameRoomBytes } from "../../src/core/batch.ts";
import type { Ends } from "./transport-ends.ts";

/** What a transport promises about the memory of the frames that it is given. */
export function memory(ends: () => Ends): void {
  test.each([false, true])(
    "the memory of a frame is the writer's again once it has drained (with room before it: %s)",
    async (hasRoom) => {
      const { dialled, accepted } = await ends().linked();
      const bytes = new Uint8Array(frameRoomBytes + 256 * 1_024);
      for (const [from, to] of [
        [dialled, accepted],
        [accepted, dialled],
      ] as const) {
        for (let at = 1; at <= 20; at += 1) {
          bytes.fill(at);
          from.write(bytes.subarray(frameRoomBytes, bytes.length - at), hasRoom);
          await from.until(() => from.drains === at);
        }
        await to.until(() => to.frames.length === 20);
        const wanted = Array.from({ length: 20 }, (_, at) => [256 * 1_024 - at - 1, at + 1]);
        expect(to.frames.map(content)).toEqual(wanted);
      }
    },
  );
}

/** Its length, and what is in all of it; undefined when that differs. */
function content(frame: Uint8Array): readonly [number, number | undefined] {
  const [first] = frame;
  return [frame.length, frame.every((byte) => byte === first) ? first : undefined];
}
