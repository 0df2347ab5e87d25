import { expect, test } from "vitest";
import { RawLines, rawLinesMax, rawPeriodMs, rawTextMax } from "../../../src/bridges/line/raw-lines.ts";
import { bridgeRig } from "../rig.ts";

test("of a flood the first lines are shown, then how many more there were, and after that lines again", async () => {
  const rig = await bridgeRig();
  const raw = new RawLines(rig.world);
  const shown = () => rig.logged.filter(([level]) => level === "warn");
  for (let n = 0; n < rawLinesMax + 7; n += 1) raw.show("127.0.0.1:1", `junk ${n}`, "no line");
  expect(shown()).toHaveLength(rawLinesMax);
  await rig.run(rawPeriodMs + 1_000);
  expect(shown().at(-1)?.[2]).toMatchObject({ count: 7 });
  raw.show("127.0.0.1:1", "again", "no line");
  expect(shown().at(-1)?.[1]).toBe("[127.0.0.1:1] again");
});

test("a long one is shown in part, and says so", async () => {
  const rig = await bridgeRig();
  new RawLines(rig.world).show("127.0.0.1:1", "x".repeat(rawTextMax + 3), "no line");
  expect(rig.logged.at(-1)?.[1]).toBe(`[127.0.0.1:1] ${"x".repeat(rawTextMax)} (and 3 characters more)`);
});
