import { expect, test } from "vitest";
import { absentSentence } from "../../src/cli/absent-sentence.ts";

test("since when is said only where it is known", () => {
  expect(absentSentence(undefined)).toBe("absent");
  expect(absentSentence(new Date("2026-03-04T05:06:07Z"))).toBe("absent since 05:06 UTC on 2026-03-04");
  expect(absentSentence(new Date("2026-03-04T05:06:07Z"), "offline")).toBe("offline since 05:06 UTC on 2026-03-04");
});
