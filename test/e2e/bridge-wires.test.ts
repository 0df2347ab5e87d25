import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestBridge } from "./harness/bridge.ts";
import { type Mesh, useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { freeAddress } from "./harness/port.ts";
import { hasPython, PythonClient } from "./harness/python.ts";
import { cs2Speaker, lineSpeaker, peerSpeaker, registrySpeaker, type Speaker, udpSpeaker } from "./harness/speaker.ts";
import { Town } from "./harness/town.ts";

const openMesh = useMesh("all tests");
const opened: AsyncDisposable[] = [];

function kept<T extends AsyncDisposable>(program: T): T {
  opened.push(program);
  return program;
}

/** A program in Python of examples/. */
function python(script: string, ...words: readonly string[]): PythonClient {
  return kept(new PythonClient(`examples/${script}/client.py`, ...words));
}

/** The id of whoever has this name, once a peer sees it. */
async function idOf(peer: TestPeer, name: string): Promise<string> {
  const isIt = (line: string): boolean => line.includes('"event":"peer"') && line.includes(`"name":"${name}"`);
  return (JSON.parse(await peer.stdout.until(`${name} to be up`, isIt)) as { readonly id: string }).id;
}

function bridgeOf(peer: TestPeer, wire: string): string {
  const bridges = peer.all({ event: "ready" })[0]?.bridges ?? [];
  return bridges.find((bridge) => bridge.wire === wire)?.listen ?? "";
}

/** Where a gossip bridge and the original program that it dials are, and the configuration file of the bridge. */
interface GossipPlan {
  readonly original: string;
  readonly p2p: string;
  readonly api: string;
  readonly config: string;
}

async function gossipPlan(mesh: Mesh, name: string, ...before: readonly string[]): Promise<GossipPlan> {
  const [original, p2p, api] = [await freeAddress(), await freeAddress(), await freeAddress()];
  const config = join(mesh.root, `${name}.ini`);
  const gossip = ["[gossip]", "degree = 4", `api_address = ${api}`, `p2p_address = ${p2p}`];
  writeFileSync(config, [...before, ...gossip, `bootstrapper = ${original}`, ""].join("\n"));
  return { original, p2p, api, config };
}

/**
 * Everybody, and where they are:
 *
 *     can (cs2), takim (line), gossip ── near 101 ── middle 102 ── far 103 ── beyza (registry-chat)
 *                                                        │
 *                                    ali (udp-chat), gossip, in a process of bridges alone
 */
interface Scene {
  readonly near: TestPeer;
  readonly far: TestPeer;
  readonly gossips: readonly [GossipPlan, GossipPlan];
  /** Original gossip programs, which run before the bridges that dial them. */
  readonly originals: readonly PythonClient[];
  /** Where programs of the line say something to everyone. */
  readonly line: string;
  readonly programs: Readonly<Record<"can" | "takim" | "beyza" | "ali", PythonClient>>;
  readonly speakers: Readonly<Record<"can" | "takim" | "beyza" | "ali" | "near" | "far", Speaker>>;
  /** Where takim listens. */
  readonly takimAt: string;
}

async function openScene(): Promise<Scene> {
  const { mesh, registry } = kept(await Town.open(await openMesh()));
  const gossips = [
    await gossipPlan(mesh, "near"),
    await gossipPlan(mesh, "alone", "[udp-chat]", "listen = 127.0.0.1:0"),
  ] as const;
  const originals = gossips.map(({ original }) => python("gossip", "peer", original.split(":")[1] ?? ""));
  for (const original of originals) await original.match(/^listening on /);
  const wires = ["--bridge", "cs2=127.0.0.1:0", "--bridge", "line=127.0.0.1:0", "--config", gossips[0].config];
  const near = await mesh.start("near", { id: "101", options: wires });
  const middle = await mesh.start("middle", { id: "102", dials: [near] });
  const far = await mesh.start("far", {
    id: "103",
    dials: [middle],
    options: ["--bridge", "registry-chat=127.0.0.1:0"],
  });
  await mesh.converged();
  const words = ["--config", gossips[1].config, "--peer", middle.listen, "--registry", registry.listen];
  const { listen: udpChat } = await kept(new TestBridge(mesh, words)).start();

  const line = bridgeOf(near, "line");
  const can = python("cs2", bridgeOf(near, "cs2"), "--desired-id", "4242");
  await can.until("granted 4242");
  const takimAt = await freeAddress();
  const takim = python("line", takimAt.split(":")[1] ?? "", "takim");
  await takim.match(/^Server listening/);
  takim.type(`${line} here`);
  const takimId = await idOf(far, "takim");
  const beyza = python("registry-chat", "beyza", "--registry", bridgeOf(far, "registry-chat"));
  const beyzaId = await idOf(near, "beyza");
  const ali = python("udp-chat", "0", "ali", "password", udpChat, "--fetch", "0.5");
  const aliId = await idOf(near, "ali");
  for (const peer of [near, far])
    for (const id of ["4242", takimId, beyzaId, aliId]) await peer.until({ event: "peer", id, state: "up" });
  const speakers = {
    can: cs2Speaker(can, "4242"),
    ali: udpSpeaker(ali, "ali", aliId),
    beyza: registrySpeaker(beyza, "beyza", beyzaId),
    takim: lineSpeaker(takim, "takim", takimId),
    near: peerSpeaker(near),
    far: peerSpeaker(far),
  };
  return { near, far, gossips, originals, line, programs: { can, takim, beyza, ali }, speakers, takimAt };
}

afterAll(async () => {
  for (const each of opened.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

// Skipped: no python3 on this machine
describe.skipIf(!hasPython)("programs of all five wires at once", () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene();
  });

  // Who speaks, and to whom. takim is last: it answers at the addresses that it was written from.
  const talks = [
    ["can", ["ali", "beyza", "takim", "far"]],
    ["ali", ["can", "beyza", "takim", "far"]],
    ["beyza", ["can", "ali", "takim"]],
    ["near", ["can", "ali", "beyza", "takim"]],
    ["takim", ["can", "ali", "beyza", "near"]],
  ] as const;

  test.each(talks)("%s says something to each of %s, and each is shown it", async (name, others) => {
    for (const other of others) {
      const [from, to] = [scene.speakers[name], scene.speakers[other]];
      await from.say(to, `from ${name} to ${other}`);
      await to.sees(from, `from ${name} to ${other}`);
    }
  });

  test("what takim, ali and a peer say to everyone is shown to all others, once", async () => {
    const { line, programs, speakers, near } = scene;
    const { can, takim, beyza, ali } = programs;
    const broadcasts: readonly (readonly [Speaker, string, () => void])[] = [
      [speakers.takim, "takim to everyone", () => takim.type(`${line} takim to everyone`)],
      [speakers.ali, "ali to everyone", () => ali.type("all ali to everyone")],
      [speakers.near, "near to everyone", () => near.type("* near to everyone")],
    ];
    for (const [from, text, say] of broadcasts) {
      say();
      for (const to of Object.values(speakers)) if (to !== from) await to.hears(from, text);
    }
    const shown = (program: PythonClient) => program.lines.items().filter((said) => said.endsWith(" to everyone"));
    expect([can, beyza].map((program) => shown(program).length)).toEqual([3, 3]);
    expect([takim, ali].map((program) => shown(program).length)).toEqual([2, 2]);
  });

  test("an original gossip program reaches another one over two bridges, where their modules call it valid", async () => {
    const [near, alone] = scene.gossips;
    const [first, second] = scene.originals;
    if (first === undefined || second === undefined) throw new Error("unreachable: two of two");
    const judge = python("gossip", "module", near.api, "--notify", "7", "--notify", "9");
    const strict = python("gossip", "module", alone.api, "--notify", "9", "--invalid");
    const kind = python("gossip", "module", alone.api, "--notify", "7");
    for (const module of [judge, strict, kind]) await module.until("connected");
    await first.until(`linked ${near.p2p}`);
    await second.until(`linked ${alone.p2p}`);
    first.type("9 9 what one module calls invalid");
    await strict.until("notified 9 what one module calls invalid");
    first.type("5 7 from original to original");
    for (const module of [judge, kind]) await module.until("notified 7 from original to original");
    await second.until("content 3 7 from original to original");
    second.type("5 7 and back");
    await first.until("content 3 7 and back");
    const contents = (program: PythonClient) => program.lines.items().filter((said) => said.startsWith("content"));
    expect(contents(first)).toEqual(["content 3 7 and back"]);
    expect(contents(second)).toEqual(["content 3 7 from original to original"]);
  });

  test("everybody sees for which program each guest speaks, and where that is", async () => {
    const { near, far, speakers, takimAt, gossips } = scene;
    for (const peer of [near, far]) {
      const since = peer.stdout.end;
      peer.type("/who");
      for (const [id, via] of [
        [speakers.can.id, "cs2 127.0.0.1:"],
        [speakers.takim.id, `line ${takimAt}"`],
        [speakers.beyza.id, "registry-chat 127.0.0.1:"],
        [speakers.ali.id, "udp-chat 127.0.0.1:"],
        ...gossips.map(({ api }) => [".*", `gossip ${api}"`] as const),
      ]) {
        const who = new RegExp(`^{"event":"who","id":"${id}".*"state":"present".*"via":"${via}`);
        await peer.stdout.until(`${id} via ${via}`, (said) => who.test(said), { since });
      }
    }
  });
});
