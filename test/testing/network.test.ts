import { expect, test } from "vitest";
import type { Wire } from "../../src/ports/transport.ts";
import { Agenda } from "../../src/testing/agenda.ts";
import { Random } from "../../src/testing/random.ts";
import { Network } from "../../src/testing/network.ts";

/** A process that listens at its name, and notes what its wires tell it. */
class Process {
  readonly heard: string[] = [];
  readonly accepted: Wire[] = [];
  readonly #network: Network;
  readonly #name: string;

  constructor(network: Network, name: string) {
    this.#network = network;
    this.#name = name;
    network.listen(name, (wire) => {
      this.accepted.push(wire);
      return this.#handler();
    });
  }

  dial(to: string): Wire {
    return this.#network.dial(this.#name, to, this.#handler());
  }

  #handler(): { frame: (bytes: Uint8Array) => void; drained: () => void; closed: (reason: string) => void } {
    return {
      frame: (bytes) => this.heard.push(`frame ${bytes.join()}`),
      drained: () => {},
      closed: (reason) => this.heard.push(`closed: ${reason}`),
    };
  }
}

function setting(): { run: (ms: number) => void; network: Network; a: Process; b: Process } {
  const agenda = new Agenda(0);
  const network = new Network({ agenda, random: new Random(1), delayMs: [1, 100], sent: () => {} });
  const run = (ms: number): void => {
    const byMs = agenda.nowMs + ms;
    while (agenda.step(byMs));
  };
  return { run, network, a: new Process(network, "a"), b: new Process(network, "b") };
}

test("frames arrive in the order they were written, however long each takes, and the end after them", () => {
  const { run, a, b } = setting();
  const wire = a.dial("b");
  run(100);
  for (let value = 1; value <= 20; value += 1) wire.write(Uint8Array.of(value));
  wire.close();
  run(1_000);
  expect(b.heard).toEqual([...Array.from({ length: 20 }, (_, index) => `frame ${index + 1}`), "closed: "]);
  expect(a.heard).toEqual(["closed: "]);
});

test("a frame written before the other end is there leaves once it is", () => {
  const { run, a, b } = setting();
  a.dial("b").write(Uint8Array.of(7));
  run(1_000);
  expect(b.heard).toEqual(["frame 7"]);
});

test("a cut loses what is under way, tells both ends, and refuses dials until it is healed", () => {
  const { run, network, a, b } = setting();
  const wire = a.dial("b");
  run(200);
  wire.write(Uint8Array.of(1));
  network.cut("a", "b");
  run(1_000);
  expect([a.heard, b.heard]).toEqual([["closed: connection lost"], ["closed: connection lost"]]);
  b.dial("a");
  run(1_000);
  expect(b.heard).toEqual(["closed: connection lost", "closed: connection refused"]);
  network.heal("a", "b");
  b.dial("a");
  run(1_000);
  expect(network.wires()).toEqual([["b", "a"]]);
});

test("silence loses what is under way and tells nobody, on this wire for good", () => {
  const { run, network, a, b } = setting();
  const wire = a.dial("b");
  run(200);
  wire.write(Uint8Array.of(1));
  network.silence("a", "b");
  run(1_000);
  network.heal("a", "b");
  wire.write(Uint8Array.of(2));
  run(1_000);
  expect([a.heard, b.heard, network.wires()]).toEqual([[], [], []]);
  wire.close();
  run(1_000);
  expect([a.heard, b.heard]).toEqual([["closed: "], []]);
});

test("a process that dies leaves behind what it wrote, and then the news; without power, nothing", () => {
  for (const told of [true, false]) {
    const { run, network, a, b } = setting();
    const wire = a.dial("b");
    run(200);
    wire.write(Uint8Array.of(1));
    network.kill("a", told);
    run(1_000);
    expect(a.heard).toEqual([]);
    expect(b.heard).toEqual(told ? ["frame 1", "closed: connection reset"] : []);
  }
});

test("who does not listen is not reached", () => {
  const { run, a } = setting();
  a.dial("nobody");
  run(1_000);
  expect(a.heard).toEqual(["closed: connection refused"]);
});
