import { expect, test } from "vitest";
import { openLineBridge } from "../../../src/bridges/line/open.ts";
import { lineOptions } from "../../../src/bridges/line/options.ts";
import { bridgeRig, type BridgeRig, type Program } from "../rig.ts";

/** Places for guests in these tests: as many as fill a house of a thousand, but for the time it takes. */
const guestsMax = 3;

interface Scene {
  readonly rig: BridgeRig;
  readonly listen: string;
  /** What a far peer was shown. */
  readonly seen: string[];
}

async function scene(): Promise<Scene> {
  const rig = await bridgeRig({ guestsMax });
  const far = await rig.mesh.start("far", { peers: ["host"], desiredId: 99n });
  const seen: string[] = [];
  void (async () => {
    for await (const { text, from } of far.messages()) seen.push(`${from}: ${text}`);
  })();
  const { listen } = await openLineBridge(rig.world, lineOptions({ listen: "127.0.0.1:1255" }));
  await rig.run(2_000);
  return { rig, listen, seen };
}

/** Where a program listens. */
function at(number: number): string {
  return `127.0.0.1:${8_000 + number}`;
}

/** Says something on a connection of its own. */
async function says({ rig, listen }: Scene, address: string, text: string): Promise<Program> {
  const program = await rig.dial(listen);
  await program.write(`${address} P ${text}`);
  program.stream.end();
  await rig.run(5_000);
  return program;
}

/** What is written to a program from now on. */
async function listens({ rig }: Scene, address: string): Promise<string[]> {
  const heard: string[] = [];
  await rig.sockets.listen(address, { ...rig.world.limits, silenceMs: 0 }, (stream) => {
    void (async () => {
      let all = "";
      for await (const chunk of stream.chunks()) all += Buffer.from(chunk).toString("utf8");
      const text = all.split(" ").slice(2).join(" ");
      // What others say to everyone when they come.
      if (text !== "hello") heard.push(text);
    })();
  });
  return heard;
}

function here({ rig }: Scene): readonly number[] {
  return [1, 2, 3, 4, 5].filter((number) => rig.guests.get(at(number)) !== undefined);
}

test("when the house is full, who was not heard of longest makes room, and has the same id and its mail when it is back", async () => {
  const set = await scene();
  const heard = await listens(set, at(1));
  for (const number of [1, 2, 3]) await says(set, at(number), "hello");
  const id = set.rig.guests.get(at(1))?.id ?? 0n;
  await says(set, at(4), "hello");
  expect(here(set)).toEqual([2, 3, 4]);
  const sent = set.rig.host.send(id, "while you were out");
  await set.rig.run(5_000);
  expect(heard).toEqual([]);
  await says(set, at(1), "back");
  expect(here(set)).toEqual([1, 3, 4]);
  expect(await set.rig.until(sent.settled)).toMatchObject({ status: "delivered" });
  await set.rig.run(2_000);
  expect([set.rig.guests.get(at(1))?.id, heard]).toEqual([id, ["while you were out"]]);
  expect(set.seen).toHaveLength(5);
  expect([set.seen.at(0), set.seen.at(-1)]).toEqual([`${id}: hello`, `${id}: back`]);
});

test("who has a connection stays, however long it says nothing, and who has said something lately stays longer", async () => {
  const set = await scene();
  const silent = await set.rig.dial(set.listen);
  await silent.write(`${at(1)} P hello`);
  for (const number of [2, 3]) await says(set, at(number), "hello");
  await says(set, at(2), "me again");
  await says(set, at(4), "hello");
  expect(here(set)).toEqual([1, 2, 4]);
  silent.stream.end();
  await set.rig.run(1_000);
  // It has rested since a moment ago.
  await says(set, at(5), "hello");
  expect(here(set)).toEqual([1, 4, 5]);
  await says(set, at(3), "hello");
  await says(set, at(2), "hello");
  expect(here(set)).toEqual([2, 3, 5]);
});

test("of a connection on which several say that they speak only the last one has it, and of two it takes both to end", async () => {
  const set = await scene();
  const [first, second] = [await set.rig.dial(set.listen), await set.rig.dial(set.listen)];
  for (const number of [1, 2]) await first.write(`${at(number)} P hello`);
  await second.write(`${at(2)} P hello`);
  await says(set, at(3), "hello");
  first.stream.end();
  await set.rig.run(1_000);
  await says(set, at(4), "hello");
  expect(here(set)).toEqual([2, 3, 4]);
  await says(set, at(5), "hello");
  expect(here(set)).toEqual([2, 4, 5]);
  await says(set, at(1), "hello");
  expect(here(set)).toEqual([1, 2, 5]);
});

test("a line that waits for a program that does not listen is not written twice, though its guest made room meanwhile", async () => {
  const set = await scene();
  await says(set, at(1), "hello");
  set.rig.host.send(set.rig.guests.get(at(1))?.id ?? 0n, "once");
  await set.rig.run(10_000);
  for (const number of [2, 3, 4]) await says(set, at(number), "hello");
  const heard = await listens(set, at(1));
  await set.rig.run(120_000);
  expect(heard).toEqual([]);
  await says(set, at(1), "back");
  await set.rig.run(120_000);
  expect(heard).toEqual(["once"]);
});

test("when all have connections, the next is told that there is no room, and gets in when one of them has left", async () => {
  const set = await scene();
  const programs = [];
  for (const number of [1, 2, 3]) {
    const program = await set.rig.dial(set.listen);
    await program.write(`${at(number)} P hello`);
    programs.push(program);
  }
  const late = await set.rig.dial(set.listen);
  await late.write(`${at(4)} P hello`);
  expect(late.text()).toMatch(/not sent: 3 guests are here, and more are not taken; try again later$/);
  programs[1]?.stream.end();
  await set.rig.run(1_000);
  await late.write(`${at(4)} P hello`, 5_000);
  expect([late.text(), here(set)]).toEqual(["", [1, 3, 4]]);
});

test("after a restart of the bridge no more are here than there is room for, and the others come back with their next word", async () => {
  const set = await scene();
  for (const number of [1, 2, 3, 4]) await says(set, at(number), "hello");
  await set.rig.until(set.rig.guests.closeAll());
  const house = await bridgeRig({ guestsMax });
  for (const [key, value] of set.rig.world.notebook.entries()) await house.world.notebook.set(key, value);
  const { listen } = await openLineBridge(house.world, lineOptions({ listen: "127.0.0.1:1255" }));
  await house.run(5_000);
  const again = { rig: house, listen, seen: [] };
  expect(here(again)).toEqual([1, 2, 3]);
  await says(again, at(4), "hello");
  expect(here(again)).toEqual([2, 3, 4]);
});
