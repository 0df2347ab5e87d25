import { expect, test } from "vitest";
import { openBridge, parseWire, wireNames } from "../../src/bridges/open.ts";
import { bridgeRig } from "./rig.ts";

test("a wire is known by its name, and what is near one is told", () => {
  expect(wireNames.map(parseWire)).toEqual(wireNames);
  expect(() => parseWire("gosip")).toThrow('unknown wire "gosip"; did you mean gossip?');
  expect(() => parseWire("smtp")).toThrow("it is one of cs2, udp-chat, registry-chat, gossip, line");
});

test.each(wireNames)(
  "%s refuses a setting that it does not know, by name, but for those of the original's own file",
  async (wire) => {
    const rig = await bridgeRig();
    const settings = { listen: "127.0.0.1:0", nonsense: "1" };
    const opening = openBridge({ wire, settings }, rig.world);
    if (wire === "gossip") await rig.until((await opening).close());
    else await expect(opening).rejects.toMatchObject({ code: "bad-option" });
  },
);
