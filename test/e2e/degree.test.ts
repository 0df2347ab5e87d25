import { expect, test } from "vitest";
import { PeerService } from "../../src/gen/e3/v1/peer_pb.ts";
import { expectShown, texts } from "./harness/delivery.ts";
import { useMesh } from "./harness/mesh.ts";
import { eventually, PeerClient } from "./harness/peer-client.ts";
import { freeAddress } from "./harness/port.ts";
import type { TestPeer } from "./harness/peer.ts";
import { runE3 } from "./harness/run.ts";

const openMesh = useMesh();

/** Ids of the peers it has links with. */
async function neighbours(peer: TestPeer): Promise<readonly string[]> {
  using client = new PeerClient(peer.listen);
  const { peers } = await client.call(PeerService.method.listPeers, {});
  return peers.filter(({ neighbour }) => neighbour).map(({ id }) => String(id));
}

/** Waits until each of them has that many links, for as long as it takes. */
async function expectLinks(peers: readonly TestPeer[], { min, max }: { min: number; max: number }): Promise<void> {
  for (const peer of peers) {
    const linked = await eventually(
      () => neighbours(peer),
      ({ length }) => length >= min && length <= max,
    );
    expect(linked.length, `links of ${peer.name}`).toBeGreaterThanOrEqual(min);
    expect(linked.length, `links of ${peer.name}`).toBeLessThanOrEqual(max);
  }
}

test("six that know of one address each link up by themselves, and again when one is killed", async () => {
  const mesh = await openMesh();
  const first = await freeAddress();
  const degree = { min: 2, max: 3 };
  const options = ["--degree", "2..3", "--bootstrap", first];
  const peers = [await mesh.start("first", { listen: first, options })];
  for (const name of ["b", "c", "d", "e", "f"]) peers.push(await mesh.start(name, { options }));
  await mesh.converged(peers);
  await expectLinks(peers, degree);

  // All others came by way of the first one.
  const [killed, ...others] = peers;
  if (killed === undefined) throw new Error("six were started");
  const seen = others.map(({ events }) => events.end);
  await killed.kill9();
  for (const [index, peer] of others.entries())
    await peer.until({ event: "peer", id: killed.id, state: "down" }, { since: seen[index] ?? 0 });
  await expectLinks(others, degree);
  const [one, two] = [others[0], others[4]];
  if (one === undefined || two === undefined) throw new Error("five are left");
  one.say(two.id, ...texts("still there", 5));
  await one.until({ event: "status", to: two.id, number: "5", status: "delivered" });
  await two.until({ event: "message", from: one.id, text: texts("still there", 5).at(-1) ?? "" });
  expectShown({ sender: one, receiver: two }, texts("still there", 5));

  // It comes back, and finds its place.
  await killed.restart();
  await mesh.converged([killed]);
  await expectLinks([killed], degree);
});

test("a command line that asks for no range of links, or for one at a leaf, is refused", async () => {
  const env = { XDG_STATE_HOME: "/dev/null" };
  const address = await freeAddress();
  for (const [words, why] of [
    [["--degree", "3"], /--degree "3" is no range of links; write MIN\.\.MAX/],
    [["--leaf", "127.0.0.1:9", "--degree", "1..2"], /--degree and --leaf contradict each other/],
    [["--bootstrap", "nowhere"], /has no port/],
  ] as const) {
    const { code, stderr } = await runE3([address, ...words], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(why);
  }
});
