import { expect, test } from "vitest";
import { recordingLog } from "../../../src/adapters/memory/log.ts";
import { memoryNotebook } from "../../../src/adapters/memory/notebook.ts";
import { createMemorySockets } from "../../../src/adapters/memory/sockets.ts";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { Guests } from "../../../src/bridges/guests.ts";
import { defaultBridgeLimits } from "../../../src/bridges/limits.ts";
import { openUdpChatBridge } from "../../../src/bridges/udp-chat/open.ts";
import { udpChatOptions } from "../../../src/bridges/udp-chat/options.ts";
import { settled } from "../../cli/fake-host.ts";
import { FakePeer } from "../../cli/fake-peer.ts";
import { HandClock } from "./hand-clock.ts";
import { registry } from "./rig.ts";

/** A bridge with real limits, whose guests are made of memory. @param isStuck guests are never there. */
async function crowd({ isStuck = false } = {}) {
  const [clock, sockets, notebook, log] = [new HandClock(), createMemorySockets(), memoryNotebook(), recordingLog()];
  const limits = defaultBridgeLimits;
  let count = 0;
  const guests = new Guests({
    ...{ notebook, log, limits },
    chronicle: { moment: async () => "", had: async () => false },
    start: () => {
      if (isStuck) return new Promise(() => {});
      const peer = new FakePeer();
      peer.id = BigInt((count += 1));
      return Promise.resolve({ peer, close: () => Promise.resolve() });
    },
  });
  const host = new FakePeer();
  const deadlines = new Deadlines(clock);
  const world = { host, hidesHost: true, guests, notebook, sockets, deadlines, log, limits };
  await openUdpChatBridge(world, udpChatOptions({}));
  return {
    ...{ notebook, log, guests },
    program: async (): Promise<Program> => {
      const heard: string[] = [];
      const socket = await sockets.bindDatagrams("127.0.0.1:0", (bytes) => heard.push(new TextDecoder().decode(bytes)));
      return { heard, say: (said) => socket.send(new TextEncoder().encode(said), registry) };
    },
    seconds: async (passing: number): Promise<void> => {
      for (let passed = 0; passed < passing; passed++) {
        clock.pass(1_000);
        await settled();
      }
    },
  };
}

/** A program that does nothing by itself. */
interface Program {
  readonly heard: string[];
  readonly say: (said: string) => Promise<void>;
}

function programs(count: number, start: () => Promise<Program>): Promise<readonly Program[]> {
  return Promise.all(Array.from({ length: count }, start));
}

function logged(log: { readonly entries: readonly { readonly message: string }[] }, message: string): number {
  return log.entries.filter((entry) => entry.message === message).length;
}

test("a thousand programs sign up at once, and the next one when they are silent for too long", async () => {
  const { program, seconds, guests, log } = await crowd();
  const all = await programs(1_000, program);
  for (const [index, each] of all.entries()) await each.say(`signup?user ${index}|secret`);
  await settled();
  const answers = all.map(({ heard }) => heard.join());
  expect(new Set(answers).size).toBe(1_000);
  expect(answers.every((answer) => /^signup\?\d{4}(\|first)?$/.test(answer))).toBe(true);
  expect(answers.filter((answer) => answer.endsWith("|first"))).toHaveLength(1);
  const late = await program();
  await late.say("signup?late|secret");
  await seconds(12);
  expect(late.heard).toEqual(["signup?error"]);
  expect(logged(log, "a user was not let in")).toBe(1);
  // Whoever says something now and then stays.
  for (let times = 0; times < 3; times++) {
    await all[0]?.say("fetch?");
    await seconds(10);
  }
  expect(guests.get("user user 0")).toBeDefined();
  expect(guests.get("user user 1")).toBeUndefined();
  expect(logged(log, "a node is gone")).toBe(999);
  await late.say("signup?late|secret");
  await settled();
  expect(late.heard.at(-1)).toMatch(/^signup\?\d{4}$/);
});

test("when a thousand wait to be let in, the others are dropped, which is logged once", async () => {
  const { program, log, notebook } = await crowd({ isStuck: true });
  const all = await programs(1_500, program);
  for (const [index, each] of all.entries()) await each.say(`signup?user ${index}|secret`);
  await settled();
  expect(all.every(({ heard }) => heard.length === 0)).toBe(true);
  expect(logged(log, "too many want in at once, and some are not answered")).toBe(1);
  expect([...notebook.entries()].map(([key]) => key).filter((key) => key !== "alive")).toEqual([]);
});

test("a thousand addresses that say nonsense, or what only nodes say, learn nothing and leave nothing", async () => {
  const { program, seconds, notebook, guests } = await crowd();
  const all = await programs(1_000, program);
  const nonsense = ["fetch?", "", "????", "broadcast?1|hi|9101|{'9101': 1}", "connect?9101|127.0.0.1:1", "&&&&"];
  for (const [index, each] of all.entries()) await each.say(nonsense[index % nonsense.length] ?? "");
  await settled();
  await seconds(40);
  expect(new Set(all.flatMap(({ heard }) => heard))).toEqual(new Set(["fetch?"]));
  expect([...notebook.entries()].map(([key]) => key).filter((key) => key !== "alive")).toEqual([]);
  const ali = await program();
  await ali.say("signup?ali|secret");
  await settled();
  expect(ali.heard).toEqual(["signup?1001|first"]);
  expect(guests.get("user ali")).toBeDefined();
});
