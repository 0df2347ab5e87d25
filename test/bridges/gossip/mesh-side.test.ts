import { expect, test } from "vitest";
import { isAnnouncement, MeshSide, reopenMs } from "../../../src/bridges/gossip/mesh-side.ts";
import type { Peer } from "../../../src/peer/types.ts";
import { bridgeRig, type BridgeRig } from "../rig.ts";

const contentType = "application/vnd.e3.announcement";
const announcement = { ttl: 3, type: 5, data: Uint8Array.of(7) };

interface Scene {
  readonly rig: BridgeRig;
  readonly guest: Peer;
  readonly reopen: () => Promise<Peer>;
  readonly side: MeshSide;
  readonly heard: unknown[];
}

async function scene(): Promise<Scene> {
  const rig = await bridgeRig();
  const reopen = (): Promise<Peer> => rig.guests.open({ key: "a", name: "a", at: "here", accepts: isAnnouncement });
  const guest = await reopen();
  const heard: unknown[] = [];
  const side = new MeshSide({
    ...{ guest, reopen, keepMs: 1000, log: rig.world.log, deadlines: rig.world.deadlines },
    onAnnouncement: (announced) => Promise.resolve(void heard.push(announced)),
  });
  return { rig, guest, reopen, side, heard };
}

test("an announcement reaches everybody as a content of its own type", async () => {
  const { rig, side } = await scene();
  await rig.until(side.send({ announcement, by: "module" }));
  const next = await rig.until(rig.host.messages().next());
  expect(next.value).toMatchObject({
    conversation: "everyone",
    data: { contentType, data: Uint8Array.of(3, 0, 0, 5, 7) },
  });
});

test("what others announce is heard once, and their talk is not", async () => {
  const { rig, heard } = await scene();
  rig.host.send("everyone", "hello all");
  rig.host.send("everyone", { contentType: "text/css", data: Uint8Array.of(1) });
  rig.host.send("everyone", { contentType, data: Uint8Array.of(2) });
  rig.host.send("everyone", { contentType, data: Uint8Array.of(3, 1, 0, 5, 7) });
  await rig.run(5000);
  expect(heard).toEqual([{ announcement, by: "peers" }]);
});

test("text for the bridge itself is refused at its sender", async () => {
  const { rig, guest } = await scene();
  const { settled } = rig.host.send(guest.id, "hello you");
  expect(await rig.until(settled)).toMatchObject({ status: "refused" });
});

test("what comes while the bridge is closed is heard when it is back", async () => {
  const { rig, side, reopen } = await scene();
  side.close();
  await rig.until(rig.guests.close("a"));
  rig.host.send("everyone", { contentType, data: Uint8Array.of(3, 0, 0, 5, 7) });
  const guest = await reopen();
  const heard: unknown[] = [];
  const onAnnouncement = (announced: unknown): Promise<void> => Promise.resolve(void heard.push(announced));
  const { log, deadlines } = rig.world;
  const again = new MeshSide({ guest, reopen, keepMs: 1000, log, deadlines, onAnnouncement });
  await rig.run(5000);
  expect(heard).toEqual([{ announcement, by: "module" }]);
  again.close();
});

test("a guest that ends by itself is an error, and is opened again; one that is closed is none", async () => {
  const { rig, guest, side } = await scene();
  await rig.until(guest.close());
  await rig.run(1000);
  expect(rig.logged.filter(([level]) => level === "error")).toHaveLength(1);
  await rig.run(reopenMs + 5000);
  expect(rig.guests.get("a")).not.toBe(guest);
  await rig.until(side.send({ announcement, by: "module" }));
  expect(await rig.until(rig.host.messages().next())).toMatchObject({ value: { data: { contentType } } });
  const other = await scene();
  other.side.close();
  await other.rig.until(other.rig.guests.close("a"));
  await other.rig.until(other.side.send({ announcement, by: "module" }));
  await other.rig.run(1000);
  expect(other.rig.logged.filter(([level]) => level === "error" || level === "warn")).toEqual([]);
});
