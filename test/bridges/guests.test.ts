import { describe, expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import type { Message } from "../../src/peer/types.ts";
import { settled } from "../cli/fake-host.ts";
import { House } from "./house.ts";

const message: Message = {
  ...{ cursor: 1n, from: 7n, conversation: "everyone", group: undefined, number: 1n, text: "hi", data: undefined },
  ...{ sentAt: new Date(0), receivedAt: new Date(0), missing: 0n, unordered: false },
};

const ali = { key: "ali", name: "ali", at: "127.0.0.1:1" };

test("a key has one peer, also when it is asked for twice at once", async () => {
  const house = new House();
  const both = Promise.all([house.guests.open(ali), house.guests.open(ali)]);
  await settled();
  expect([house.starting.length, house.guests.get("ali")]).toEqual([1, undefined]);
  house.starting[0]?.finish();
  const [first, second] = await both;
  expect([first === second, house.guests.get("ali") === first, house.guests.keyOf(first.id)]).toEqual([
    true,
    true,
    "ali",
  ]);
});

test("one that is asked for while it leaves comes when it has left", async () => {
  const house = new House();
  await house.here("ali");
  const leaving = house.guests.close("ali");
  await settled();
  const back = house.guests.open(ali);
  await settled();
  expect([house.starting.length, house.closing.length]).toEqual([1, 1]);
  house.closing[0]?.finish();
  await leaving;
  await settled();
  house.starting[1]?.finish();
  const peer = await back;
  expect(house.guests.get("ali")).toBe(peer);
});

test("one that is to leave before it has come leaves when it has", async () => {
  const house = new House();
  const opening = house.guests.open(ali);
  const leaving = house.guests.close("ali");
  await settled();
  house.starting[0]?.finish();
  await opening;
  await settled();
  house.closing[0]?.finish();
  await leaving;
  expect(house.guests.get("ali")).toBeUndefined();
});

test("so many are opened at a time, and so many are here, those that leave included", async () => {
  const house = new House();
  const opening = ["a", "b", "c"].map((key) => house.guests.open({ ...ali, key }));
  await settled();
  expect(house.starting.map(({ key }) => key)).toEqual(["a", "b"]);
  for (let count = 0; count < 3; count += 1) {
    house.starting[count]?.finish();
    await settled();
  }
  await Promise.all(opening);
  void house.guests.close("a");
  await settled();
  await expect(house.guests.open({ ...ali, key: "d" })).rejects.toMatchObject({ code: "resource-exhausted" });
  house.closing[0]?.finish();
  await settled();
  await house.here("d");
});

test("one that cannot be started is told so, leaves no trace, and may be asked for again", async () => {
  const house = new House();
  const failing = house.guests.open(ali);
  await settled();
  house.starting[0]?.finish(new E3Error("bad-credentials", "wrong"));
  await expect(failing).rejects.toMatchObject({ code: "bad-credentials" });
  expect(house.notebook.entries()).toEqual([]);
  await house.here("ali");
});

test("the moment at which it was here first is known over restarts, and of a brief one it is the last time it came", async () => {
  const house = new House();
  await house.here("ali");
  await house.leave("ali");
  house.moment = "5 0 0";
  await house.here("ali");
  const brief = house.guests.open({ ...ali, key: "brief", isBrief: true });
  await settled();
  house.starting.at(-1)?.finish();
  await brief;
  house.had.push("hi by 1 0 0", "selam by 5 0 0");
  const isOld = (key: string, text: string) => house.guests.isOld(key, { ...message, text });
  expect([await isOld("ali", "hi"), await isOld("ali", "selam")]).toEqual([true, false]);
  expect([await isOld("brief", "hi"), await isOld("brief", "selam")]).toEqual([false, true]);
  expect(await isOld("nobody", "hi")).toBe(false);
  expect(await house.guests.isOld("ali", { ...message, text: "hi", conversation: "direct" })).toBe(false);
  expect(house.notebook.entries()).toEqual([["since ali", "1 0 0"]]);
});

test("when there are too many, who has rested longest makes room, and comes back as the same", async () => {
  const house = new House();
  for (const key of ["a", "b", "c"]) await house.here(key);
  for (const key of ["b", "a", "b"]) house.guests.rest(key);
  const fourth = house.guests.open({ ...ali, key: "d" });
  await settled();
  expect([house.closing.map(({ key }) => key), house.starting.length]).toEqual([["a"], 3]);
  house.closing[0]?.finish();
  await settled();
  house.starting.at(-1)?.finish();
  await fourth;
  const back = house.guests.open({ ...ali, key: "a" });
  await settled();
  expect(house.closing.map(({ key }) => key)).toEqual(["a", "b"]);
  house.closing[1]?.finish();
  await settled();
  house.starting.at(-1)?.finish();
  expect(await back).toBe(house.guests.get("a"));
});

test("who is connected makes no room: opened again it rests no more, and one that left is forgotten as one that rests", async () => {
  const house = new House();
  for (const key of ["a", "b", "c"]) {
    await house.here(key);
    house.guests.rest(key);
  }
  await house.guests.open({ ...ali, key: "a" });
  await house.leave("b");
  await house.here("b");
  await house.guests.open({ ...ali, key: "c" });
  await expect(house.guests.open({ ...ali, key: "d" })).rejects.toMatchObject({ code: "resource-exhausted" });
  house.guests.rest("nobody");
  await expect(house.guests.open({ ...ali, key: "d" })).rejects.toMatchObject({ code: "resource-exhausted" });
});

test("who leaves in a way of its own is asked to, and where that comes to nothing the next one is", async () => {
  const house = new House();
  for (const key of ["a", "b", "c"]) await house.here(key);
  const asked: string[] = [];
  house.guests.rest("a", async () => void asked.push("a"));
  house.guests.rest("b", async () => {
    asked.push("b");
    await house.guests.close("b");
  });
  const fourth = house.guests.open({ ...ali, key: "d" });
  await settled();
  expect(asked).toEqual(["a", "b"]);
  house.closing[0]?.finish();
  await settled();
  house.starting.at(-1)?.finish();
  await fourth;
  expect(house.guests.get("a")).toBeDefined();
});

describe("one that ends by itself", () => {
  const lines = ({ log }: House) => log.entries.filter(({ level }) => level === "warn");

  test("as a peer of which a mistake is found does, leaves: why is logged, and its key can be opened again", async () => {
    const house = new House();
    await house.here("ali");
    const before = house.guests.get("ali");
    const error = new E3Error("closed", "a mistake in e3 ended the peer");
    house.peers.get("ali")?.peer.happenings.push({ kind: "error", error });
    await settled();
    expect([house.guests.get("ali"), house.closed]).toEqual([undefined, [["ali", true]]]);
    expect(lines(house).map(({ fields }) => [fields["guest"], fields["why"]])).toEqual([["ali", error.message]]);
    const back = house.guests.open(ali);
    await settled();
    expect(house.starting).toHaveLength(1);
    house.closing[0]?.finish();
    await settled();
    house.starting[1]?.finish();
    expect(await back).not.toBe(before);
  });

  test("gives its place back", async () => {
    const house = new House({ guestsMax: 1, openingMax: 1 });
    await house.here("ali");
    await house.peers.get("ali")?.peer.close();
    await settled();
    house.closing[0]?.finish();
    await settled();
    await house.here("veli");
    expect(lines(house)).toHaveLength(1);
  });

  test("may be a user whose session is over, while its peer runs", async () => {
    const house = new House();
    await house.here("ali");
    house.peers.get("ali")?.end("ali signed in elsewhere");
    await settled();
    expect(house.guests.get("ali")).toBeUndefined();
    expect(lines(house).map(({ fields }) => fields["why"])).toEqual(["ali signed in elsewhere"]);
  });

  test("is not one that was told to leave", async () => {
    const house = new House();
    await house.here("ali");
    const leaving = house.guests.close("ali");
    await house.peers.get("ali")?.peer.close();
    await settled();
    house.closing[0]?.finish();
    await leaving;
    expect([house.closed, lines(house)]).toEqual([[["ali", undefined]], []]);
  });
});

test("when all leave with the bridge, users stay signed in: their programs go on after a restart", async () => {
  const house = new House();
  await house.here("ali");
  const all = house.guests.closeAll();
  await settled();
  house.closing[0]?.finish();
  await all;
  expect(house.closed).toEqual([["ali", true]]);
});

test("when all are to leave, none comes any more", async () => {
  const house = new House();
  await house.here("ali");
  const all = house.guests.closeAll();
  await settled();
  house.closing[0]?.finish();
  await all;
  await expect(house.guests.open(ali)).rejects.toMatchObject({ code: "closed" });
});

test("who waits for a turn when all leave is not started any more", async () => {
  const house = new House({ guestsMax: 3, openingMax: 1 });
  const first = house.guests.open(ali);
  const second = house.guests.open({ ...ali, key: "veli" });
  await settled();
  void house.guests.closeAll();
  house.starting[0]?.finish();
  await first;
  await expect(second).rejects.toMatchObject({ code: "closed" });
  expect(house.starting).toHaveLength(1);
});

test("of one that could not be started nothing is kept", async () => {
  const house = new House();
  const opening = house.guests.open(ali);
  await settled();
  house.starting[0]?.finish(new E3Error("bad-option", "no"));
  await expect(opening).rejects.toMatchObject({ code: "bad-option" });
  expect(house.notebook.entries()).toEqual([]);
});

test("when the state of very many is kept, newcomers are told so, and who was here before is welcome", async () => {
  const house = new House();
  for (let n = 0; n < 4_000; n += 1) await house.notebook.set(`since ${n}`, "1");
  await expect(house.guests.open(ali)).rejects.toMatchObject({ code: "resource-exhausted" });
  await house.here("17");
  expect(house.guests.get("17")).toBeDefined();
});
