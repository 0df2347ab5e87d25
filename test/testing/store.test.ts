import { expect, test } from "vitest";
import { Agenda } from "../../src/testing/agenda.ts";
import { Disk } from "../../src/testing/disk.ts";
import { Gate } from "../../src/testing/gate.ts";
import { Random } from "../../src/testing/random.ts";
import { diskStore } from "../../src/testing/store.ts";
import { storeContract } from "../contract/store.ts";

// An agenda that goes on by itself, an act in each turn: a commit of the contract waits for nobody.
function running(): Agenda {
  const agenda = new Agenda(0);
  const at = agenda.at.bind(agenda);
  agenda.at = (atMs, act) => {
    queueMicrotask(() => void agenda.step(Infinity));
    return at(atMs, act);
  };
  return agenda;
}

function disk(agenda: Agenda): Disk {
  return new Disk({ agenda, random: new Random(1), writeMs: [1, 5] });
}

storeContract("the store on a simulated disk", async () => {
  const agenda = running();
  return diskStore(disk(agenda), new Gate(agenda, () => {}));
});

test("a commit of a process that is over is never answered, and what was durable is there for the next", async () => {
  const agenda = new Agenda(0);
  const shared = disk(agenda);
  const gate = new Gate(agenda, () => {});
  const store = diskStore(shared, gate);
  const answers: string[] = [];
  const note = (name: string): void => void answers.push(name);
  void store.commit([{ table: "meta", key: "a", value: Uint8Array.of(1) }]).then(() => note("a"));
  while (agenda.step(100));
  await Promise.resolve();
  void store.commit([{ table: "meta", key: "b", value: Uint8Array.of(1) }]).then(() => note("b"));
  gate.end();
  shared.crash();
  while (agenda.step(200));
  const next = diskStore(shared, new Gate(agenda, () => {}));
  expect((await next.read("meta", undefined, 10)).map(({ key }) => key)).toContain("a");
  expect(answers).toEqual(["a"]);
});

test("damaged records are told of, and not read", async () => {
  const agenda = running();
  const shared = disk(agenda);
  const store = diskStore(shared, new Gate(agenda, () => {}));
  await store.commit([{ table: "inbox", key: "a", value: Uint8Array.of(1) }]);
  shared.damage("inbox", "a");
  expect([await store.read("inbox", undefined, 10), store.damaged()]).toEqual([[], [{ table: "inbox", key: "a" }]]);
});
