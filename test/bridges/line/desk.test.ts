import { expect, test } from "vitest";
import { openLineBridge } from "../../../src/bridges/line/open.ts";
import { retryMaxMs } from "../../../src/bridges/line/mail-round.ts";
import { lineOptions } from "../../../src/bridges/line/options.ts";
import type { Bridge } from "../../../src/bridges/types.ts";
import type { Peer } from "../../../src/peer/types.ts";
import { bridgeRig, endedCouriers, withUnreadableMail, type BridgeRig } from "../rig.ts";

const p1 = "127.0.0.1:8080";

interface Scene {
  readonly rig: BridgeRig;
  readonly bridge: Bridge;
  readonly far: Peer;
  /** What the far peer was shown. */
  readonly seen: string[];
  /** What the program was written. */
  readonly heard: string[];
}

async function scene(): Promise<Scene> {
  const rig = await bridgeRig();
  const far = await rig.mesh.start("far", { peers: ["host"], desiredId: 99n });
  const [seen, heard]: [string[], string[]] = [[], []];
  void (async () => {
    for await (const { text, conversation } of far.messages()) seen.push(`${conversation}: ${text}`);
  })();
  await rig.sockets.listen(p1, { ...rig.world.limits, silenceMs: 0 }, (stream) => {
    void (async () => {
      let all = "";
      for await (const chunk of stream.chunks()) all += Buffer.from(chunk).toString("utf8");
      heard.push(all);
    })();
  });
  const bridge = await openLineBridge(rig.world, lineOptions({ listen: "127.0.0.1:1255" }));
  await rig.run(2_000);
  return { rig, bridge, far, seen, heard };
}

/** Lines on a connection each, at the same moment. */
async function atOnce({ rig, bridge }: Scene, lines: readonly string[]): Promise<void> {
  const programs = await Promise.all(lines.map(() => rig.dial(bridge.listen)));
  await Promise.all(programs.map((program, n) => program.stream.write(Buffer.from(lines[n] ?? ""))));
  await rig.run(10_000);
}

test("what a program says just before it leaves, on a connection of its own, is said, and then it is gone", async () => {
  const set = await scene();
  await atOnce(set, [`${p1} P1 hello`, `${p1} P1 goodbye`, `${p1} P1 exit`]);
  expect(set.seen).toEqual(["everyone: hello", "everyone: goodbye"]);
  expect(set.rig.guests.get(p1)).toBeUndefined();
});

test("a program that leaves and comes back at the same moment has its mail brought again", async () => {
  const set = await scene();
  await atOnce(set, [`${p1} P1 hello`]);
  await atOnce(set, [`${p1} P1 exit`, `${p1} P1 back`]);
  const sent = set.far.send(set.rig.guests.get(p1)?.id ?? 0n, "still there?");
  expect(await set.rig.until(sent.settled)).toMatchObject({ status: "delivered" });
  await set.rig.run(2_000);
  expect(set.heard.map((line) => line.split(" ").slice(2).join(" "))).toEqual(["still there?"]);
});

test("when a guest was closed beside the desk, the next one of its program has its mail brought", async () => {
  const set = await scene();
  await atOnce(set, [`${p1} P1 hello`]);
  await set.rig.until(set.rig.guests.close(p1));
  await atOnce(set, [`${p1} P1 hello again`]);
  set.far.send(set.rig.guests.get(p1)?.id ?? 0n, "good day");
  await set.rig.run(3_000);
  expect(set.heard.map((line) => line.split(" ").slice(2).join(" "))).toEqual(["good day"]);
});

test.each(["127.0.0.1:1255", "localhost:1255", "0.0.0.0:1255"])(
  "who says that it is at the bridge's own address, %s, is told no, and nothing goes round",
  async (address) => {
    const set = await scene();
    const program = await set.rig.dial(set.bridge.listen);
    await program.write(`${address} P1 hello`);
    expect(program.text()).toBe(`127.0.0.1:1255 e3 not sent: ${address} is an address of this bridge; state your own`);
    set.far.send("everyone", "good day");
    await set.rig.run(20_000);
    expect([set.seen, set.rig.guests.get(address)]).toEqual([[], undefined]);
  },
);

test.each(["127.0.0.1", "localhost"])(
  "who says that it is at the window of a peer, at %s, is told no",
  async (host) => {
    const set = await scene();
    await atOnce(set, [`${p1} P1 hello`]);
    set.far.send("everyone", "good day");
    await set.rig.run(3_000);
    const [window = ""] = (set.heard[0] ?? "").split(" ");
    const stated = window.replace("127.0.0.1", host);
    await atOnce(set, [`${stated} X hello`]);
    expect([set.seen, set.rig.guests.get(stated)]).toEqual([["everyone: hello"], undefined]);
  },
);

test("a bridge closes though what a program says waits for room", async () => {
  const set = await scene();
  await atOnce(set, [`${p1} P1 hello`]);
  const peer = set.rig.guests.get(p1);
  if (peer === undefined) throw new Error("no guest");
  // Without room, as behind a full outbox.
  peer.sendWhenRoom = (_to, _content, { signal } = {}) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
  await atOnce(set, [`${p1} P1 too much`]);
  let isClosed = false;
  void set.bridge.close().then(() => (isClosed = true));
  await set.rig.run(1_000);
  expect(isClosed).toBe(true);
});

test("a bridge closes at once though a line waits for a program that does not listen", async () => {
  const set = await scene();
  await atOnce(set, ["127.0.0.1:8099 P2 hello"]);
  set.far.send(set.rig.guests.get("127.0.0.1:8099")?.id ?? 0n, "anybody?");
  await set.rig.run(20_000);
  let isClosed = false;
  void set.bridge.close().then(() => (isClosed = true));
  await set.rig.run(10);
  expect(isClosed).toBe(true);
});

const p2 = "127.0.0.1:8099";

/** Texts that the second program is written from now on: until then nobody listens there. */
async function listens({ rig }: Scene): Promise<string[]> {
  const heard: string[] = [];
  await rig.sockets.listen(p2, { ...rig.world.limits, silenceMs: 0 }, (stream) => {
    void (async () => {
      let all = "";
      for await (const chunk of stream.chunks()) all += Buffer.from(chunk).toString("utf8");
      heard.push(all.split(" ").slice(2).join(" "));
    })();
  });
  return heard;
}

test("a line that waits for a program is tried again as soon as that is heard of", async () => {
  const set = await scene();
  await atOnce(set, [`${p2} P2 hello`]);
  set.far.send(set.rig.guests.get(p2)?.id ?? 0n, "anybody?");
  await set.rig.run(130_000);
  const heard = await listens(set);
  const program = await set.rig.dial(set.bridge.listen);
  await program.write(`${p2} P2 connect`, 100);
  expect(heard).toEqual(["anybody?"]);
});

test("a line that waits is written once, though its guest was closed beside the desk and is another one by now", async () => {
  const set = await scene();
  await atOnce(set, [`${p2} P2 hello`]);
  set.far.send(set.rig.guests.get(p2)?.id ?? 0n, "once");
  await set.rig.run(10_000);
  await set.rig.until(set.rig.guests.close(p2));
  await atOnce(set, [`${p2} P2 still here`]);
  const heard = await listens(set);
  await set.rig.run(120_000);
  expect(heard).toEqual(["once"]);
});

test("a program in the table whose address is the bridge's own by now is in it no longer", async () => {
  const rig = await bridgeRig();
  await rig.world.notebook.set("program 127.0.0.1:1255", "-P1");
  await openLineBridge(rig.world, lineOptions({ listen: "127.0.0.1:1255" }));
  await rig.run(2_000);
  expect(rig.world.notebook.entries()).toEqual([]);
});

test("a line that ends within a character is not dropped without a word", async () => {
  const set = await scene();
  const program = await set.rig.dial(set.bridge.listen);
  await program.write(Buffer.from(`${p1} P1 hello ü`).subarray(0, -1));
  program.stream.end();
  await set.rig.run(1_000);
  const [shown, ...more] = set.rig.logged.filter(([level]) => level === "warn");
  expect(shown?.[1]).toMatch(/^\[127\.0\.0\.1:\d+\] \(the connection has ended\)$/);
  expect(more).toEqual([]);
  expect(shown?.[2]).toEqual({ wire: "line", why: "a line is not UTF-8" });
});

test("an exit that is said to a peer, at its window, leaves the program in the mesh", async () => {
  const set = await scene();
  await atOnce(set, [`${p1} P1 hello`]);
  set.far.send("everyone", "good day");
  await set.rig.run(3_000);
  const [window = ""] = (set.heard[0] ?? "").split(" ");
  const program = await set.rig.dial(window);
  await program.write(`${p1} P1 exit`);
  expect([program.text(), set.rig.guests.get(p1) === undefined]).toEqual(["", false]);
});

test.each(["cannot be read any more", "ends by itself"])(
  "where a program's guest %s, what waits is brought after a while, though the program says nothing",
  async (how) => {
    const set = await scene();
    if (how !== "ends by itself") withUnreadableMail(set.rig.guests);
    await atOnce(set, [`${p1} P1 hello`]);
    const id = set.rig.guests.get(p1)?.id ?? 0n;
    if (how === "ends by itself") await set.rig.until(set.rig.guests.get(p1)?.close() ?? Promise.resolve());
    await set.rig.run(1_000);
    set.far.send(id, "one");
    await set.rig.run(retryMaxMs + 10_000);
    expect(set.heard.map((line) => line.split(" ").slice(2).join(" "))).toEqual(["one"]);
  },
);

test("where a program has left the table, its guest that ended stays away", async () => {
  const set = await scene();
  await atOnce(set, [`${p1} P1 hello`]);
  await set.rig.until(set.rig.guests.get(p1)?.close() ?? Promise.resolve());
  await atOnce(set, [`${p1} P1 exit`]);
  await set.rig.run(2 * retryMaxMs);
  expect(set.rig.guests.get(p1)).toBeUndefined();
});

test("a round that could not go on is one no more: with the program's next word another begins, and brings what waits", async () => {
  const set = await scene();
  withUnreadableMail(set.rig.guests);
  await atOnce(set, [`${p1} P1 hello`]);
  expect(endedCouriers(set.rig)).toEqual([["warn", "the disk says no"]]);
  for (const text of ["one", "two"]) set.far.send(set.rig.guests.get(p1)?.id ?? 0n, text);
  await set.rig.run(5_000);
  await atOnce(set, [`${p1} P1 anything for me?`]);
  expect(set.heard.map((line) => line.split(" ").slice(2).join(" "))).toEqual(["one", "two"]);
});
