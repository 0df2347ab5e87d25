import { expect, test } from "vitest";
import {
  connectedLine,
  errorLine,
  gapText,
  goneLine,
  listeningLine,
  messageText,
  notYetLine,
  outcomeLine,
} from "../../src/cli/menu-sentences.ts";
import { message, peerInfo } from "./fake-peer.ts";

const peer = { id: 2n, address: "127.0.0.1:9090" };

test("the port is said as the assignment says it", () => {
  expect(listeningLine("127.0.0.1:8080")).toBe("Server listening on port 8080");
  expect(listeningLine("[::1]:8080")).toBe("Server listening on port 8080");
});

test.each([
  [
    { id: 1n, name: "P1", addresses: ["10.103.45.60:8080"] },
    "hello , you there",
    "10.103.45.60:8080 P1 hello , you there",
  ],
  [{ id: 1n, name: "Team One", addresses: ["10.0.0.1:8080"] }, "hi", '10.0.0.1:8080 "Team One" hi'],
  [{ id: 1n, name: "", addresses: ["10.0.0.1:8080"] }, "hi", "10.0.0.1:8080 1 hi"],
  [{ id: 1n, name: "P1", addresses: [] }, "hi", "1 P1 hi"],
  [{ id: 1n, name: "", addresses: [] }, "hi", "1 - hi"],
  [
    { id: 1n, name: "P1", addresses: ["10.0.0.1:1"] },
    "a\n10.0.0.2:2 P2 b\u001b[2J",
    "10.0.0.1:1 P1 a\\n10.0.0.2:2 P2 b\\x1b[2J",
  ],
])("a message is one line of address, team and text: %#", (sender, text, expected) => {
  expect(messageText(message({ text }), peerInfo(sender))).toBe(expected);
});

test("what is not for this peer alone begins with whom it is for", () => {
  const shown = messageText(message({ conversation: "everyone", text: "hi" }), peerInfo({ name: "P1" }));
  expect(shown).toBe("(to everyone) 127.0.0.1:8082 P1 hi");
});

test("data is named, not shown", () => {
  const data = { contentType: "image/png", data: new Uint8Array(5) };
  expect(messageText(message({ text: "", data }), peerInfo({ name: "P1" }))).toBe(
    "127.0.0.1:8082 P1 (5 bytes of image/png)",
  );
});

test("a gap is told before the message after it", () => {
  expect(gapText(message())).toBeUndefined();
  expect(gapText(message({ from: 7n, missing: 2n }))).toMatch(/^Note: 2 messages of 7 will not come/);
});

test.each([
  [{ kind: "settled", to: peer, settled: { status: "delivered", reason: "" } }, "Message delivered to 127.0.0.1:9090"],
  [
    { kind: "settled", to: peer, settled: { status: "refused", reason: "no\u0007" } },
    "error: the message to 127.0.0.1:9090 is refused: no\\x07",
  ],
  [
    { kind: "kept", to: peer, isThere: false, settled: Promise.resolve(undefined) },
    "Message kept: 127.0.0.1:9090 is away; it is delivered as soon as it can be",
  ],
  [
    { kind: "kept", to: peer, isThere: true, settled: Promise.resolve(undefined) },
    "Message kept: 127.0.0.1:9090 has not confirmed it yet; it is delivered as soon as it can be",
  ],
  [
    { kind: "nobody", to: { kind: "address", address: "127.0.0.1:1" } },
    "error: nobody answers at 127.0.0.1:1; the message was not sent",
  ],
] as const)("what came of a message is said: %#", (outcome, expected) => {
  expect(outcomeLine(outcome)).toBe(expected);
});

test("no other line begins as a message does", () => {
  const lines = [
    goneLine(peer),
    connectedLine(peer, true),
    connectedLine(peer, false),
    notYetLine({ kind: "id", id: 5n }),
    errorLine({ message: "127.0.0.1:8080 P1 hi" }),
  ];
  expect(lines).toEqual([
    "Peer 127.0.0.1:9090 disconnected",
    "Connected to 127.0.0.1:9090",
    "error: 127.0.0.1:9090 does not answer; not connected",
    "Nobody answers at 5 yet; the greeting follows once somebody does",
    "error: 127.0.0.1:8080 P1 hi",
  ]);
});
