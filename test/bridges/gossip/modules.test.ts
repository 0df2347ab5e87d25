import { expect, test } from "vitest";
import { Modules } from "../../../src/bridges/gossip/modules.ts";
import { bridgeRig, type BridgeRig } from "../rig.ts";
import { notification, notify, validation } from "./bytes.ts";

interface Scene {
  readonly rig: BridgeRig;
  readonly modules: Modules;
  readonly listen: string;
  readonly said: string[];
}

async function scene(): Promise<Scene> {
  const rig = await bridgeRig();
  const said: string[] = [];
  const { deadlines, log, limits, sockets } = rig.world;
  const modules = new Modules({
    ...{ deadlines, log, limits, pauseMs: 20 },
    onSaid: (module, message) => Promise.resolve(void said.push(`${module} ${message?.kind ?? "is gone"}`)),
  });
  const { address } = await sockets.listen("127.0.0.1:0", { ...limits, silenceMs: 0 }, (stream) => {
    void modules.accept(stream);
  });
  return { rig, modules, listen: address, said };
}

const announcement = { ttl: 3, type: 5, data: Buffer.from("hi") };

test("modules have numbers, by which they are told", async () => {
  const { rig, modules, listen, said } = await scene();
  const [first, second] = [await rig.dial(listen), await rig.dial(listen)];
  await second.write(notify(5));
  modules.tell({ module: 2, id: 0x0102, announcement });
  modules.tell({ module: 3, id: 7, announcement });
  await rig.run(1);
  expect([first.writes(), second.writes()]).toEqual([[], [notification(0x0102, 5, "hi")]]);
  expect(said).toEqual(["2 notify"]);
});

test("an answer makes room for the next notification at once", async () => {
  const { rig, modules, listen } = await scene();
  const program = await rig.dial(listen);
  for (const id of [1, 2]) modules.tell({ module: 1, id, announcement });
  await program.write(validation(1, false), 1);
  expect(program.writes()).toEqual([notification(1, 5, "hi"), notification(2, 5, "hi")]);
});

test("one that leaves is gone, and waited for by nobody", async () => {
  const { rig, modules, listen, said } = await scene();
  const program = await rig.dial(listen);
  for (const id of [1, 2, 3]) modules.tell({ module: 1, id, announcement });
  const room = modules.fewerThan(1, 1);
  program.stream.end();
  await rig.until(room);
  await rig.run(1);
  expect(said).toEqual(["1 is gone"]);
  await modules.fewerThan(1, 1);
});
