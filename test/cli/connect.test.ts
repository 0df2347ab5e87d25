import { expect, test } from "vitest";
import { connectAll } from "../../src/cli/connect.ts";
import { E3Error } from "../../src/core/error.ts";
import { reportOf } from "../../src/cli/errors.ts";
import { settled } from "./fake-host.ts";
import { FakePeer } from "./fake-peer.ts";

/** Connects, and lets the peer say what comes of it. @returns what is shown. */
async function shown(addresses: readonly string[], linked: FakePeer["linked"]): Promise<readonly string[]> {
  const lines: string[] = [];
  const peer = new FakePeer();
  peer.linked = linked;
  const output = {
    connecting: (address: string) => void lines.push(`connecting ${address}`),
    connected: (address: string, id: bigint) => void lines.push(`connected ${address} ${id}`),
  };
  const failed = (error: unknown): void => void lines.push(`${reportOf(error).code} ${reportOf(error).message}`);
  connectAll(addresses, { peer, output, failed });
  await settled();
  return lines;
}

test("each address has its outcome, and none waits for another's", async () => {
  const lines = await shown(["a:1", "b:2", "c:3", "a:1"], (address) => {
    if (address === "a:1") return new Promise(() => {});
    if (address === "b:2") return Promise.resolve(7n);
    return Promise.reject(new E3Error("unanswered", "nobody answered at c:3"));
  });
  expect(lines.slice(0, 3)).toEqual(["connecting a:1", "connecting b:2", "connecting c:3"]);
  expect(lines.slice(3).toSorted()).toEqual(["connected b:2 7", "unanswered nobody answered at c:3"]);
});

test("one's own address is no reason not to connect to the others", async () => {
  const own = new FakePeer().listen;
  expect(await shown([own, "b:2"], () => Promise.resolve(7n))).toEqual([
    `bad-address ${own} is this peer's own address; name that of another`,
    "connecting b:2",
    "connected b:2 7",
  ]);
});

test("what was called off is not told", async () => {
  const off = new E3Error("closed", "a:1 is not dialled any more: it was disconnected by hand");
  expect(await shown(["a:1"], () => Promise.reject(off))).toEqual(["connecting a:1"]);
});
