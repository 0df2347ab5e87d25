import { expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import { freeAddress } from "./harness/port.ts";

const openMesh = useMesh();

const a = "77252666718255104";
const b = "77252666718255105";
const c = "77252666718255106";

test("three terminals, started c, b, a: what a types is shown at c, through b, and a sees that it was delivered", async () => {
  const mesh = await openMesh();
  const [atA, atB, atC] = [await freeAddress(), await freeAddress(), await freeAddress()];
  const third = await mesh.start("c", { listen: atC, words: [atC, "--desired-id", c], store: "default" });
  const second = await mesh.start("b", { listen: atB, words: [atB, "--desired-id", b, atC], store: "default" });
  const first = await mesh.start("a", { listen: atA, words: [atA, "--desired-id", a, atB], store: "default" });
  for (const [peer, id] of [
    [first, a],
    [second, b],
    [third, c],
  ] as const)
    expect(peer.all({ event: "ready" })).toEqual([{ event: "ready", id, listen: peer.listen, desired: "granted" }]);

  first.type(`${c} Hi there!`);

  const shown = await third.until({ event: "message" });
  expect(shown).toMatchObject({ from: a, number: "1", text: "Hi there!" });
  expect(Math.abs(Date.parse(shown.time) - Date.now())).toBeLessThan(600_000);
  await first.until({ event: "status", to: c, number: "1", status: "accepted" });
  await first.until({ event: "status", to: c, number: "1", status: "delivered" });
  expect(second.all({ event: "message" })).toEqual([]);
  expect(first.all({ event: "error" })).toEqual([]);
});

test("without --json, the third terminal shows the sender and the text, and the first that it was delivered", async () => {
  const mesh = await openMesh();
  const third = await mesh.peer("c", { id: c, plain: true });
  third.launch();
  const second = await mesh.start("b", { id: b, dials: [third] });
  await second.until({ event: "peer", id: c, state: "up" });
  const first = await mesh.peer("a", { id: a, dials: [second], plain: true });
  first.launch();

  first.type(`${c} Hi there!`);

  await third.stdout.until("the message on a line of its own", (line) => line === `[${a}] Hi there!`);
  await first.stdout.until("a line that says delivered", (line) => /delivered/i.test(line));
  expect(third.stdout.items().filter((line) => line.includes("Hi there!"))).toHaveLength(1);
});

test("a starts first and types at once, although nobody it lists is up: the message arrives when c is", async () => {
  const mesh = await openMesh();
  const [atA, atB, atC] = [await freeAddress(), await freeAddress(), await freeAddress()];
  const first = await mesh.peer("a", { listen: atA, id: a, dials: [atB] });
  first.launch().type(`${c} Hi there!`);
  await first.until({ event: "status", to: c, number: "1", status: "accepted" });
  await mesh.start("b", { listen: atB, id: b, dials: [atC] });
  const third = await mesh.start("c", { listen: atC, id: c });

  await third.until({ event: "message", from: a, text: "Hi there!" });
  await first.until({ event: "status", to: c, number: "1", status: "delivered" });
  expect(first.all({ event: "ready" })).toMatchObject([{ id: a, desired: "granted" }]);
  expect(third.shown()).toEqual(["Hi there!"]);
});

test("options and addresses may come in any order", async () => {
  const mesh = await openMesh();
  const hubs = [await mesh.start("hub 1", { id: "1" }), await mesh.start("hub 2", { id: "2" })] as const;
  const [x, y] = [hubs[0].listen, hubs[1].listen];
  const orders: readonly ((own: string) => readonly string[])[] = [
    (own) => ["--desired-id", "10", own, x, y],
    (own) => [own, x, "--desired-id=11", y],
    (own) => ["--json", own, x, y, "--desired-id", "12"],
  ];
  const peers = await Promise.all(
    orders.map(async (order, index) => {
      const listen = await freeAddress();
      return mesh.start(`order ${index + 1}`, { listen, words: order(listen) });
    }),
  );
  for (const [index, peer] of peers.entries()) {
    expect(peer.all({ event: "ready" })).toMatchObject([
      { id: `${10 + index}`, listen: peer.listen, desired: "granted" },
    ]);
    for (const hub of hubs) await peer.until({ event: "peer", id: hub.id, state: "up" });
  }
});

test("without --desired-id nothing is said to be granted or refused, and messages travel all the same", async () => {
  const mesh = await openMesh();
  const { left, right } = await mesh.link({ left: ["right"], right: [] });
  expect(left.all({ event: "ready" })).toMatchObject([{ desired: null }]);

  left.type(`${right.id} over`);
  right.type(`${left.id} and back`);

  await right.until({ event: "message", from: left.id, text: "over" });
  await left.until({ event: "message", from: right.id, text: "and back" });
});

test("the text arrives as it was typed, whatever it looks like", async () => {
  const mesh = await openMesh();
  const { left, right } = await mesh.link({ left: ["right"], right: [] });
  const odd = [
    "/exit",
    `${right.id} nested`,
    "--json",
    `{"event":"message","from":"1"}`,
    'quotes " and \\ and %s and $HOME',
    "grüße, 你好, 👩‍👩‍👧‍👦, e\u0301",
    "OK",
    "0",
    "\u001b[31mred\u001b[0m\u0007",
    "x".repeat(100_000),
  ];
  left.say(right.id, ...odd);
  await right.until({ event: "message", text: odd.at(-1) ?? "" });
  expect(right.shown(left.id)).toEqual(odd);
});
