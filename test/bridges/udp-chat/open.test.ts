import { describe, expect, test } from "vitest";
import { firstOf, idOf, Rig } from "./rig.ts";

describe("signing up and in", () => {
  test("the first of all is told so", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 8_886);
    expect(ali.heard).toEqual(["signup?8886|first"]);
    await ali.signIn("ali", "secret");
    await rig.run(100);
    expect(ali.heard.slice(1)).toEqual(["signin?8886|first"]);
  });

  test("who comes when the others are silent is the first, too, for nobody would fetch it", async () => {
    const rig = await Rig.open();
    await rig.node("ali", 8_886);
    await rig.run(11_500);
    const ayse = await rig.node("ayse", 7_493);
    expect(ayse.heard[0]).toBe("signup?7493|first");
  });

  test("who comes to a mesh is told of its peers, the sender last, and announces itself to the front of each", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    await rig.peer("ayse", 9_101);
    const ali = await rig.node("ali", 7_493);
    expect(ali.heard[0]).toBe("signup?7493");
    expect(ali.heard[1]).toMatch(/^connect\?9101\|127\.0\.0\.1:\d+\|4403\|127\.0\.0\.1:\d+$/);
    expect([...ali.nodes.keys()].toSorted()).toEqual(["4403", "9101"]);
    expect(ali.failed).toEqual([]);
  });
});

describe("between a node and the mesh", () => {
  test("private messages go both ways, with clocks that the node reads", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 7_493);
    await ali.message("4403", "selam");
    await rig.run(200);
    expect(await rig.mesh.until(firstOf(veli))).toBe(`${idOf(7_493)}: selam`);
    veli.send(idOf(7_493), "aleyküm selam");
    await rig.run(200);
    expect(ali.heard.at(-1)).toBe("message?aleyküm selam|4403|{'7493': 1, '4403': 2}");
    expect(ali.shown).toEqual(["4403: aleyküm selam"]);
    expect(ali.failed).toEqual([]);
  });
});
