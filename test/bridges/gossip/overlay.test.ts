import { expect, test } from "vitest";
import type { MemoryStream } from "../../../src/adapters/memory/byte-stream.ts";
import { Overlay } from "../../../src/bridges/gossip/overlay.ts";
import type { GossipOptions } from "../../../src/bridges/gossip/options.ts";
import type { ByteStream } from "../../../src/ports/sockets.ts";
import { bridgeRig, type BridgeRig, Program } from "../rig.ts";
import { announce, content, notify, pull, push, response } from "./bytes.ts";

const own = "127.0.0.1:6001";

interface Scene {
  readonly rig: BridgeRig;
  readonly overlay: Overlay;
  readonly heard: string[];
  /** A peer that dials. */
  readonly dial: () => Promise<Program>;
  /** An original peer that listens: whoever dials it, in order. */
  readonly peer: (address: string) => Promise<Program[]>;
}

type Settings = Partial<Pick<GossipOptions, "bootstrapper" | "degree">>;

async function scene(options: Settings = {}, stated = own): Promise<Scene> {
  const rig = await bridgeRig();
  const { sockets, deadlines, limits, log } = rig.world;
  const heard: string[] = [];
  const overlay = new Overlay({
    ...{ own: stated, sockets, deadlines, limits, log },
    options: { degree: { min: 2, max: 3 }, pullMs: 30_000, ...options },
    onAnnouncement: ({ ttl, type, data }, link) =>
      Promise.resolve(void heard.push(`${link}: ${ttl} ${type} ${Buffer.from(data).toString()}`)),
  });
  const streams = { ...limits, silenceMs: 0 };
  await sockets.listen(own, streams, (stream) => overlay.accept(stream));
  const peer = async (address: string): Promise<Program[]> => {
    const programs: Program[] = [];
    await sockets.listen(address, streams, (stream: ByteStream) => void programs.push(new Program(rig.mesh, stream)));
    return programs;
  };
  return { rig, overlay, heard, dial: () => rig.dial(own), peer };
}

test("the bootstrapper is told where this end listens, and asked for peers, who are dialled in turn", async () => {
  const { rig, peer } = await scene({ bootstrapper: "127.0.0.1:6000" });
  const [boot, other] = [await peer("127.0.0.1:6000"), await peer("127.0.0.1:6002")];
  await rig.run(2000);
  expect(boot[0]?.writes()).toEqual([push(own), pull(own)]);
  await boot[0]?.write(response("127.0.0.1:6001", "127.0.0.1:6002"));
  expect(other[0]?.writes()).toEqual([push(own), pull(own)]);
  expect([boot.length, other.length]).toEqual([1, 1]);
});

test("a bootstrapper that comes up later is found", async () => {
  const { rig, peer } = await scene({ bootstrapper: "127.0.0.1:6000" });
  await rig.run(60_000);
  const boot = await peer("127.0.0.1:6000");
  await rig.run(300_000);
  expect(boot[0]?.writes().slice(0, 2)).toEqual([push(own), pull(own)]);
});

test("PULL is answered with the peers that are known, but not with the one who asks", async () => {
  const { dial } = await scene();
  const [ali, veli] = [await dial(), await dial()];
  await ali.write(pull("127.0.0.1:5001"));
  expect(ali.writes()[0]).toEqual(response());
  await veli.write(pull("127.0.0.1:5002"));
  expect(veli.writes()[0]).toEqual(response("127.0.0.1:5001"));
});

test("one who asks and ends its side is answered nevertheless", async () => {
  const { dial, rig } = await scene();
  const ali = await dial();
  await ali.stream.write(pull("127.0.0.1:5001"));
  (ali.stream as MemoryStream).endWriting();
  await rig.run(1);
  expect(ali.writes()).toEqual([response()]);
});

test("a peer that pushes its address and leaves is dialled", async () => {
  const { rig, dial, peer } = await scene();
  const listening = await peer("127.0.0.1:5001");
  const ali = await dial();
  await ali.write(push("127.0.0.1:5001"), 1);
  ali.stream.end();
  await rig.run(5000);
  expect(listening[0]?.writes()).toEqual([push(own), pull(own)]);
});

test("between min and max nobody is dialled, and a link that drops is replaced", async () => {
  const { rig, dial, peer } = await scene();
  const third = await peer("127.0.0.1:5003");
  const [ali, veli] = [await dial(), await dial()];
  await ali.write(push("127.0.0.1:5001"));
  await veli.write(push("127.0.0.1:5002"));
  await veli.write(response("127.0.0.1:5003"), 100_000);
  expect(third).toEqual([]);
  ali.stream.end();
  await rig.run(10_000);
  expect(third[0]?.writes()).toEqual([push(own), pull(own)]);
});

test("an announcement goes to all peers but the one it came from, once to each, and to no more than max", async () => {
  const { rig, overlay, dial } = await scene();
  const peers = [await dial(), await dial(), await dial(), await dial()];
  await peers[1]?.write(push("127.0.0.1:5001"));
  await peers[2]?.write(push("127.0.0.1:5001"));
  overlay.spread({ ttl: 2, type: 1, data: Buffer.from("hi") }, 1);
  await rig.run(1);
  const sent = content(2, 1, "hi");
  expect(peers.map((program) => program.writes())).toEqual([[], [sent], [], [sent]]);
  overlay.spread({ ttl: 0, type: 1, data: Buffer.from("yo") });
  await rig.run(1);
  const again = content(0, 1, "yo");
  expect(peers.map((program) => program.writes())).toEqual([[again], [again], [], [again]]);
});

test("SEND_CONTENT is heard from anybody, linked or not", async () => {
  const { heard, dial } = await scene({ degree: { min: 1, max: 1 } });
  await (await dial()).write(content(3, 1, "one"));
  await (await dial()).write(content(0, 2, "two"));
  expect(heard).toEqual(["1: 3 1 one", "2: 0 2 two"]);
});

test("messages of the API mean nothing among peers", async () => {
  const { heard, dial } = await scene();
  const ali = await dial();
  await ali.write(Buffer.concat([announce(0, 1, "x"), notify(1), content(0, 1, "y")]));
  expect([heard, ali.writes(), ali.hasEnded]).toEqual([["1: 0 1 y"], [], false]);
});

test("what is too long for original peers is not sent to them", async () => {
  const { rig, overlay, dial } = await scene();
  const ali = await dial();
  overlay.spread({ ttl: 0, type: 1, data: new Uint8Array(65_524) });
  await rig.run(1);
  expect([ali.writes(), rig.logged.at(-1)?.[0]]).toEqual([[], "warn"]);
  overlay.spread({ ttl: 0, type: 1, data: new Uint8Array(65_523) });
  await rig.run(1);
  expect(ali.writes().map(({ length }) => length)).toEqual([65_535]);
});

test("while there are too few links, one of them after the other is asked", async () => {
  const { rig, dial } = await scene({ degree: { min: 3, max: 3 } });
  const [ali, veli] = [await dial(), await dial()];
  await ali.write(push("0.0.0.0:0"));
  await veli.write(push("0.0.0.0:0"), 28_500);
  await rig.run(1000);
  expect([ali.writes(), veli.writes()]).toEqual([[push(own), pull(own)], []]);
  await rig.run(30_000);
  expect([ali.writes(), veli.writes()]).toEqual([[], [push(own), pull(own)]]);
});

test("with links enough nobody is asked", async () => {
  const { rig, dial } = await scene({ degree: { min: 1, max: 3 } });
  const ali = await dial();
  await ali.write(push("127.0.0.1:6100"), 120_000);
  expect(ali.writes()).toEqual([]);
  await rig.run(1000);
});

test("who listens everywhere cannot say where, and does not", async () => {
  const everywhere = "0.0.0.0:6001";
  const { rig, peer } = await scene({ bootstrapper: "127.0.0.1:6000" }, everywhere);
  const boot = await peer("127.0.0.1:6000");
  await rig.run(2000);
  expect(boot[0]?.writes()).toEqual([pull(everywhere)]);
});

test("no more are dialled at once than links are missing", async () => {
  const { dial, peer } = await scene({ degree: { min: 2, max: 3 } });
  const addresses = Array.from({ length: 5 }, (_, index) => `127.0.0.1:${6_200 + index}`);
  const listening = await Promise.all(addresses.map((address) => peer(address)));
  await (await dial()).write(response(...addresses));
  expect(listening.flat()).toHaveLength(1);
});

test("of one answer only so many addresses are learnt", async () => {
  const { dial } = await scene({ degree: { min: 1, max: 3 } });
  const [liar, asker] = [await dial(), await dial()];
  await liar.write(response(...Array.from({ length: 200 }, (_, index) => `127.0.0.1:${10_000 + index}`)));
  asker.writes();
  await asker.write(pull("127.0.0.1:6100"));
  expect(asker.writes()).toEqual([
    response(...Array.from({ length: 64 }, (_, index) => `127.0.0.1:${10_000 + index}`)),
  ]);
});

test("of two links with one peer one may go, and the peer is not dialled", async () => {
  const { rig, dial, peer } = await scene({ degree: { min: 2, max: 3 } });
  const programs = await peer("127.0.0.1:6100");
  const [first, second] = [await dial(), await dial()];
  await first.write(push("127.0.0.1:6100"));
  await second.write(push("127.0.0.1:6100"));
  const dialled = programs.length;
  second.stream.destroy();
  await rig.run(20_000);
  expect(programs).toHaveLength(dialled);
});

test("who states the address of this end is this end, and is let go", async () => {
  const { dial } = await scene();
  const self = await dial();
  await self.write(push(own));
  expect(self.hasEnded).toBe(true);
});

test("a peer that hangs up before it says anything is dialled less and less often", async () => {
  const { rig, peer } = await scene({ bootstrapper: "127.0.0.1:6000" });
  const dialled = await peer("127.0.0.1:6000");
  const hangUp = async (): Promise<void> => {
    for (let count = 0; count < 600; count += 1) {
      await rig.run(100);
      for (const program of dialled) program.stream.destroy();
    }
  };
  await hangUp();
  expect(dialled.length).toBeLessThan(8);
});

test("closed, it holds and makes no links", async () => {
  const { rig, overlay, dial, peer } = await scene({ bootstrapper: "127.0.0.1:6000" });
  const ali = await dial();
  overlay.close();
  const boot = await peer("127.0.0.1:6000");
  const late = await dial();
  await rig.run(400_000);
  expect([ali.hasEnded, late.hasEnded, boot]).toEqual([true, true, []]);
});
