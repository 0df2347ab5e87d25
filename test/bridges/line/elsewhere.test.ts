import { expect, test } from "vitest";
import { openLineBridge } from "../../../src/bridges/line/open.ts";
import { lineOptions } from "../../../src/bridges/line/options.ts";
import { bridgeRig } from "../rig.ts";

async function line() {
  const rig = await bridgeRig();
  const heard: string[] = [];
  await rig.sockets.listen("127.0.0.1:8080", { ...rig.world.limits, silenceMs: 0 }, (stream) => {
    void (async () => {
      for await (const chunk of stream.chunks()) heard.push(Buffer.from(chunk).toString("utf8"));
    })();
  });
  await openLineBridge(rig.world, lineOptions({ listen: "127.0.0.1:1255", peers: "127.0.0.1:8080" }));
  await rig.run(5_000);
  return { rig, heard };
}

test("a program of another machine's bridge, at that machine's 127.0.0.1:1255, is heard", async () => {
  const { rig, heard } = await line();
  const theirs = await rig.mesh.start("theirs", { peers: ["host"], via: "line 127.0.0.1:1255" });
  await rig.run(5_000);
  const guest = rig.host.peers().find(({ via }) => via.startsWith("test 127.0.0.1:8080"));
  const sent = theirs.send(guest?.id ?? 0n, "for you alone");
  expect(await rig.until(sent.settled)).toMatchObject({ status: "delivered" });
  await rig.run(60_000);
  expect(heard.filter((text) => text.includes("for you alone"))).toHaveLength(1);
});
