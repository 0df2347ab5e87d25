import { describe, expect, test } from "vitest";
import { recordingLog } from "../../../src/adapters/memory/log.ts";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import type { GuestHouse } from "../../../src/bridges/types.ts";
import { CounterMark } from "../../../src/bridges/udp-chat/counter-mark.ts";
import { Entry } from "../../../src/bridges/udp-chat/entry.ts";
import { LocalIds } from "../../../src/bridges/udp-chat/local-ids.ts";
import { Nodes } from "../../../src/bridges/udp-chat/nodes.ts";
import { E3Error } from "../../../src/core/error.ts";
import { HandClock } from "./hand-clock.ts";
import { OriginalNode } from "./original-node.ts";
import { registry, Rig } from "./rig.ts";

describe("what is refused", () => {
  test("a user that exists cannot sign up, whether it is there or not", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 8_886);
    const other = await OriginalNode.start(rig.sockets, registry);
    await other.signUp("ali", "secret");
    await rig.run(200);
    expect(other.heard).toEqual(["signup?error"]);
    await rig.run(40_000);
    await ali.signUp("ali", "secret");
    await rig.run(200);
    expect(ali.heard.at(-1)).toBe("signup?error");
  });

  test("a wrong password, also of a user that is there", async () => {
    const rig = await Rig.open();
    await rig.node("ali", 8_886);
    const other = await OriginalNode.start(rig.sockets, registry);
    await other.signIn("ali", "wrong");
    await other.signIn("veli", "secret");
    await other.signIn("ali", "");
    await rig.run(200);
    expect(other.heard).toEqual(["signin?error", "signin?error", "signin?error"]);
    expect(other.id).toBe("None");
  });

  test("a wrong password that comes while the right one is being looked at", async () => {
    const rig = await Rig.open();
    await rig.node("ali", 8_886);
    await rig.run(40_000);
    const [right, wrong] = [
      await OriginalNode.start(rig.sockets, registry),
      await OriginalNode.start(rig.sockets, registry),
    ];
    await right.signIn("ali", "secret");
    await wrong.signIn("Ali", "guess");
    await rig.run(200);
    expect(right.heard[0]).toBe("signin?8886|first");
    expect(wrong.heard).toEqual(["signin?error"]);
  });

  test("the right password, too, for a while after many wrong ones", async () => {
    const rig = await Rig.open();
    await rig.node("ali", 8_886);
    const other = await OriginalNode.start(rig.sockets, registry);
    for (let guess = 0; guess < 5; guess++) await other.signIn("ali", `guess ${guess}`);
    await other.signIn("ali", "secret");
    await rig.run(200);
    expect(other.heard).toEqual(Array.from({ length: 6 }, () => "signin?error"));
    await rig.run(13_000);
    await other.signIn("ali", "secret");
    await rig.run(200);
    expect(other.heard.at(-1)).toBe("signin?8886|first");
  });

  test("a user that can have no number, who does not stay either", async () => {
    const rig = await Rig.open();
    rig.notebook.set = () => Promise.reject(new E3Error("store-failed", "the disk is full"));
    const ali = await rig.node("ali", 8_886);
    expect(ali.heard).toEqual(["signup?error"]);
    expect(rig.guests.get("user ali")).toBeUndefined();
  });

  test("passwords from another machine", async () => {
    const rig = await Rig.open();
    const far = await OriginalNode.start(rig.sockets, registry, "192.0.2.7:5000");
    await far.signUp("ali", "secret");
    await rig.run(200);
    expect(far.heard).toEqual(["signup?error"]);
    expect(rig.guests.opened).toEqual([]);
  });

  test("everybody while the registry does not answer, and why is logged without the password", async () => {
    const rig = await Rig.open();
    rig.guests.failure = new E3Error("address-unavailable", "the registry does not answer");
    const ali = await rig.node("ali", 8_886);
    expect(ali.heard).toEqual(["signup?error"]);
    const told = JSON.stringify(rig.log.entries);
    expect(told).toContain("the registry does not answer");
    expect(told).not.toContain("secret");
  });
});

test("of very many requests for one user only some wait, and others are not kept from theirs", async () => {
  const rig = await Rig.open();
  rig.guests.failure = new E3Error("resource-exhausted", "too many attempts");
  const [flood, ali] = [
    await OriginalNode.start(rig.sockets, registry),
    await OriginalNode.start(rig.sockets, registry),
  ];
  for (let count = 0; count < 2_000; count++) await flood.signIn("veli", `guess ${count}`);
  await rig.run(20);
  rig.guests.failure = undefined;
  await ali.signUp("ali", "secret");
  await rig.run(200);
  expect(ali.heard).toEqual([expect.stringMatching(/^signup\?\d{4}\|first$/)]);
  await rig.run(5_000);
  expect(flood.heard).toHaveLength(16);
});

describe("requests that cannot be answered", () => {
  /** An entry whose socket fails when a test says so. */
  function scene() {
    const [notebook, nodes, log, clock] = [memoryNotebook(), new Nodes(), recordingLog(), new HandClock()];
    const sent: string[] = [];
    const state = { isBroken: false };
    const failure = new E3Error("bad-credentials", "the user or the password is wrong");
    const guests: GuestHouse = {
      open: () => Promise.reject(failure),
      moment: () => Promise.resolve(""),
      ...{ isOld: () => Promise.resolve(false), rest() {}, get: () => undefined, keyOf: () => undefined },
      close: () => Promise.resolve(),
    };
    const send = (bytes: Uint8Array): void => {
      if (state.isBroken) throw new Error("no socket");
      sent.push(new TextDecoder().decode(bytes));
    };
    const entry = new Entry({
      ...{ guests, nodes, log, send, mark: new CounterMark(notebook), deadlines: new Deadlines(clock) },
      ids: new LocalIds(notebook, { isInUse: () => true, onForgotten() {} }),
      ...{ isFirst: () => false, onEntered() {}, onDoubted: () => Promise.resolve() },
    });
    const ask = (user: string) => entry.ask({ kind: "signin", user, password: "secret" }, "127.0.0.1:5000");
    return { entry, ask, sent, state, log, clock };
  }

  test("leave no trace: those that come later are", async () => {
    const { entry, ask, sent, state, log } = scene();
    state.isBroken = true;
    for (let round = 0; round < 2; round++)
      await Promise.all(Array.from({ length: 600 }, (_, count) => ask(`user ${count % 100}`)));
    expect(sent).toEqual([]);
    expect(log.entries.filter(({ level }) => level === "error")).toHaveLength(1_200);
    state.isBroken = false;
    await ask("user 7");
    expect([sent, entry.isBusy]).toEqual([["signin?error"], false]);
  });

  test("are logged plainly once in a while, however many programs elsewhere ask", async () => {
    const { entry, ask, log, clock } = scene();
    const warned = () => log.entries.filter(({ level }) => level === "warn").length;
    const far = (n: number) => entry.ask({ kind: "signin", user: `user ${n}`, password: "" }, `192.0.2.7:${1_024 + n}`);
    for (let n = 0; n < 100; n++) await far(n);
    expect(warned()).toBe(1);
    for (const user of ["ali", "ali", "veli"]) await ask(user);
    expect(warned()).toBe(3);
    clock.pass(30_000);
    await far(0);
    expect(warned()).toBe(4);
  });

  test("of one user only those that wait are counted, however long there is always one", async () => {
    const { ask, sent } = scene();
    let last = ask("ali");
    for (let count = 1; count < 100; count++) {
      const next = ask("ali");
      await last;
      last = next;
    }
    await last;
    expect(sent).toHaveLength(100);
  });
});

describe("what is granted", () => {
  test("what a registry that has too much to do grants later", async () => {
    const rig = await Rig.open();
    rig.guests.failure = new E3Error("resource-exhausted", "too many attempts; try again in 3 s");
    const ali = await rig.node("ali", 8_886);
    await rig.run(2_000);
    expect(ali.heard).toEqual([]);
    rig.guests.failure = undefined;
    await rig.run(1_500);
    expect(ali.heard).toEqual(["signup?8886|first"]);
    rig.guests.failure = new E3Error("resource-exhausted", "too many attempts; try again in 300 s");
    const ayse = await rig.node("ayse", 7_493);
    await rig.run(10_000);
    expect(ayse.heard).toEqual(["signup?error"]);
  });

  test("signing up and in at once, as the programs do when they start", async () => {
    const rig = await Rig.open();
    rig.guests.give("ali", 9_000n * 1_000_000n + 7_886n);
    const ali = await OriginalNode.start(rig.sockets, registry);
    await ali.signUp("ali", "secret");
    await ali.signIn("ali", "secret");
    await rig.run(1_000);
    expect(ali.heard).toEqual(["signup?8886|first", "signin?8886|first"]);
  });

  test("the same again when the same datagram comes again", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 8_886);
    await ali.signUp("ali", "secret");
    await rig.run(100);
    expect(ali.heard).toEqual(["signup?8886|first", "signup?8886|first"]);
  });

  test("the id from before, to a user that comes back", async () => {
    const rig = await Rig.open();
    await rig.node("ali", 8_886);
    await rig.run(40_000);
    expect(rig.guests.get("user ali")).toBeUndefined();
    const again = await OriginalNode.start(rig.sockets, registry);
    await again.signIn("ali", "secret");
    await rig.run(200);
    expect(again.heard).toEqual(["signin?8886|first"]);
  });

  test("a password with a bar in it", async () => {
    const rig = await Rig.open();
    const ali = await OriginalNode.start(rig.sockets, registry);
    await ali.signUp("ali", "a|b?c");
    await rig.run(200);
    expect(rig.guests.opened[0]?.member).toEqual({ user: "ali", password: "a|b?c", signUp: true });
  });
});
