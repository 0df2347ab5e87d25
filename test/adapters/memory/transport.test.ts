import { expect, test } from "vitest";
import { createMemoryNetwork } from "../../../src/adapters/memory/transport.ts";
import { Ends } from "../../contract/transport-ends.ts";
import { transportContract } from "../../contract/transport.ts";

const frameBytesMax = 300 * 1_024;

function open(): {
  make: () => ReturnType<ReturnType<typeof createMemoryNetwork>["transport"]>;
  frameBytesMax: number;
} {
  const network = createMemoryNetwork({ frameBytesMax });
  return { make: () => network.transport(), frameBytesMax };
}

transportContract("memory", open);

test("networks do not reach each other", async () => {
  const [here, there] = [new Ends(open()), new Ends(open())];
  const address = await here.listen(here.transport());
  expect(await there.dial(there.transport(), address).closed).toBe("connection refused");
});

test("the same calls give the same trace", async () => {
  const run = async (): Promise<readonly string[]> => {
    const trace: string[] = [];
    const ends = new Ends(open());
    const [first, second] = [await ends.linked(), await ends.linked()];
    for (const [name, { dialled, accepted }] of Object.entries({ first, second })) {
      accepted.onFrame = () => trace.push(`${name} frame`);
      dialled.onDrained = () => trace.push(`${name} drained`);
    }
    await Promise.all([
      first.dialled.sendAll([Uint8Array.of(1), Uint8Array.of(2)]),
      second.dialled.sendAll([Uint8Array.of(3)]),
    ]);
    await ends.finish();
    return trace;
  };
  const trace = await run();
  expect(trace).toHaveLength(6);
  expect(await run()).toEqual(trace);
});

test("a frame changed after it was written arrives as it was", async () => {
  const ends = new Ends(open());
  const { dialled, accepted } = await ends.linked();
  const frame = Uint8Array.of(1);
  dialled.write(frame);
  frame.fill(2);
  await accepted.until(() => accepted.frames.length === 1);
  expect(accepted.frames).toEqual([Uint8Array.of(1)]);
});
