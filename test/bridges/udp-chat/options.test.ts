import { expect, test } from "vitest";
import { udpChatOptions } from "../../../src/bridges/udp-chat/options.ts";

test("without settings it is where the programs look for it", () => {
  expect(udpChatOptions({})).toEqual({ listen: "127.0.0.1:12345", quietMs: 12_000, silenceMs: 30_000 });
});

test("settings are taken, times in seconds", () => {
  const settings = { listen: "localhost:0", quiet: "2.5", silence: "90" };
  expect(udpChatOptions(settings)).toEqual({ listen: "localhost:0", quietMs: 2_500, silenceMs: 90_000 });
});

test.each([
  [{ listen: "nowhere" }, "bad-address"],
  [{ quiet: "0.5" }, "bad-option"],
  [{ quiet: "601" }, "bad-option"],
  [{ quiet: "soon" }, "bad-option"],
  [{ quiet: "20", silence: "19" }, "bad-option"],
  [{ silence: "3601" }, "bad-option"],
  [{ volume: "11" }, "bad-option"],
])("%j is refused", (settings, code) => {
  expect(() => udpChatOptions(settings)).toThrow(expect.objectContaining({ code }));
});
