import { expect, test } from "vitest";
import type { Transport } from "../../src/ports/transport.ts";
import { Agenda } from "../../src/testing/agenda.ts";
import { Gate } from "../../src/testing/gate.ts";
import { Network } from "../../src/testing/network.ts";
import { Random } from "../../src/testing/random.ts";
import { gatedTransport } from "../../src/testing/transport.ts";
import { transportContract, type TransportUnderTest } from "../contract/transport.ts";
import { Party } from "./party.ts";
import { usePassing } from "./passing.ts";

const passing = usePassing();

const frameBytesMax = 300 * 1_024;

function open(): TransportUnderTest {
  const agenda = passing(new Agenda(0));
  const network = new Network({ agenda, random: new Random(1), delayMs: [0.1, 0.3], frameBytesMax });
  let made = 0;
  return {
    frameBytesMax,
    make: () => gatedTransport(network, `process ${(made += 1)}`, new Gate(agenda, () => {})),
  };
}

transportContract("the simulated network", open);

/** Two processes; time passes when the test says so. */
async function setting(): Promise<{
  network: Network;
  gate: Gate;
  a: Transport;
  accepted: Party[];
  run: (ms: number) => void;
}> {
  const agenda = new Agenda(0);
  const network = new Network({ agenda, random: new Random(1) });
  const gate = new Gate(agenda, () => {});
  const a = gatedTransport(network, "a:1", gate);
  const b = gatedTransport(network, "b:1", new Gate(agenda, () => {}));
  const accepted: Party[] = [];
  await a.listen("a:1", (wire) => new Party().attach(wire));
  await b.listen("b:1", (wire) => {
    const party = new Party().attach(wire);
    accepted.push(party);
    return party;
  });
  const run = (ms: number): void => {
    const byMs = agenda.nowMs + ms;
    while (agenda.step(byMs));
  };
  return { network, gate, a, accepted, run };
}

test("a frame changed after it was written arrives as it was", async () => {
  const { a, accepted, run } = await setting();
  const dialled = new Party();
  dialled.attach(a.dial("b:1", dialled));
  const frame = Uint8Array.of(1);
  dialled.wire.write(frame);
  frame.fill(2);
  run(1_000);
  expect(accepted.map(({ got }) => got)).toEqual([["frame 1"]]);
});

test("the network knows a process by the address it listens at, and each end the other by it", async () => {
  const { network, a, accepted, run } = await setting();
  const dialled = new Party();
  dialled.attach(a.dial("b:1", dialled));
  run(1_000);
  expect(network.wires()).toEqual([["a:1", "b:1"]]);
  expect([dialled.wire.remote, accepted[0]?.wire.remote]).toEqual(["b:1", "a:1"]);
  network.cut("a:1", "b:1");
  run(1_000);
  expect(dialled.got).toEqual(["closed: connection lost"]);
});

test("a process that is over does nothing any more, and disposing its transport waits for nobody", async () => {
  const { network, gate, a, accepted, run } = await setting();
  const dialled = new Party();
  dialled.attach(a.dial("b:1", dialled));
  run(1_000);
  gate.end();
  network.kill("a:1", true);
  dialled.send(1);
  a.dial("b:1", new Party());
  await a[Symbol.asyncDispose]();
  run(1_000);
  expect([dialled.heard, accepted.map(({ got }) => got)]).toEqual([[], [["closed: connection reset"]]]);
});

test("an address without a free port is unavailable, and one transport listens once", async () => {
  const { network, a } = await setting();
  await expect(a.listen("a:2", () => new Party())).rejects.toMatchObject({ code: "bad-option" });
  for (let port = 49_152; port <= 65_535; port += 1) network.listen(`c:${port}`, () => new Party());
  const full = gatedTransport(network, "c", { out: (act) => act() });
  await expect(full.listen("c:0", () => new Party())).rejects.toMatchObject({ code: "address-unavailable" });
});
