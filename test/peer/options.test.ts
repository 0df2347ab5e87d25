import { describe, expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { checkOptions, checkTtl } from "../../src/peer/options.ts";
import type { PeerOptions } from "../../src/peer/peer-options.ts";

const listen = "127.0.0.1:8081";

function check(options: object): unknown {
  return checkOptions(options as PeerOptions, defaultLimits);
}

/** What is said of options, and that it is an error of ours. */
function failure(options: object): string {
  try {
    check(options);
  } catch (error) {
    expect(error).toBeInstanceOf(E3Error);
    return error instanceof E3Error ? `${error.code}: ${error.message}` : "";
  }
  return "none";
}

test("only listen is needed; all else has a default", () => {
  const plain = { listen, peers: [], desiredId: 0n, name: "", custody: true, leaf: false, history: true };
  const rest = { readReceipts: true, via: "", upkeep: undefined };
  expect(check({ listen })).toEqual({ ...plain, ...rest });
});

test("what is given is kept, in normal form, each address once", () => {
  const peers = ["LOCALHOST:8082", "localhost:8082", "[::0001]:8083"];
  const given = { peers, desiredId: 5n, name: "anna 👋", custody: false, state: "anna", store: "lmdb" };
  expect(check({ listen: "[0::1]:0", ...given })).toEqual({
    listen: "[::1]:0",
    peers: ["localhost:8082", "[::1]:8083"],
    desiredId: 5n,
    name: "anna 👋",
    custody: false,
    leaf: false,
    history: true,
    readReceipts: true,
    via: "",
    upkeep: undefined,
  });
});

test("a leaf keeps no mail, and has one to three peers to attach to", () => {
  const peers = ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3"];
  expect(check({ listen, leaf: true, peers })).toMatchObject({ leaf: true, custody: false, peers });
  const four = [...peers, "127.0.0.1:4"];
  expect(failure({ listen, leaf: true })).toMatch(/^bad-option: no peer .*1 to 3 peers$/);
  expect(failure({ listen, leaf: true, peers: four })).toMatch(/^bad-option: 4 peers are listed; .*1 to 3 peers$/);
  expect(failure({ listen, leaf: true, peers, custody: true })).toMatch(/^bad-option: a leaf keeps no mail for others/);
  expect(failure({ listen, leaf: "yes", peers })).toMatch(/^bad-option: the option leaf must be true or false/);
});

test("options left out on purpose are left out", () => {
  const left = { peers: undefined, desiredId: undefined, name: undefined, state: undefined, store: undefined };
  expect(check({ listen, ...left, custody: undefined, insecure: undefined })).toEqual(check({ listen }));
});

test("listening off loopback must be meant", () => {
  expect(failure({ listen: "0.0.0.0:8081" })).toBe(
    "not-loopback: 0.0.0.0:8081 can be reached from other machines, and what peers say is not encrypted; " +
      "listen on 127.0.0.1, or allow it with the option insecure (--insecure)",
  );
  expect(failure({ listen: "host.example:8081" })).toMatch(/^not-loopback: /);
  expect(failure({ listen: "0.0.0.0:8081", insecure: true })).toBe("none");
});

describe("each of these is refused, with what would be right", () => {
  const list = Array.from({ length: 1_025 }, (_, index) => `127.0.0.1:${index + 1}`);
  test.each([
    ["no port to listen on", { listen: "127.0.0.1" }, /^bad-address: .*expected host:port/],
    ["an empty address", { listen: "" }, /^bad-address: .*is empty; expected/],
    ["no address at all", {}, /^bad-option: the option listen must be text, host:port, for example/],
    ["a port as a number", { listen: 8_081 }, /^bad-option: the option listen must be text/],
    ["a peer without a port", { listen, peers: ["127.0.0.1"] }, /^bad-address: .*has no port; expected/],
    ["port 0 of a peer", { listen, peers: ["127.0.0.1:0"] }, /^bad-address: .*from 1 to 65535/],
    ["one's own address", { listen, peers: [listen] }, /^bad-option: .*own address; list the addresses of other/],
    ["it by another name", { listen, peers: ["localhost:8081"] }, /^bad-option: localhost:8081 is this peer's own/],
    [
      "too many peers",
      { listen: "127.0.0.1:9999", peers: list },
      /^bad-option: 1025 peers are listed; the most is 1024/,
    ],
    ["a peer instead of a list", { listen, peers: "127.0.0.1:1" }, /^bad-option: the option peers must be a list/],
    ["a port in the list", { listen, peers: [8_082] }, /^bad-option: the option peers must be a list of addresses/],
    ["id 0", { listen, desiredId: 0n }, /^bad-id: the id is zero; an id is a whole number from 1 to/],
    ["a negative id", { listen, desiredId: -1n }, /^bad-id: the id is negative/],
    ["an id of 64 bits", { listen, desiredId: 2n ** 63n }, /^bad-id: the id is above the maximum/],
    ["an id as a number", { listen, desiredId: 5 }, /^bad-id: an id must be a bigint, not a number/],
    ["two homes", { listen, store: "memory", state: "x" }, /^bad-option: .*choose one of the two/],
    ["an unknown store", { listen, store: "lmbd" }, /^bad-option: the option store must be "lmdb" or "memory"/],
    ["an empty directory name", { listen, state: "" }, /^bad-option: the option state must be the path of a directory/],
    ["a long name", { listen, name: "ü".repeat(129) }, /^bad-option: the name has 258 bytes of UTF-8; the most is 256/],
    ["a name with a line feed", { listen, name: "a\nb" }, /^bad-option: the name has control characters; leave them/],
    ["an empty name", { listen, name: "" }, /^bad-option: the name is empty; leave it out/],
    ["a name that turns text round", { listen, name: "a\u202eb" }, /^bad-option: the name has characters that do not/],
    ["a name like an id", { listen, name: "77" }, /^bad-option: the name is a number, which would be taken for an id/],
    ["half a character", { listen, name: "\ud83d" }, /^bad-option: the name is not Unicode/],
    ["a name that is no text", { listen, name: 5 }, /^bad-option: the option name must be text/],
    ["custody in words", { listen, custody: "no" }, /^bad-option: the option custody must be true or false/],
    ["insecure as a number", { listen, insecure: 1 }, /^bad-option: the option insecure must be true or false/],
  ])("%s", (_, options, expected) => {
    expect(failure(options)).toMatch(expected);
  });
});

test("a name of exactly 256 bytes, and as many peers as may be dialled, pass", () => {
  const peers = Array.from({ length: 1_024 }, (_, index) => `127.0.0.1:${index + 1}`);
  expect(failure({ listen, peers: [...peers, "127.0.0.1:1"], name: "ü".repeat(128) })).toBe("none");
});

test("a time to live is a whole number of milliseconds up to seven days", () => {
  const weekMs = 7 * 24 * 3_600_000;
  expect(checkTtl(1, defaultLimits)).toBe(1);
  expect(checkTtl(weekMs, defaultLimits)).toBe(weekMs);
  for (const ttlMs of [0, -1, 1.5, weekMs + 1, Number.NaN, Infinity]) {
    expect(() => checkTtl(ttlMs, defaultLimits)).toThrow(
      `a time to live of ${ttlMs} ms is out of range; give whole milliseconds from 1 to ${weekMs}`,
    );
  }
});

test("a peer keeps links by itself when it is told how many, or whom to ask", () => {
  const bootstrap = ["LOCALHOST:8082", "localhost:8082"];
  expect(check({ listen, degree: { min: 2, max: 4 }, bootstrap })).toMatchObject({
    upkeep: { degree: { min: 2, max: 4 }, bootstrap: ["localhost:8082"] },
  });
  expect(check({ listen, bootstrap })).toMatchObject({ upkeep: { degree: { min: 1 }, bootstrap: ["localhost:8082"] } });
  expect(check({ listen, bootstrap: [] })).toMatchObject({ upkeep: undefined });
});

test("a bootstrap list that all peers share may name each of them", () => {
  const bootstrap = [listen, "localhost:8081", "127.0.0.1:8082"];
  expect(check({ listen, bootstrap })).toMatchObject({ upkeep: { bootstrap: ["127.0.0.1:8082"] } });
});

test.each([
  [{ min: 0, max: 2 }],
  [{ min: 3, max: 2 }],
  [{ min: 1.5, max: 2 }],
  [{ min: 1, max: 1_025 }],
  [{ min: 1, max: Infinity }],
  [{ min: Number.NaN, max: 2 }],
  [{ min: "1", max: "2" }],
  [{ min: 1 }],
  [5],
  [null],
])("%j is no range of links", (degree) => {
  expect(failure({ listen, degree })).toMatch(/^bad-option: (a degree from .* is no range of links|the option degree)/);
});

test("bootstrap addresses are addresses, and not too many", () => {
  expect(failure({ listen, bootstrap: "127.0.0.1:8082" })).toContain("the option bootstrap must be a list");
  expect(failure({ listen, bootstrap: ["8082"] })).toMatch(/^bad-address/);
  const many = Array.from({ length: 1_025 }, (_, index) => `127.0.0.1:${index + 1}`);
  expect(failure({ listen, bootstrap: many })).toMatch(/^bad-option: 1025 bootstrap addresses/);
});

test("a leaf has the links that it lists, and no others", () => {
  const leaf = { listen, leaf: true, peers: ["127.0.0.1:1"] };
  expect(failure({ ...leaf, degree: { min: 1, max: 2 } })).toMatch(/^bad-option: a leaf/);
  expect(failure({ ...leaf, bootstrap: ["127.0.0.1:2"] })).toMatch(/^bad-option: a leaf/);
  expect(check({ ...leaf, bootstrap: [] })).toMatchObject({ leaf: true });
});
