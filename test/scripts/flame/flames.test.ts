import { expect, test } from "vitest";
import type { Call } from "../../../scripts/flame/call-tree.ts";
import { flamesOf } from "../../../scripts/flame/flames.ts";

function call(name: string, us: number, calls: readonly Call[] = []): Call {
  return { name, part: "core", us, calls: new Map(calls.map((one) => [one.name, one])) };
}

test("each call is as wide as its time, under the one that made it, and named where there is room", () => {
  const svg = flamesOf(call("all", 100, [call("half<of it>", 50), call("tiny", 0.01)]), "a & b");
  expect(svg).toContain("a &amp; b");
  expect(svg).toContain("<title>half&lt;of it&gt;: 50.0 %</title>");
  expect(svg).toMatch(/<rect x="10" y="46" width="1140"/);
  expect(svg).toMatch(/<rect x="10" y="63" width="570"/);
  expect(svg).not.toContain("tiny");
});

test("an empty profile is an empty picture", () => {
  expect(flamesOf(call("all", 0), "nothing")).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});
