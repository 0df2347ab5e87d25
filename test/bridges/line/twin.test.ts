import { expect, test } from "vitest";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Chronicle } from "../../../src/bridges/chronicle.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { Guests } from "../../../src/bridges/guests.ts";
import { openLineBridge } from "../../../src/bridges/line/open.ts";
import { lineOptions } from "../../../src/bridges/line/options.ts";
import { answerMs, askedEveryMs, isClaim, listedAt, namedBy, namingTeam } from "../../../src/bridges/line/twin.ts";
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

/** A program that listens, and answers whoever writes to it, if it does. @returns what it was written. */
async function program({ sockets, world }: BridgeRig, address: string, answer?: () => string): Promise<string[]> {
  const heard: string[] = [];
  await sockets.listen(address, { ...world.limits, silenceMs: 0 }, (stream) => {
    void (async () => {
      for await (const chunk of stream.chunks()) {
        heard.push(Buffer.from(chunk).toString("utf8"));
        if (answer !== undefined) await stream.write(Buffer.from(answer())).catch(() => {});
      }
    })();
  });
  return heard;
}

/** Of what a program was written, the texts that a peer said: not the greeting, and not the question. */
function said(heard: readonly string[]): readonly string[] {
  return heard.map((line) => line.split(" ").slice(2).join(" ")).filter((text) => !["hello", "connect"].includes(text));
}

const questions = (heard: readonly string[]): readonly string[] => heard.filter((line) => line.endsWith(" connect"));

/** A peer that claims to be what a bridge at a program's address has for the bridge at 127.0.0.1:1255. */
async function claimant({ mesh }: BridgeRig, theirs: string, desiredId = 4_242n): Promise<void> {
  await mesh.start("forger", { peers: ["host"], desiredId, via: `line ${listedAt("127.0.0.1:1255", theirs)}` });
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
  const heard = await program(rig, "127.0.0.1:8080");
  rig.host.send("everyone", "merhaba");
  await rig.run(120_000);
  expect(heard.filter((line) => line.endsWith(" merhaba"))).toHaveLength(1);
  const other = rig.host.peers().find(({ via }) => via.startsWith("line 127.0.0.1:6555"));
  rig.host.send(other?.id ?? 0n, "to all of you");
  await rig.run(60_000);
  expect(seen.filter((text) => text === "to all of you")).toEqual(["to all of you"]);
});

const answers = [
  undefined,
  "127.0.0.1:8080 blockchain connected",
  "127.0.0.1:8080 4242 connected",
  "127.0.0.1:8080 e3:4242 hello",
  "127.0.0.1:8080 e3:4243 connected",
  "e3:4242",
];

test.each(answers)(
  "a program on the list is told what is for everyone, whatever a peer says in the mesh, when it answers %j",
  async (answer) => {
    const rig = await bridgeRig();
    const heard = await program(rig, "127.0.0.1:8080", answer === undefined ? undefined : () => answer);
    await open(rig, "127.0.0.1:1255", "127.0.0.1:8080");
    await claimant(rig, "127.0.0.1:8080");
    await rig.run(5_000);
    for (const text of ["merhaba", "again"]) rig.host.send("everyone", text);
    await rig.run(2 * answerMs);
    expect(said(heard)).toEqual(["merhaba", "again"]);
    const warned = rig.logged.filter(([level]) => level === "warn").map(([, , fields]) => fields);
    // One that names another peer is a bridge, if not of this mesh.
    const isBridge = answer?.endsWith("e3:4243 connected") === true;
    expect(warned).toEqual(isBridge ? [] : [{ wire: "line", at: "127.0.0.1:8080", ids: ["4242"] }]);
  },
);

test("a program is asked when somebody says that it is a twin, and then once a minute at most", async () => {
  const rig = await bridgeRig();
  const heard = await program(rig, "127.0.0.1:8080", () => "127.0.0.1:8080 blockchain connected");
  await open(rig, "127.0.0.1:1255", "127.0.0.1:8080");
  await rig.run(2_000);
  const send = async (): Promise<void> => {
    for (const text of ["one", "two", "three"]) rig.host.send("everyone", text);
    await rig.run(5_000);
  };
  await send();
  expect(questions(heard)).toEqual([]);
  await claimant(rig, "127.0.0.1:8080");
  await rig.run(2_000);
  await send();
  await send();
  expect(questions(heard)).toEqual([expect.stringMatching(/^127\.0\.0\.1:1255 e3:\d+ connect$/)]);
  await rig.run(askedEveryMs);
  await send();
  expect([questions(heard).length, said(heard).length]).toEqual([2, 12]);
});

test("a twin that was away is asked anew: its id may be another's by then, and another program at its address", async () => {
  const rig = await bridgeRig();
  let team = namingTeam(4_242n);
  const heard = await program(rig, "127.0.0.1:8080", () => `127.0.0.1:8080 ${team} connected`);
  await open(rig, "127.0.0.1:1255", "127.0.0.1:8080");
  await claimant(rig, "127.0.0.1:8080");
  // Somebody says so all the time.
  await rig.mesh.start("another", { peers: ["host"], via: `line ${listedAt("127.0.0.1:1255", "127.0.0.1:8080")}` });
  const send = async (text: string): Promise<void> => {
    await rig.run(5_000);
    rig.host.send("everyone", text);
    await rig.run(5_000);
  };
  await send("to a twin");
  for (const next of [team, "blockchain"]) {
    rig.mesh.crash("forger");
    await send("while it is away");
    team = next;
    await rig.mesh.start("forger", { peers: ["host"], via: `line ${listedAt("127.0.0.1:1255", "127.0.0.1:8080")}` });
    await send(`to ${next}`);
  }
  expect(said(heard)).toEqual(["while it is away", "while it is away", "to blockchain"]);
});

test("what waits for an answer is not written once the bridge closes, and does not keep it from closing", async () => {
  const rig = await bridgeRig();
  const heard = await program(rig, "127.0.0.1:8080");
  const bridge = await openLineBridge(rig.world, lineOptions({ listen: "127.0.0.1:1255", peers: "127.0.0.1:8080" }));
  await claimant(rig, "127.0.0.1:8080");
  await rig.run(5_000);
  rig.host.send("everyone", "merhaba");
  await rig.run(1_000);
  expect(questions(heard)).toHaveLength(1);
  let isClosed = false;
  void bridge.close().then(() => (isClosed = true));
  await rig.run(10);
  expect([isClosed, said(heard)]).toEqual([true, []]);
});

test("who is on the list is told as whom by the question, and is no program for having asked; others learn nothing", async () => {
  const rig = await bridgeRig();
  await open(rig, "127.0.0.1:1255", "127.0.0.1:8080");
  await rig.run(2_000);
  const listed = rig.host.peers().find(({ via }) => via.startsWith("line 127.0.0.1:8080 "))?.id ?? 0n;
  const answered: string[] = [];
  for (const address of ["127.0.0.1:8080", "127.0.0.1:9090"]) {
    const asking = await rig.dial("127.0.0.1:1255");
    await asking.write(`${address} e3:1 connect`);
    answered.push(asking.text());
  }
  expect(answered).toEqual([`127.0.0.1:1255 ${namingTeam(listed)} connected`, "127.0.0.1:1255 e3 connected"]);
  expect(rig.host.peers().filter(({ via }) => via.startsWith("line "))).toHaveLength(1);
});

test("a team names a peer in one form only", () => {
  expect(namedBy(namingTeam(305_912_191_585_181_184n))).toBe(305_912_191_585_181_184n);
  for (const team of ["e3", "e3:", "e3:0", "e3:-1", "e3:12345678901234567890", "E3:1", "e3:1x", "1"])
    expect(namedBy(team)).toBeUndefined();
});

test("the guest of a program on the list says at which bridge it is listed; that is read where both addresses are right", () => {
  const said = `line ${listedAt("127.0.0.1:6555", "127.0.0.1:1255")}`;
  expect(said).toBe("line 127.0.0.1:6555 listed at 127.0.0.1:1255");
  const twin = { ours: "127.0.0.1:6555", theirs: "127.0.0.1:1255" };
  expect(isClaim(said, twin)).toBe(true);
  expect(isClaim(said, { ours: "0.0.0.0:6555", theirs: "localhost:1255" })).toBe(true);
  expect(isClaim(said, { ...twin, ours: "127.0.0.1:6556" })).toBe(false);
  expect(isClaim(said, { ...twin, theirs: "127.0.0.1:1256" })).toBe(false);
  for (const via of ["", "line 127.0.0.1:6555", `cs2 ${said.slice(5)}`, `${said} or so`])
    expect(isClaim(via, twin)).toBe(false);
});
