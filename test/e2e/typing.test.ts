import { beforeAll, describe, expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh("all tests");
const bodyBytesMax = 1_048_576;

let a: TestPeer;
let b: TestPeer;

beforeAll(async () => {
  const mesh = await openMesh();
  b = await mesh.start("b", { id: "2" });
  a = await mesh.start("a", { id: "1", dials: [b] });
  await mesh.converged();
});

/** The peer lives, and everything that was typed before has been dealt with by now. */
async function expectAlive(): Promise<void> {
  const since = b.events.end;
  a.say(b.id, "alive");
  const { text } = await b.until({ event: "message" }, { since });
  expect(text, "nothing else was sent").toBe("alive");
}

describe("a line that cannot be sent gives an error that names what is wrong, and harms nothing", () => {
  test.each([
    ["neither id nor name", "hello", /unknown-peer/, /"hello"/],
    ["neither id nor name, several words", "hello to you all", /unknown-peer/, /"hello"/],
    ["a name in quotes that have no end", '"hello to you all', /bad-option/, /"Ali Reza"/],
    ["id 0", "0 hi", /bad-id/, /0/],
    ["a negative id", "-5 hi", /bad-id/, /-5/],
    ["an id that is not whole", "1.5 hi", /bad-id/, /1\.5/],
    ["an id in other notation", "0x2 hi", /bad-id/, /0x2/],
    ["an id above 2^63-1", "9223372036854775808 hi", /bad-id/, /9223372036854775808/],
    ["an id above 2^64", "18446744073709551618 hi", /bad-id/, /18446744073709551618/],
    ["an id of a thousand digits", `${"9".repeat(1000)} hi`, /bad-id/, /./],
    ["no text", "2", /bad-content/, /text|message|content/i],
    ["no text, but a space", "2 ", /bad-content/, /text|message|content/i],
    ["an unknown command", "/frobnicate 2 hi", /./, /frobnicate/],
    ["a misspelt command", "/peer", /./, /\/peer/],
    ["/connect without an address", "/connect", /bad-address|bad-option/, /host:port/i],
    ["/connect with half an address", "/connect 127.0.0.1", /bad-address/, /127\.0\.0\.1/],
    ["/explain without a number", "/explain", /./, /number/i],
    ["/explain with words", "/explain everything", /./, /everything/],
    ["/explain of what was never sent", "/explain 123456789", /unknown-number/, /123456789/],
    ["control characters", "\u0000\u0001\u001b[2J hi", /unknown-peer/, /./],
  ] as const)("%s", async (_, line, code, names) => {
    const since = a.events.end;
    a.type(line);
    const error = await a.until({ event: "error" }, { since });
    expect(error.code).toMatch(code);
    expect(error.message).toMatch(names);
    expect(error.message.length).toBeLessThan(2_000);
    await expectAlive();
  });

  test("text over the limit", async () => {
    const since = a.events.end;
    a.say(b.id, "x".repeat(bodyBytesMax + 1));
    const { code, message } = await a.until({ event: "error" }, { since });
    expect(code).toBe("too-large");
    expect(message).toMatch(/1[_,. ]?048[_,. ]?576|1 ?MiB/);
    await expectAlive();
  });

  test("text over the limit in bytes, though not in characters", async () => {
    const since = a.events.end;
    a.say(b.id, "ü".repeat(bodyBytesMax / 2 + 1));
    await a.until({ event: "error", code: "too-large" }, { since });
    await expectAlive();
  });

  test("a line without end is cut off, not collected for ever", async () => {
    const since = a.events.end;
    a.type(Buffer.alloc(8 * bodyBytesMax, "2"));
    await a.until({ event: "error" }, { since });
    await expectAlive();
  });
});

test("text of exactly the limit arrives whole", async () => {
  const text = "y".repeat(bodyBytesMax);
  a.say(b.id, text);
  const { text: arrived } = await b.until({ event: "message", text });
  expect(arrived).toHaveLength(bodyBytesMax);
});

test("bytes that are not UTF-8 do not hurt", async () => {
  const since = a.events.end;
  a.type(Buffer.from([0xff, 0xfe, 0x80, 0x20, 0xc3, 0x28]));
  await a.until({ event: "error" }, { since });
  await expectAlive();
});

test("empty lines are nothing", async () => {
  const since = a.events.end;
  for (const line of ["", "", "   "]) a.type(line);
  await expectAlive();
  expect(a.all({ event: "message" }, since)).toEqual([]);
});

test("a peer may write to itself", async () => {
  a.say(a.id, "note to self");
  await a.until({ event: "message", from: a.id, text: "note to self" });
  await a.until({ event: "status", to: a.id, status: "delivered" });
});

test("lines may end as other systems end them", async () => {
  a.type(`${b.id} from afar\r`);
  const { text } = await b.until({ event: "message", text: "from afar" });
  expect(text).toBe("from afar");
});

test.each([
  ["/peers", /"2"/],
  ["/help", /\/connect/],
  ["/explain 1", /delivered/],
] as const)("%s is answered, in JSON, and never sent", async (command, answer) => {
  const before = b.events.end;
  a.say(b.id, "number 1, at the latest");
  await b.until({ event: "message", text: "number 1, at the latest" }, { since: before });
  await a.until({ event: "status", to: b.id, number: "1", status: "delivered" });
  await expectAlive();
  await a.until({ event: "status", to: b.id, status: "delivered" }, { times: b.shown(a.id).length });
  // With --json stdout holds events only: what is for people goes to stderr.
  const trail = command === "/help" ? a.stderr : a.stdout;
  const since = trail.end;
  a.type(command);
  await trail.until(`an answer to ${command}`, (line) => answer.test(line), { since });
  await expectAlive();
  expect(a.violations).toEqual([]);
});
