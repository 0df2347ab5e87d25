import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTestMesh } from "../../src/testing/mesh.ts";

test("an order placed while the warehouse is down is picked once, after its restart", async () => {
  const mesh = createTestMesh({ seed: 7 });
  const shop = await mesh.start("shop", { desiredId: 1n });
  await mesh.start("road", { peers: ["shop"] });
  await mesh.start("warehouse", { desiredId: 3n, peers: ["road"] });
  await mesh.run(1_000); // they learn of each other

  mesh.crash("warehouse"); // as kill -9
  const order = shop.send(3n, "order 17");
  await mesh.until(order.accepted);
  mesh.cut("shop", "road"); // and the shop loses its only link
  await mesh.run(3_600_000); // an hour, in a moment

  mesh.heal("shop", "road");
  const warehouse = await mesh.start("warehouse", { desiredId: 3n, peers: ["road"] });
  expect((await mesh.until(order.settled)).status).toBe("delivered");

  const picked: string[] = [];
  const picking = async (): Promise<void> => {
    for await (const { text } of warehouse.messages()) picked.push(text);
  };
  void picking();
  await mesh.run(60_000); // long enough for anything that would come twice
  expect(picked).toEqual(["order 17"]);
});

test("the example in docs/testing.md is the one above", () => {
  const page = readFileSync(new URL("../../docs/testing.md", import.meta.url), "utf8");
  const [, shown = ""] = /```ts\n([^]*?)```/.exec(page) ?? [];
  const own = readFileSync(new URL(import.meta.url), "utf8");
  const body = (text: string): string => text.slice(text.indexOf("test(")).trim();
  expect(shown).toContain('from "e3-mesh/testing"');
  expect(body(own).slice(0, body(shown).length)).toBe(body(shown));
  expect(body(shown).length).toBeGreaterThan(500);
});
