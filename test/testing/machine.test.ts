import { expect, test } from "vitest";
import { silentLog } from "../../src/adapters/memory/log.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import type { Peer } from "../../src/peer/types.ts";
import { Agenda } from "../../src/testing/agenda.ts";
import { Machine } from "../../src/testing/machine.ts";
import { Network } from "../../src/testing/network.ts";
import { Random } from "../../src/testing/random.ts";
import { usePassing } from "./passing.ts";

const passing = usePassing();

function machine(agenda: Agenda): Machine {
  const network = new Network({ agenda, random: new Random(1), delayMs: [1, 3] });
  return new Machine({
    ...{ number: 1, address: "127.0.0.1:1", agenda, network, random: new Random(2), writeMs: [1, 5] },
    ...{ limits: defaultLimits, log: silentLog },
  });
}

const options = { listen: "127.0.0.1:1", desiredId: 5n };

test("a machine is up from its start until its peer has closed", async () => {
  const own = machine(passing(new Agenda(0)));
  expect(own.isUp).toBe(false);
  const peer = await own.start(options);
  expect([own.isUp, peer.id]).toEqual([true, 5n]);
  await peer.close();
  expect(own.isUp).toBe(false);
});

test("what was accepted before a crash is there after the next start, under the same key", async () => {
  const own = machine(passing(new Agenda(0)));
  const first: Peer = await own.start(options);
  const { accepted, number } = first.send(9n, "for later");
  await accepted;
  own.crash(true);
  expect(own.isUp).toBe(false);
  const next = await own.start({ listen: "127.0.0.1:1" });
  expect([next.id, next.explain(number)[0]?.to]).toEqual([5n, 9n]);
});

test("crashing, pausing and resuming a machine that is down does nothing", () => {
  const own = machine(new Agenda(0));
  own.crash(true);
  own.pause();
  own.resume();
  expect(own.isUp).toBe(false);
});
