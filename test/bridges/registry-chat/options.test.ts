import { expect, test } from "vitest";
import { registryChatOptions } from "../../../src/bridges/registry-chat/options.ts";

test("without settings it is where programs look for it", () => {
  expect(registryChatOptions({})).toEqual({ listen: "127.0.0.1:6234", udp: "127.0.0.1:6235", presenceMs: 200_000 });
});

test("the datagrams go to the next port unless said otherwise", () => {
  expect(registryChatOptions({ listen: "localhost:7000" }).udp).toBe("localhost:7001");
  expect(registryChatOptions({ listen: "127.0.0.1:0" }).udp).toBe("127.0.0.1:0");
  expect(registryChatOptions({ listen: "127.0.0.1:7000", udp: "127.0.0.1:9000", "presence-ms": "20000" })).toEqual({
    listen: "127.0.0.1:7000",
    udp: "127.0.0.1:9000",
    presenceMs: 20_000,
  });
});

test.each([
  [
    { "presence-ms": "999" },
    "bad-option",
    'presence-ms "999" is out of range; give whole milliseconds from 1000 to 86400000',
  ],
  [
    { "presence-ms": "20s" },
    "bad-option",
    'presence-ms "20s" is out of range; give whole milliseconds from 1000 to 86400000',
  ],
  [{ presence: "20" }, "bad-option", 'registry-chat has no setting "presence"; it has listen, udp and presence-ms'],
])("%j makes no sense", (settings, code, message) => {
  expect(() => registryChatOptions(settings)).toThrow(expect.objectContaining({ code, message }));
});

test.each([{ listen: "nowhere" }, { listen: "127.0.0.1:65535" }, { udp: "x" }])("%j is no address", (settings) => {
  expect(() => registryChatOptions(settings)).toThrow(expect.objectContaining({ code: "bad-address" }));
});
