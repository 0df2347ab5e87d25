import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { createMemorySockets } from "../../../src/adapters/memory/sockets.ts";
import { defaultBridgeLimits } from "../../../src/bridges/limits.ts";
import { Fronts } from "../../../src/bridges/udp-chat/fronts.ts";

function open(windowsMax = 8) {
  const heard: string[] = [];
  const world = {
    ...{ sockets: createMemorySockets(), notebook: memoryNotebook() },
    limits: { ...defaultBridgeLimits, windowsMax },
  };
  const onDatagram = (bytes: Uint8Array, from: string, meshId: bigint): void => {
    heard.push(`${meshId} ${new TextDecoder().decode(bytes)} ${from}`);
  };
  return { fronts: new Fronts({ world, onDatagram }), heard, ...world };
}

const hi = new TextEncoder().encode("hi");

test("each peer has an address of its own, the same each time, from which it is heard and at which it hears", async () => {
  const { fronts, heard, sockets } = open();
  const got: string[] = [];
  const node = await sockets.bindDatagrams("127.0.0.1:0", (_, from) => got.push(from));
  const [one, two] = [await fronts.addressOf(1n), await fronts.addressOf(2n)];
  expect(one).not.toBe(two);
  expect(await fronts.addressOf(1n)).toBe(one);
  await fronts.send(2n, hi, node.address);
  await node.send(hi, one);
  await Promise.resolve();
  expect(got).toEqual([two]);
  expect(heard).toEqual([`1 hi ${node.address}`]);
});

test("a peer that needs its address no longer gives it up", async () => {
  const { fronts, notebook } = open();
  await fronts.addressOf(1n);
  await fronts.forget(1n);
  expect(notebook.entries()).toEqual([]);
  expect(await fronts.addressOf(1n)).toMatch(/^127/);
});

test("a front that made room is opened again at its address, and a closed bridge has none", async () => {
  const { fronts } = open(1);
  const one = await fronts.addressOf(1n);
  await fronts.addressOf(2n);
  expect(await fronts.addressOf(1n)).toBe(one);
  await fronts.close();
  await expect(fronts.send(1n, hi, "127.0.0.1:1")).rejects.toMatchObject({ code: "closed" });
});
