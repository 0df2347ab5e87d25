import { expect, test } from "vitest";
import { barsOf } from "../../../scripts/bench/bars.ts";
import { result, row, section } from "./result.ts";

test("bars are as long as their medians, on a scale of their section", () => {
  const rows = [row("e3", [{ perSecond: 100 }]), row("nats", [{ perSecond: 50 }])];
  const widths = [...barsOf(result([section(rows)])).matchAll(/<rect x="190"[^>]* width="([\d.]+)"/g)].map((match) =>
    Number(match[1]),
  );
  expect(widths).toHaveLength(2);
  expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBe(2);
});

test("who was not measured has no bar", () => {
  const svg = barsOf(result([section([row("e3", [{ perSecond: 100 }]), row("gossipsub", [], { skipped: "no" })])]));
  expect(svg).toContain(">e3</text>");
  expect(svg).not.toContain("gossipsub");
});

test("what stands in a title cannot end it", () => {
  const svg = barsOf(result([{ title: "<a> & b", kind: "line", rows: [] }]));
  expect(svg).toContain("&lt;a&gt; &amp; b");
});
