import { expect, test } from "vitest";
import { gossipOptions } from "../../../src/bridges/gossip/options.ts";

test("the settings of an original node are understood by their names", () => {
  const settings = {
    cache_size: "50",
    degree: "30",
    bootstrapper: "127.0.0.1:6000",
    p2p_address: "127.0.0.1:6001",
    api_address: "127.0.0.1:7001",
  };
  expect(gossipOptions(settings)).toEqual({
    listen: "127.0.0.1:7001",
    p2pAddress: "127.0.0.1:6001",
    bootstrapper: "127.0.0.1:6000",
    cacheSize: 50,
    degree: { min: 15, max: 30 },
    repeatMs: 60_000,
    pullMs: 30_000,
    pauseMs: 20,
    keepMs: 3_600_000,
    unknown: [],
  });
});

test("without any there is a bridge for modules alone", () => {
  const { listen, p2pAddress, bootstrapper, cacheSize } = gossipOptions({});
  expect([listen, p2pAddress, bootstrapper, cacheSize]).toEqual(["127.0.0.1:7001", undefined, undefined, 50]);
});

test("where to listen, when it is said by itself, goes before the API address of a file", () => {
  expect(gossipOptions({ listen: "127.0.0.1:0", api_address: "127.0.0.1:7001" }).listen).toBe("127.0.0.1:0");
});

test("degree is a range, or the most, of which half is dialled", () => {
  expect(gossipOptions({ degree: "2..4" }).degree).toEqual({ min: 2, max: 4 });
  expect(gossipOptions({ degree: "1" }).degree).toEqual({ min: 1, max: 1 });
  expect(gossipOptions({ degree: "5" }).degree).toEqual({ min: 3, max: 5 });
});

test("durations are told in seconds, but for the short one", () => {
  const settings = { repeat_seconds: "5", pull_seconds: "6", keep_seconds: "7", pause_ms: "0" };
  expect(gossipOptions(settings)).toMatchObject({ repeatMs: 5000, pullMs: 6000, keepMs: 7000, pauseMs: 0 });
});

test("localhost is told to others as a number", () => {
  const settings = { p2p_address: "localhost:6001", bootstrapper: "localhost:6000" };
  expect(gossipOptions(settings)).toMatchObject({ p2pAddress: "127.0.0.1:6001", bootstrapper: "127.0.0.1:6000" });
});

test("what means nothing is listed, and the key of an original node is not among it", () => {
  expect(gossipOptions({ hostkey: "/hostkey.pem", max_ttl: "3", degree: "3" }).unknown).toEqual(["max_ttl"]);
});

test.each([
  [{ cache_size: "0" }, 'cache_size "0" is not a whole number from 1 to 10000'],
  [{ cache_size: "10001" }, 'cache_size "10001" is not a whole number from 1 to 10000'],
  [{ cache_size: "many" }, 'cache_size "many" is not a whole number from 1 to 10000'],
  [{ pause_ms: "-1" }, 'pause_ms "-1" is not a whole number from 0 to 1000'],
  [{ degree: "0" }, 'degree "0" is no number of links; write a number from 1 to 1000, or two as in 2..4'],
  [{ degree: "4..2" }, 'degree "4..2" is no number of links; write a number from 1 to 1000, or two as in 2..4'],
  [{ degree: "1..1001" }, 'degree "1..1001" is no number of links; write a number from 1 to 1000, or two as in 2..4'],
  [
    { p2p_address: "[::1]:6001" },
    'p2p_address "[::1]:6001" cannot be told to anybody: original peers know IPv4 only; write it as 127.0.0.1:6001',
  ],
  [
    { bootstrapper: "127.0.0.1:6000" },
    "bootstrapper needs p2p_address: original peers are told where to answer; add it",
  ],
])("%j is refused", (settings, message) => {
  expect(() => gossipOptions(settings)).toThrow(message);
});
