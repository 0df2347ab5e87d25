import { expect, test } from "vitest";
import { TestMenu, tableOf } from "./harness/menu.ts";
import { useMesh } from "./harness/mesh.ts";
import { freePort } from "./harness/port.ts";

const openMesh = useMesh();
const empty = ["No connected peers"];

/** Menus of these names, started. */
async function start(...names: readonly string[]): Promise<readonly TestMenu[]> {
  const mesh = await openMesh();
  const menus = await Promise.all(names.map((name) => TestMenu.plan(mesh, name)));
  await Promise.all(menus.map((menu) => menu.start()));
  return menus;
}

async function tables(menus: readonly TestMenu[]): Promise<readonly (readonly string[])[]> {
  return Promise.all(menus.map((menu) => menu.query()));
}

test("the four peers of the assignment have exactly its tables, before and after the exit", async () => {
  const menus = await start("P1", "P2", "P3", "P4");
  const [peer1, peer2, peer3, peer4] = menus;
  if (!peer1 || !peer2 || !peer3 || !peer4) throw new Error("four were started");
  expect(await tables(menus)).toEqual([empty, empty, empty, empty]);
  const workplan = [
    [peer1, peer2],
    [peer3, peer4],
    [peer2, peer4],
    [peer4, peer1],
    [peer1, peer3],
  ] as const;
  for (const [from, to] of workplan) {
    expect(await from.send(to, "hello")).toContain(`Message delivered to ${to.address}`);
    await to.sees(from.says("hello"));
  }
  expect(await tables(menus)).toEqual([tableOf(peer4), tableOf(peer1), tableOf(peer1), tableOf(peer2, peer3)]);
  await peer1.send(peer3, "exit");
  await peer3.sees(`Peer ${peer1.address} disconnected`);
  expect(await tables(menus)).toEqual([tableOf(peer4), tableOf(peer1), empty, tableOf(peer2, peer3)]);
  const codes = await Promise.all(
    menus.map(async ({ peer }) => {
      peer.type("0");
      return (await peer.exit()).code;
    }),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  for (const { peer } of menus) expect([peer.stdout.items().at(-1), peer.stderr.items()]).toEqual(["Exiting", []]);
});

test("what is asked and shown is the interface of the assignment, word for word", async () => {
  const mesh = await openMesh();
  const [one, two] = [await TestMenu.plan(mesh, "blockchain"), await TestMenu.plan(mesh, "P2")];
  const menu = [
    "***** Menu *****",
    "1. Send message",
    "2. Query active peers",
    "3. Connect to active peers",
    "0. Quit",
    "Enter choice: ",
  ];
  expect(await one.start()).toEqual([
    "Enter your name: ",
    "Enter your port number: ",
    `Server listening on port ${one.port}`,
    ...menu,
  ]);
  await two.start();
  expect(await one.send(two, "hello , you there")).toEqual([
    "Enter the recipient's IP address: ",
    "Enter the recipient's port number: ",
    "Enter your message: ",
    `Message delivered to ${two.address}`,
    ...menu,
  ]);
  await two.sees(`${one.address} blockchain hello , you there`);
  expect(await two.answer("2")).toEqual(["Connected Peers:", `1. ${one.address}`, ...menu]);
  expect(await one.answer("2")).toEqual(["No connected peers", ...menu]);
});

test("one who connects sees whom he wrote to, and whoever is connected to sees him; nobody stands in a table twice", async () => {
  const menus = await start("P1", "P2");
  const [one, two] = menus;
  if (!one || !two) throw new Error("two were started");
  await one.send(two, "first");
  await one.send(two, "second");
  await two.sees(one.says("second"));
  expect(await tables(menus)).toEqual([empty, tableOf(one)]);
  expect(await one.answer("3")).toContain(`Connected to ${two.address}`);
  expect(await tables(menus)).toEqual([tableOf(two), tableOf(one)]);
  expect(await two.answer("3")).toContain(`Connected to ${one.address}`);
  await one.sees(two.says("connect"));
  expect(await tables(menus)).toEqual([tableOf(two), tableOf(one)]);
});

test("all send to all at the same time, while they receive, and every message arrives once", async () => {
  const menus = await start("P1", "P2", "P3", "P4");
  const counts = [1, 2, 3, 4, 5, 6, 7, 8];
  await Promise.all(
    menus.map(async (from) => {
      const others = menus.filter((menu) => menu !== from);
      for (const count of counts) for (const to of others) await from.send(to, `${count} to ${to.name}`);
    }),
  );
  for (const to of menus) {
    for (const from of menus.filter((menu) => menu !== to)) {
      await to.sees(from.says(`8 to ${to.name}`));
      const heard = to.peer.stdout.items().filter((line) => line.startsWith(from.says("")));
      expect(heard).toEqual(counts.map((count) => from.says(`${count} to ${to.name}`)));
    }
    expect(new Set(await to.query()).size).toBe(menus.length);
  }
});

test("the default list is written to at the start, also to who comes up later", async () => {
  const mesh = await openMesh();
  const [early, late] = [await TestMenu.plan(mesh, "early"), await TestMenu.plan(mesh, "late")];
  await early.start();
  const one = await TestMenu.plan(mesh, "P1", ["--greet", `${early.address},${late.address}`]);
  await one.start();
  await early.sees(one.says("hello"));
  await one.sees(`Nobody answers at ${late.address} yet; the greeting follows once somebody does`);
  await late.start();
  await late.sees(one.says("hello"));
  expect([await early.query(), await late.query(), await one.query()]).toEqual([tableOf(one), tableOf(one), empty]);
});

test("for a peer that is known and away a message is kept, and arrives once when it is back", async () => {
  const [one, two] = await start("P1", "P2");
  if (!one || !two) throw new Error("two were started");
  await one.send(two, "before");
  await two.sees(one.says("before"));
  await two.peer.stop();
  expect(await one.send(two, "while you were away")).toContainEqual(
    expect.stringMatching(`^Message kept: ${two.address} is away`),
  );
  const since = one.peer.stdout.end;
  await two.start();
  await two.sees(one.says("while you were away"));
  await one.peer.stdout.until("the receipt", (line) => line === `Message delivered to ${two.address}`, { since });
  await one.send(two, "after");
  await two.sees(one.says("after"));
  const heard = two.peer.stdout.items().filter((line) => line.startsWith(one.says("")));
  expect(heard).toEqual(["before", "while you were away", "after"].map((text) => one.says(text)));
});

test("a port that is taken is asked for again, and an address where nobody answers is not sent to", async () => {
  const [one] = await start("P1");
  if (!one) throw new Error("one was started");
  const mesh = await openMesh();
  const two = await TestMenu.plan(mesh, "P2");
  two.peer.launch();
  const shown = await two.answer("42", two.name, "many", `${one.port}`, `${two.port}`);
  expect(shown.filter((line) => line.startsWith("error: "))).toMatchObject([
    expect.stringMatching(/taken for an id/),
    expect.stringMatching(/"many" is no port number/),
    expect.stringContaining(`${one.address} is in use by another process`),
  ]);
  const nobody = { port: await freePort() };
  expect(await two.send(nobody, "hello")).toContain(
    `error: nobody answers at 127.0.0.1:${nobody.port}; the message was not sent`,
  );
  expect(await two.send(one, "hello")).toContain(`Message delivered to ${one.address}`);
});

test("exit takes its sender off the table of whoever receives it, and off no other, until it writes again", async () => {
  const menus = await start("P1", "P2", "P3");
  const [one, two, three] = menus;
  if (!one || !two || !three) throw new Error("three were started");
  await one.send(two, "hello");
  await two.send(one, "hello yourself");
  await one.send(three, "we exit through the gift shop");
  await three.sees(one.says("we exit through the gift shop"));
  expect(await tables(menus)).toEqual([tableOf(two), tableOf(one), tableOf(one)]);
  await one.send(two, "exit");
  await two.sees(`Peer ${one.address} disconnected`);
  expect(await tables(menus)).toEqual([tableOf(two), empty, tableOf(one)]);
  expect(two.peer.stdout.items()).not.toContain(one.says("exit"));
  // It was no word for it to go: both may write to each other as before.
  await two.send(one, "are you gone?");
  await one.sees(two.says("are you gone?"));
  expect(await tables(menus)).toEqual([tableOf(two), empty, tableOf(one)]);
  await one.send(two, "back again");
  await two.sees(one.says("back again"));
  expect(await tables(menus)).toEqual([tableOf(two), tableOf(one), tableOf(one)]);
});

test("a question stands while messages arrive, and one who was started anew has one entry, that of its port", async () => {
  const [one, two] = await start("P1", "P2");
  if (!one || !two) throw new Error("two were started");
  const since = one.peer.stdout.end;
  for (const answer of ["1", "127.0.0.1", `${two.port}`]) one.peer.type(answer);
  await one.peer.stdout.until("the last question", (line) => line === "Enter your message: ", { since });
  for (const text of ["first", "second"]) await two.send(one, text);
  await one.sees(two.says("second"));
  await one.answer("an answer all the same");
  await two.sees(one.says("an answer all the same"));
  await two.peer.kill9();
  await two.start();
  await two.send(one, "third, from another connection");
  await one.sees(two.says("third, from another connection"));
  expect(await one.query()).toEqual(tableOf(two));
  expect(await one.answer("9")).toContain('error: "9" is no choice; enter 1, 2, 3 or 0');
});
