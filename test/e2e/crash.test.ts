import { expect, test } from "vitest";
import { expectExactlyOnce, texts } from "./harness/delivery.ts";
import { type Mesh, useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { Pump } from "./harness/pump.ts";

const openMesh = useMesh();
const total = 2_000;
/** How many messages the receiver has shown, over all its starts, when the next kill comes. */
const killsAt = [300, 800, 1_300];

/** a-b-c, where b stays between the others whoever is killed. */
async function openLine(mesh: Mesh): Promise<{ readonly a: TestPeer; readonly b: TestPeer; readonly c: TestPeer }> {
  const b = await mesh.start("b", { id: "2" });
  const c = await mesh.start("c", { id: "3", dials: [b] });
  const a = await mesh.start("a", { id: "1", dials: [b] });
  await mesh.converged();
  return { a, b, c };
}

test("the receiver is killed again and again under load: nothing is lost, nothing is shown twice", async () => {
  const { a, c } = await openLine(await openMesh());
  const pump = new Pump(a, c);
  for (const times of killsAt) {
    await c.until({ event: "message" }, { times });
    await c.kill9();
    await c.restart();
  }
  const typed = await pump.finish(total);
  expect(await expectExactlyOnce({ sender: a, receiver: c })).toEqual(typed);
});

test("the forwarder is killed again and again under load: nothing is lost, nothing is shown twice", async () => {
  const { a, b, c } = await openLine(await openMesh());
  const pump = new Pump(a, c);
  for (const times of killsAt) {
    await c.until({ event: "message" }, { times });
    await b.kill9();
    await b.restart();
  }
  const typed = await pump.finish(total);
  expect(await expectExactlyOnce({ sender: a, receiver: c })).toEqual(typed);
  expect(c.shown()).toEqual(typed);
});

test("the sender is killed again and again while it is typed at: what it said was accepted arrives, once", async () => {
  const { a, c } = await openLine(await openMesh());
  const rounds = [1, 2, 3, 4].map((round) => texts(`round ${round} text`, total / 4));
  for (const round of rounds) {
    const since = a.events.end;
    a.say(c.id, ...round);
    await a.until({ event: "status", to: c.id, status: "accepted" }, { since, times: 50 });
    await a.kill9();
    await a.restart();
  }
  // First in, first out: once the last one is there, so is everything before it.
  a.say(c.id, "the end");
  await c.until({ event: "message", from: a.id, text: "the end" });

  const received = await expectExactlyOnce({ sender: a, receiver: c });
  expect(c.shown()).toEqual(received);
  const typed = [...rounds.flat(), "the end"];
  const positions = received.map((text) => typed.indexOf(text));
  expect(positions).toEqual(positions.toSorted((x, y) => x - y));
  expect(positions).not.toContain(-1);
});

test("receiver, forwarder and sender are killed in turn under load: nothing is lost, nothing is shown twice", async () => {
  const { a, b, c } = await openLine(await openMesh());
  const typed: string[] = [];
  for (const [round, victim] of [c, b, a, c, b, a].entries()) {
    const batch = texts(`round ${round + 1} text`, 300);
    typed.push(...batch);
    const since = a.events.end;
    a.say(c.id, ...batch);
    await a.until({ event: "status", to: c.id, status: "accepted" }, { since, times: 100 });
    await victim.kill9();
    await victim.restart();
  }
  a.say(c.id, "the end");
  await c.until({ event: "message", from: a.id, text: "the end" });

  const received = await expectExactlyOnce({ sender: a, receiver: c });
  const positions = received.map((text) => [...typed, "the end"].indexOf(text));
  expect(positions).toEqual(positions.toSorted((x, y) => x - y));
});
