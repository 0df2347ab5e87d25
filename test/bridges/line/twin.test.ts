import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Chronicle } from "../../../src/bridges/chronicle.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { Guests } from "../../../src/bridges/guests.ts";
import { openLineBridge } from "../../../src/bridges/line/open.ts";
import { lineOptions } from "../../../src/bridges/line/options.ts";
import { isTwin, listedAt } from "../../../src/bridges/line/twin.ts";
import type { GuestOptions } from "../../../src/bridges/types.ts";
import { bridgeRig, type BridgeRig } from "../rig.ts";

/** A bridge of its own in the rig's mesh, at an address, with a list of programs to write to. */
async function open({ mesh, host, world }: BridgeRig, listen: string, peers: string): Promise<void> {
  const start = async ({ key, at, accepts }: GuestOptions) => {
    const options = { name: `guest of ${key}`, peers: ["host"], leaf: true, via: `line ${at}` };
    const peer = await mesh.start(`${listen} has ${key}`, accepts === undefined ? options : { ...options, accepts });
    return { peer, close: () => peer.close() };
  };
  const chronicle = new Chronicle({ host, nowMs: () => mesh.clock().nowMs() });
  const notebook = memoryNotebook();
  const guests = new Guests({ start, notebook, chronicle, log: world.log, limits: world.limits });
  const deadlines = new Deadlines(mesh.clock());
  await openLineBridge({ ...world, guests, notebook, deadlines }, lineOptions({ listen, peers }));
}

/** Two bridges of one mesh, and what a peer that is far from both is shown. */
async function scene() {
  const rig = await bridgeRig();
  const far = await rig.mesh.start("far", { peers: ["host"] });
  const seen: string[] = [];
  void (async () => {
    for await (const { text } of far.messages()) seen.push(text);
  })();
  await open(rig, "127.0.0.1:1255", "127.0.0.1:6555, 127.0.0.1:8080");
  await open(rig, "127.0.0.1:6555", "127.0.0.1:1255");
  await rig.run(30_000);
  return { rig, seen };
}

test("two bridges of one mesh that list each other do not repeat what is for everyone", async () => {
  const { rig, seen } = await scene();
  rig.host.send("everyone", "merhaba");
  await rig.run(60_000);
  expect(seen.filter((text) => text === "merhaba")).toEqual(["merhaba"]);
});

test("a program on the list of one of them is told all the same, and so is the other bridge what is for it alone", async () => {
  const { rig, seen } = await scene();
  const heard: string[] = [];
  await rig.sockets.listen("127.0.0.1:8080", { ...rig.world.limits, silenceMs: 0 }, (stream) => {
    void (async () => {
      for await (const chunk of stream.chunks()) heard.push(Buffer.from(chunk).toString("utf8"));
    })();
  });
  rig.host.send("everyone", "merhaba");
  await rig.run(120_000);
  expect(heard.filter((line) => line.endsWith(" merhaba"))).toHaveLength(1);
  const other = rig.host.peers().find(({ via }) => via.startsWith("line 127.0.0.1:6555"));
  rig.host.send(other?.id ?? 0n, "to all of you");
  await rig.run(60_000);
  expect(seen.filter((text) => text === "to all of you")).toEqual(["to all of you"]);
});

test("the guest of a program on the list says at which bridge it is listed; that is read where both addresses are right", () => {
  const said = `line ${listedAt("127.0.0.1:6555", "127.0.0.1:1255")}`;
  expect(said).toBe("line 127.0.0.1:6555 listed at 127.0.0.1:1255");
  const twin = { ours: "127.0.0.1:6555", theirs: "127.0.0.1:1255" };
  expect(isTwin(said, twin)).toBe(true);
  expect(isTwin(said, { ours: "0.0.0.0:6555", theirs: "localhost:1255" })).toBe(true);
  expect(isTwin(said, { ...twin, ours: "127.0.0.1:6556" })).toBe(false);
  expect(isTwin(said, { ...twin, theirs: "127.0.0.1:1256" })).toBe(false);
  for (const via of ["", "line 127.0.0.1:6555", `cs2 ${said.slice(5)}`, `${said} or so`])
    expect(isTwin(via, twin)).toBe(false);
});
