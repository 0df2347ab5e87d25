import { describe, expect, test } from "vitest";
import type { Peer } from "../../../src/peer/types.ts";
import { OriginalNode } from "./original-node.ts";
import { idOf, registry, Rig } from "./rig.ts";

/** All texts that a peer got so far. */
async function got(rig: Rig, peer: Peer): Promise<readonly string[]> {
  const ending = new AbortController();
  const texts: string[] = [];
  const reading = (async () => {
    for await (const { text, conversation } of peer.messages({ after: 0n, signal: ending.signal }))
      texts.push(`${conversation}: ${text}`);
  })();
  await rig.run(500);
  ending.abort();
  await reading;
  return texts;
}

describe("what a node says to all", () => {
  test("goes to the mesh once, though it comes to the front of every peer", async () => {
    const rig = await Rig.open();
    const peers = [await rig.peer("a", 2_001), await rig.peer("b", 2_002), await rig.peer("c", 2_003)];
    const ali = await rig.node("ali", 9_101);
    expect(ali.nodes.size).toBe(3);
    await ali.broadcast("hi there");
    await ali.broadcast("hi there");
    for (const peer of peers) expect(await got(rig, peer)).toEqual(["everyone: hi there", "everyone: hi there"]);
  });

  test("does not go there when it is the program's own word that it has come", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    expect(ali.groupClock.get("9101")).toBe(1);
    await ali.broadcast("9102 just joined the chat!");
    expect(await got(rig, veli)).toEqual(["everyone: 9102 just joined the chat!"]);
  });

  test("is taken as it is", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    const text = "who?|4403|{'4403': 7}";
    await ali.broadcast(text);
    await ali.message("4403", text);
    expect(await got(rig, veli)).toEqual([`everyone: ${text}`, `direct: ${text}`]);
  });
});

describe("what a node says to one", () => {
  test("goes to that peer, and a datagram that comes twice goes once", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ayse = await rig.peer("ayse", 2_001);
    const ali = await rig.node("ali", 9_101);
    const said = "message?yes|9101|{'4403': 0, '9101': 1}";
    await ali.raw(said, ali.nodes.get("4403"));
    await ali.raw(said, ali.nodes.get("4403"));
    await ali.raw("message?yes|9101|{'4403': 0, '9101': 2}", ali.nodes.get("4403"));
    expect(await got(rig, veli)).toEqual(["direct: yes", "direct: yes"]);
    expect(await got(rig, ayse)).toEqual([]);
  });

  test("is said again after the program was started anew", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "yes");
    await ali.close();
    const again = await OriginalNode.start(rig.sockets, registry, ali.address);
    await again.signIn("ali", "secret");
    await rig.run(1_000);
    await again.message("4403", "yes");
    expect(await got(rig, veli)).toEqual(["direct: yes", "direct: yes"]);
  });
});

describe("a node is told plainly, by the node 0", () => {
  test("that it says it is another", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.raw("message?pay|2001|{'2001': 1, '4403': 0}", ali.nodes.get("4403"));
    await rig.run(500);
    expect(ali.heard.at(-1)).toBe(
      "message?what you sent was not taken: it says 2001, and your id is 9101|0|{'9101': 0, '0': 1}",
    );
    expect(veli.status().cursor).toBe(0n);
  });

  test("that a datagram is too long", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "a".repeat(8_192));
    await rig.run(500);
    expect(ali.shown).toEqual([
      expect.stringMatching(/^0: what you sent was not taken: the datagram has 82\d\d bytes; .* 8192 at most$/),
    ]);
  });

  test("that there is nothing to say", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "");
    await rig.run(500);
    expect(ali.shown).toEqual([expect.stringMatching(/^0: what you said was not taken: there is no text to send/)]);
  });

  test("that a peer is away, and that its message waits", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.mesh.until(veli.close());
    await rig.run(1_000);
    await ali.message("4403", "later?");
    await rig.run(3_000);
    expect(ali.shown).toEqual(['0: 4403 is away: "later." waits for it in the mesh']);
    const back = await rig.peer("veli", 4_403);
    expect(await got(rig, back)).toEqual(["direct: later?"]);
  });

  test("that a peer's program cannot take its message", async () => {
    const rig = await Rig.open();
    await rig.mesh.start("veli", { peers: ["host"], desiredId: idOf(4_403), accepts: () => false });
    await rig.run(1_000);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "hello");
    await rig.run(1_000);
    expect(ali.shown).toEqual([expect.stringMatching(/^0: "hello" was not delivered to 4403: ./)]);
  });
});

test("without a counter of its own the same text again is said again, and with one it is a repetition", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  const front = ali.nodes.get("4403");
  for (let times = 0; times < 2; times++) await ali.raw("message?hi|9101|{'4403': 0}", front);
  await rig.run(500);
  expect(veli.status().cursor).toBe(2n);
  for (let times = 0; times < 2; times++) await ali.raw("message?hi|9101|{'4403': 0, '9101': 7}", front);
  await rig.run(500);
  expect(veli.status().cursor).toBe(3n);
});
