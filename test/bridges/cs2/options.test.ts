import { expect, test } from "vitest";
import { cs2Options } from "../../../src/bridges/cs2/options.ts";

test("it listens where its programs look for it unless told otherwise, gives them half a minute for a frame, and lets them be silent", () => {
  expect(cs2Options({})).toEqual({ listen: "127.0.0.1:8080", frameMs: 30_000, silenceMs: 0 });
  expect(cs2Options({ listen: "LOCALHOST:80" })).toMatchObject({ listen: "localhost:80" });
});

test("what it does not know is refused by name", () => {
  expect(() => cs2Options({ listen: "127.0.0.1:80", port: "81" })).toThrow(/unknown setting "port"/);
  expect(() => cs2Options({ listen: "nowhere" })).toThrow(/has no port/);
});

test("times are whole milliseconds in their ranges", () => {
  expect(cs2Options({ "frame-ms": "1000", "silence-ms": "86400000" })).toMatchObject({
    frameMs: 1_000,
    silenceMs: 86_400_000,
  });
  expect(cs2Options({ "frame-ms": "3600000", "silence-ms": "0" })).toMatchObject({ frameMs: 3_600_000, silenceMs: 0 });
  for (const text of ["999", "0", "", "3600001", "5s", "-1000", "1e4"])
    expect(() => cs2Options({ "frame-ms": text })).toThrow(
      `cs2: frame-ms "${text}" is out of range; give whole milliseconds from 1000 to 3600000`,
    );
  for (const text of ["999", "86400001", "00", ""])
    expect(() => cs2Options({ "silence-ms": text })).toThrow(
      `cs2: silence-ms "${text}" is out of range; give 0 for any time, or whole milliseconds from 1000 to 86400000`,
    );
});
