import { expect, test } from "vitest";
import type { RawOptions } from "../../src/cli/arguments.ts";
import { chatOptions } from "../../src/cli/options.ts";

const noFlags: RawOptions["flags"] = {
  ...{
    json: false,
    "no-custody": false,
    "no-history": false,
    "no-read-receipts": false,
    leaf: false,
    "sign-up": false,
    insecure: false,
  },
};

function judge(words: readonly string[], texts: RawOptions["texts"] = {}, flags: Partial<RawOptions["flags"]> = {}) {
  return chatOptions({ words, texts, flags: { ...noFlags, ...flags } });
}

test("a bare address is enough", () => {
  expect(judge(["127.0.0.1:8081"])).toEqual({
    peer: { listen: "127.0.0.1:8081", peers: [], custody: true, leaf: false, insecure: false },
    json: false,
    logLevel: "warn",
  });
});

test("everything given reaches the peer", () => {
  const texts = {
    "desired-id": "9223372036854775807",
    name: "Ada",
    state: "here",
    store: "lmdb",
    "log-level": "debug",
  };
  const options = judge(["localhost:0", "b:2", "c:3"], texts, {
    json: true,
    "no-custody": true,
    leaf: false,
    insecure: true,
  });
  expect(options).toEqual({
    peer: {
      listen: "localhost:0",
      peers: ["b:2", "c:3"],
      desiredId: 9223372036854775807n,
      name: "Ada",
      state: "here",
      store: "lmdb",
      custody: false,
      leaf: false,
      insecure: true,
    },
    json: true,
    logLevel: "debug",
  });
});

test("a peer listed twice, however it is written, is one peer", () => {
  expect(judge(["127.0.0.1:8081", "host:8082", "HOST:08082", "host:8083"]).peer.peers).toEqual([
    "host:8082",
    "host:8083",
  ]);
});

test.each([
  [["127.0.0.1:8081", "127.0.0.1:8081"]],
  [["127.0.0.1:8081", "b:2", "localhost:8081"]],
  [["localhost:8081", "127.0.0.1:8081"]],
  [["0.0.0.0:8081", "127.0.0.1:8081"]],
  [["0.0.0.0:8081", "0.0.0.0:8081"]],
  [["[::]:8081", "[::1]:8081"]],
])("%j names the peer's own address", (words) => {
  expect(() => judge(words)).toThrow(
    expect.objectContaining({
      code: "bad-option",
      message: expect.stringContaining(`${words.at(-1)} is this peer's own`) as string,
    }),
  );
});

test.each([
  [["127.0.0.1:8081", "127.0.0.1:8082"]],
  [["127.0.0.1:8081", "10.0.0.1:8081"]],
  [["127.0.0.1:8081", "127.0.0.2:8081"]],
  [["127.0.0.1:8081", "0.0.0.0.example:8081"]],
  [["0.0.0.0:8081", "10.0.0.1:8081"]],
  [["127.0.0.1:0", "127.0.0.1:8081"]],
])("%j are two different peers", (words) => {
  expect(judge(words).peer.peers).toEqual(words.slice(1));
});

test.each([
  [["127.0.0.1"], {}, "bad-address", "port"],
  [["127.0.0.1:8081", "127.0.0.1:0"], {}, "bad-address", "port"],
  [["127.0.0.1:8081", "127.0.0.1:65536"], {}, "bad-address", "port"],
  [["127.0.0.1:8081", "-5"], {}, "bad-address", '"-5"'],
  [["a:1"], { "desired-id": "0" }, "bad-id", "zero"],
  [["a:1"], { "desired-id": "-5" }, "bad-id", "negative"],
  [["a:1"], { "desired-id": "five" }, "bad-id", "not a number"],
  [["a:1"], { "desired-id": "9223372036854775808" }, "bad-id", "above"],
  [["a:1"], { "desired-id": "" }, "bad-option", "--desired-id needs a value"],
  [["a:1"], { state: "" }, "bad-option", "--state needs a value"],
  [["a:1"], { state: "x", store: "memory" }, "bad-option", "contradict"],
  [["a:1"], { store: "lmbd" }, "bad-option", "did you mean lmdb?"],
  [["a:1"], { store: "redis" }, "bad-option", "it is one of lmdb, memory"],
  [["a:1"], { "log-level": "wran" }, "bad-option", "did you mean warn?"],
  [["a:1"], { "log-level": "loud" }, "bad-option", "trace, debug, info, warn, error, silent"],
  [["a:1"], { name: "ä".repeat(129) }, "bad-option", "258 bytes of UTF-8; the most is 256"],
  [["a:1"], { name: "a\u001b[2J" }, "bad-option", "--name has control characters"],
  [["a:1"], { name: "a\u202eb" }, "bad-option", "do not show"],
  [["a:1"], { name: "77" }, "bad-option", "taken for an id"],
  [["a:1"], { name: "" }, "bad-option", "--name is empty"],
  [["a:1", ...Array.from({ length: 1_025 }, (_, port) => `b:${port + 1}`)], {}, "bad-option", "at most 1024"],
])("%.30j with %j is refused with %s, saying %j", (words, texts, code, part) => {
  expect(() => judge(words, texts)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(part) as string }),
  );
});

test("a leaf keeps no mail, and needs one to three peers", () => {
  const flags = { ...noFlags, leaf: true };
  expect(judge(["a:1", "b:2"], {}, flags).peer).toMatchObject({ leaf: true, custody: false, peers: ["b:2"] });
  expect(() => judge(["a:1"], {}, flags)).toThrow(
    "--leaf needs peers to attach to; give a leaf the addresses of 1 to 3",
  );
  expect(() => judge(["a:1", "b:2", "b:3", "b:4", "b:5"], {}, flags)).toThrow("4 peers are listed; give a leaf");
});

test.each(["/x", "*", "everyone"])("the name %j would mean something else, and is refused", (name) => {
  expect(() => judge(["127.0.0.1:8081"], { name })).toThrow(/^--name .*mean/);
});
