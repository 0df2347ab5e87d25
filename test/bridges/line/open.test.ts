import { expect, test } from "vitest";
import { openLineBridge } from "../../../src/bridges/line/open.ts";
import { lineOptions } from "../../../src/bridges/line/options.ts";
import type { Bridge } from "../../../src/bridges/types.ts";
import type { Peer } from "../../../src/peer/types.ts";
import { bridgeRig, type BridgeRig, type Program } from "../rig.ts";

/** A program that listens where it says so, and what each connection wrote to it. */
class Listener {
  readonly heard: string[] = [];
  readonly address: string;
  readonly #rig: BridgeRig;
  #close: () => Promise<void> = async () => {};

  constructor(rig: BridgeRig, address: string) {
    this.#rig = rig;
    this.address = address;
  }

  async open(): Promise<this> {
    const listener = await this.#rig.sockets.listen(
      this.address,
      { ...this.#rig.world.limits, silenceMs: 0 },
      (stream) => {
        const read = async (): Promise<void> => {
          let all = "";
          for await (const chunk of stream.chunks()) all += Buffer.from(chunk).toString("utf8");
          this.heard.push(all);
        };
        void read();
      },
    );
    this.#close = () => listener.close();
    return this;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** Writes to somebody on a connection of its own. @returns it, for answers. */
  async write(to: string, text: string): Promise<Program> {
    const program = await this.#rig.dial(to);
    await program.write(text);
    return program;
  }
}

interface Scene {
  readonly rig: BridgeRig;
  readonly bridge: Bridge;
  readonly far: Peer;
  /** What the far peer was shown. */
  readonly seen: string[];
}

async function scene(settings: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const rig = await bridgeRig();
  const far = await rig.mesh.start("far", { peers: ["host"], desiredId: 99n });
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { text, conversation } of far.messages()) seen.push(`${conversation}: ${text}`);
  };
  void read();
  const bridge = await openLineBridge(rig.world, lineOptions({ listen: "127.0.0.1:1255", ...settings }));
  await rig.run(2_000);
  return { rig, bridge, far, seen };
}

function guestId(rig: BridgeRig, address: string): bigint {
  return rig.guests.get(address)?.id ?? 0n;
}

test("a connection that says nothing for ten minutes is closed, and no sooner", async () => {
  const { rig, bridge } = await scene();
  const program = await rig.dial(bridge.listen);
  await rig.run(599_000);
  expect(program.hasEnded).toBe(false);
  await rig.run(2_000);
  expect(program.hasEnded).toBe(true);
});

test("what is said at the bridge is for everyone, the program has one entry by the address it states, and its team is its name", async () => {
  const { rig, bridge, far, seen } = await scene();
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  await p1.write(bridge.listen, "127.0.0.1:8080 blockchain hello");
  await p1.write(bridge.listen, "<127.0.0.1:8080> blockchain hello again\n");
  expect(seen).toEqual(["everyone: hello", "everyone: hello again"]);
  const guests = far.peers().filter(({ via }) => via !== "");
  expect(guests.map(({ name, via }) => [name, via])).toEqual([["blockchain", "test 127.0.0.1:8080"]]);
});

test("what a peer says comes from an address of its own, in the form the program uses, and what is said there is for that peer alone", async () => {
  const { rig, bridge, far, seen } = await scene();
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  await p1.write(bridge.listen, "<127.0.0.1:8080> P1 hello");
  const sent = far.send(guestId(rig, "127.0.0.1:8080"), "merhaba | ?");
  expect(await rig.until(sent.settled)).toMatchObject({ status: "delivered" });
  await rig.run(1_000);
  const [, window = ""] = /^<(.*)> far merhaba \| \?$/.exec(p1.heard[0] ?? "") ?? [];
  expect(window).toMatch(/^127\.0\.0\.1:\d+$/);
  await p1.write(window, "<127.0.0.1:8080> P1 just you");
  expect(seen).toEqual(["everyone: hello", "direct: just you"]);
});

test("programs of one bridge know each other by their own addresses", async () => {
  const { rig, bridge } = await scene();
  const [p1, p2] = [new Listener(rig, "127.0.0.1:8080"), new Listener(rig, "127.0.0.1:9090")];
  await p1.open();
  await p2.open();
  await p2.write(bridge.listen, "127.0.0.1:9090 P2 here");
  await p1.write(bridge.listen, "127.0.0.1:8080 P1 hello");
  await rig.run(3_000);
  expect([p1.heard, p2.heard]).toEqual([[], ["127.0.0.1:8080 P1 hello"]]);
});

test("lines that come at one connection, and cut characters, are lines all the same", async () => {
  const { rig, bridge, seen } = await scene();
  const program = await rig.dial(bridge.listen);
  await program.write("127.0.0.1:8080 P1 one");
  await program.write("127.0.0.1:8080 P1 two");
  const bytes = Buffer.from("127.0.0.1:8080 P1 üç");
  await program.write(bytes.subarray(0, -1));
  await program.write(bytes.subarray(-1));
  expect(seen).toEqual(["everyone: one", "everyone: two", "everyone: üç"]);
});

test.each(["connect", "CONNECT", "CONNECT_REQUEST"])(
  "%s opens the relation, and is answered on the same connection",
  async (word) => {
    const { rig, bridge, far } = await scene();
    const program = await rig.dial(bridge.listen);
    await program.write(`127.0.0.1:8080 P1 ${word}`);
    expect([program.text(), program.hasEnded]).toEqual(["127.0.0.1:1255 e3 connected", false]);
    expect(far.peers().filter(({ via }) => via !== "")).toHaveLength(1);
  },
);

test("an answer opens the relation, too, and is not answered", async () => {
  const { rig, bridge } = await scene();
  const program = await rig.dial(bridge.listen);
  await program.write("127.0.0.1:8080 P1 CONNECT_ACCEPTED");
  expect([program.text(), guestId(rig, "127.0.0.1:8080") > 0n]).toEqual(["", true]);
});

test.each(["exit", "QUIT", "Exit"])(
  "%s removes the program, and what comes for it later waits until it is back",
  async (word) => {
    const { rig, bridge, far } = await scene();
    const p1 = await new Listener(rig, "127.0.0.1:8080").open();
    await p1.write(bridge.listen, "127.0.0.1:8080 P1 hello");
    const id = guestId(rig, "127.0.0.1:8080");
    await p1.write(bridge.listen, `127.0.0.1:8080 P1 ${word}`);
    await rig.run(5_000);
    expect([rig.guests.get("127.0.0.1:8080"), far.search(`${id}`).kind]).toEqual([undefined, "absent"]);
    const sent = far.send(id, "while you were out");
    await rig.run(5_000);
    expect(p1.heard).toEqual([]);
    await p1.write(bridge.listen, "127.0.0.1:8080 P1 back");
    expect(await rig.until(sent.settled)).toMatchObject({ status: "delivered" });
    await rig.run(1_000);
    expect([guestId(rig, "127.0.0.1:8080"), p1.heard.map((line) => line.split(" ").slice(1).join(" "))]).toEqual([
      id,
      ["far while you were out"],
    ]);
  },
);

test("while a program does not listen its lines wait, and come once and in order when it does", async () => {
  const { rig, bridge, far } = await scene();
  const p1 = new Listener(rig, "127.0.0.1:8080");
  await p1.write(bridge.listen, "127.0.0.1:8080 P1 hello");
  for (const text of ["one", "two"]) far.send(guestId(rig, "127.0.0.1:8080"), text);
  await rig.run(10_000);
  await p1.open();
  await rig.run(90_000);
  expect(p1.heard.map((line) => line.split(" ").at(-1))).toEqual(["one", "two"]);
});

test("what a program cannot be told apart from a word of the wire is refused at its sender", async () => {
  const { rig, bridge, far } = await scene();
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  await p1.write(bridge.listen, "127.0.0.1:8080 P1 hello");
  for (const text of ["exit", "Connected"])
    expect(await rig.until(far.send(guestId(rig, "127.0.0.1:8080"), text).settled)).toMatchObject({
      status: "refused",
    });
  expect(p1.heard).toEqual([]);
});

test("what is not in the wire's form is shown in the log, and enters no table", async () => {
  const { rig, bridge, seen } = await scene();
  const program = await rig.dial(bridge.listen);
  await program.write("hello?\u001b[2J");
  const shown = rig.logged.filter(([level]) => level === "warn").map(([, message]) => message);
  expect(shown).toEqual([expect.stringMatching(/^\[127\.0\.0\.1:\d+\] hello\?\\x1b\[2J$/)]);
  expect([seen, rig.host.peers().filter(({ via }) => via !== "")]).toEqual([[], []]);
});

test("after a restart the programs are here again, and peers have the addresses they had", async () => {
  const { rig, bridge, far } = await scene();
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  await p1.write(bridge.listen, "127.0.0.1:8080 P1 hello");
  const id = guestId(rig, "127.0.0.1:8080");
  far.send(id, "before");
  await rig.run(3_000);
  await rig.until(bridge.close());
  await rig.until(rig.guests.close("127.0.0.1:8080"));
  const sent = far.send(id, "meanwhile");
  await openLineBridge(rig.world, lineOptions({ listen: "127.0.0.1:1255" }));
  await rig.until(sent.settled);
  await rig.run(3_000);
  const [first, second] = p1.heard.map((line) => line.split(" "));
  expect([first?.slice(1), second?.slice(1), second?.[0]]).toEqual([
    ["far", "before"],
    ["far", "meanwhile"],
    first?.[0],
  ]);
});

test("programs on the list are written to at the start, and can be written to before they say anything", async () => {
  const rig = await bridgeRig();
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  const settings = {
    listen: "127.0.0.1:1255",
    team: "ours",
    peers: "127.0.0.1:8080,127.0.0.1:9",
    greeting: "good day",
  };
  await openLineBridge(rig.world, lineOptions(settings));
  await rig.run(3_000);
  expect(p1.heard).toEqual(["127.0.0.1:1255 ours good day"]);
  rig.host.send(guestId(rig, "127.0.0.1:8080"), "and you");
  await rig.run(3_000);
  expect(p1.heard.at(-1)).toMatch(/^127\.0\.0\.1:\d+ host and you$/);
});

test("a program on the list is called by its team as soon as it says something, and by another one that it takes", async () => {
  const { rig, far, bridge } = await scene({ peers: "127.0.0.1:8080" });
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  const names = (): unknown => far.peers().flatMap(({ name, via }) => (via === "" ? [] : [name]));
  expect(names()).toEqual(["unknown"]);
  await p1.write(bridge.listen, "127.0.0.1:8080 blockchain hello");
  await rig.run(1_000);
  expect(names()).toEqual(["blockchain"]);
  await p1.write(bridge.listen, "127.0.0.1:8080 chain hello");
  await rig.run(1_000);
  expect(names()).toEqual(["chain"]);
});

test("what is for everyone and would be a word of the wire, or is no text, is not said to programs", async () => {
  const { rig, bridge, far } = await scene();
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  await p1.write(bridge.listen, "127.0.0.1:8080 P1 hello");
  for (const content of ["exit", { contentType: "image/png", data: Uint8Array.of(1) }, "later"])
    far.send("everyone", content);
  await rig.run(5_000);
  expect(p1.heard.map((line) => line.split(" ").slice(1).join(" "))).toEqual(["far later"]);
});

test("what another bridge of this wire says for an address of this one is not written to programs: it would go round for ever", async () => {
  const { rig, bridge, far } = await scene();
  const p1 = await new Listener(rig, "127.0.0.1:8080").open();
  await p1.write(bridge.listen, "127.0.0.1:8080 P1 hello");
  const echo = await rig.mesh.start("echo", { peers: ["host"], leaf: true, via: `line ${bridge.listen}` });
  const other = await rig.mesh.start("other", { peers: ["host"], leaf: true, via: "line 127.0.0.1:9999" });
  await rig.run(2_000);
  for (const peer of [echo, other, far]) peer.send("everyone", `by ${peer.status().name}`);
  await rig.run(5_000);
  expect(p1.heard.map((line) => line.split(" ").slice(1).join(" ")).toSorted()).toEqual([
    "far by far",
    "other by other",
  ]);
});
