import { describe, expect, test } from "vitest";
import { createLog, type LogLevel } from "../../../src/adapters/node/log.ts";
import { logContract } from "../../contract/log.ts";

/** A log and the lines it wrote. */
async function capture(pretty: boolean, level: LogLevel = "debug") {
  const lines: string[] = [];
  const log = await createLog({ level, pretty, destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

const hostile = "\u001b[2J\u001b]0;owned\u0007\r\n[12:00:00] ERROR: forged \u009b31m\u202e\u2028 %s %d";

/** Anything a terminal acts on, except the line feed that ends the line. */
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe.each([
  { form: "JSON", pretty: false },
  { form: "pretty", pretty: true },
])("the log in its $form form", ({ form, pretty }) => {
  logContract(`the ${form} log`, async () => (await capture(pretty)).log);

  test("writes one line for each call, before the call returns", async () => {
    const { log, lines } = await capture(pretty);
    log.info("one", { err: new Error("two\nlines") });
    expect(lines).toHaveLength(1);
    log.error("two\nlines");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line.indexOf("\n")).toBe(line.length - 1);
  });

  test("lets nothing through that a terminal acts on, from messages, fields, names and errors", async () => {
    const { log, lines } = await capture(pretty);
    const cause = new Error(hostile);
    log.warn(hostile, { text: hostile, [hostile]: 1, nested: { list: [hostile] }, err: new Error(hostile, { cause }) });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(unsafe);
    expect(lines[0]?.indexOf("\n")).toBe((lines[0]?.length ?? 0) - 1);
    expect(lines[0]).toContain("forged");
  });

  test.each([
    ["debug", 4],
    ["info", 3],
    ["warn", 2],
    ["error", 1],
    ["fatal", 0],
    ["silent", 0],
  ] as const)("at level %s writes %d of four calls", async (level, count) => {
    const { log, lines } = await capture(pretty, level);
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
    expect(lines).toHaveLength(count);
  });
});

test("JSON lines carry level, time, message and plain fields", async () => {
  const { log, lines } = await capture(false);
  log.info("hello %s", { id: 2n ** 63n, key: new Uint8Array(32), level: "forged", err: new RangeError("no") });
  expect(lines[0]).toMatch(/"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
  const fields: unknown = JSON.parse(lines[0] ?? "");
  expect(fields).toMatchObject({
    level: "info",
    msg: "hello %s",
    id: "9223372036854775808",
    key: "32 bytes",
    level_: "forged",
    err: { type: "RangeError", message: "no" },
  });
});

test("pretty lines show date, time, level, message and fields", async () => {
  const { log, lines } = await capture(true);
  log.warn("link lost", { peer: 7n });
  expect(lines[0]).toMatch(/^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\] WARN: link lost \{"peer":"7"\}\n$/);
});
