import { expect, test } from "vitest";
import { expectShown, texts } from "./harness/delivery.ts";
import { useMesh } from "./harness/mesh.ts";

const openMesh = useMesh();
const clean = { code: 0, signal: null };

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends a peer with code 0, and the whole mesh sees it go",
  async (signal) => {
    const mesh = await openMesh();
    const { a, b, c } = await mesh.link({ a: ["b"], b: ["c"], c: [] });
    expect(await c.stop(signal)).toEqual(clean);
    for (const peer of [a, b]) await peer.until({ event: "peer", id: c.id, state: "down" });
    expect(a.running && b.running).toBe(true);
  },
);

test("/exit ends a peer with code 0, and the others see it go", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  b.type("/exit");
  expect(await b.exit()).toEqual(clean);
  await a.until({ event: "peer", id: b.id, state: "down" });
});

test("a second signal ends a peer that is busy leaving, and what it had accepted is not lost", async () => {
  const mesh = await openMesh();
  const b = await mesh.start("b", { id: "2" });
  const wire = await mesh.proxy(b);
  const a = await mesh.start("a", { id: "1", dials: [wire] });
  await mesh.converged();
  // Nothing gets through, so that leaving in good order takes its time.
  wire.stall();
  const sent = texts("before leaving", 10);
  a.say(b.id, ...sent);
  await a.until({ event: "status", to: b.id, status: "accepted" }, { times: sent.length });
  a.signal("SIGTERM");
  a.signal("SIGINT");
  await a.exit();

  await wire.heal();
  await a.restart();
  await b.until({ event: "message", from: a.id, text: sent.at(-1) ?? "" });
  expectShown({ sender: a, receiver: b }, sent);
});

test("what was accepted just before leaving still goes out to a neighbour", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  const from = a.id;
  const sent = texts("last words", 20);
  a.say(b.id, ...sent);
  await a.until({ event: "status", to: b.id, status: "accepted" }, { times: sent.length });
  expect(await a.stop()).toEqual(clean);
  await b.until({ event: "message", from }, { times: sent.length });
  expect(b.shown(from)).toEqual(sent);
});

test("the end of input ends the input, not the peer", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  a.say(b.id, "my last line");
  a.endInput();
  await b.until({ event: "message", from: a.id, text: "my last line" });
  b.say(a.id, "are you still there?");
  await a.until({ event: "message", from: b.id, text: "are you still there?" });
  await b.until({ event: "status", to: a.id, status: "delivered" });
  expect(await a.stop()).toEqual(clean);
});

test("a peer without any input, started by a script, lives and receives", async () => {
  const mesh = await openMesh();
  const hub = await mesh.start("hub");
  const mute = await mesh.peer("mute", { dials: [hub] });
  mute.launch().endInput();
  const { id } = await mute.until({ event: "ready" });
  hub.say(id, "hello");
  await mute.until({ event: "message", from: hub.id, text: "hello" });
});

test("a peer with neighbours that are gone still leaves in good order", async () => {
  const mesh = await openMesh();
  const { a, b } = await mesh.link({ a: ["b"], b: [] });
  a.say("999", "for nobody");
  await a.until({ event: "status", to: "999", status: "accepted" });
  await b.kill9();
  expect(await a.stop()).toEqual(clean);
});
