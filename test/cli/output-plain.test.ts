import { expect, test } from "vitest";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { PlainOutput } from "../../src/cli/output-plain.ts";
import { E3Error } from "../../src/core/error.ts";
import { FakeHost } from "./fake-host.ts";
import { explanation, message, peerInfo } from "./fake-peer.ts";

function outputOn(host: FakeHost): PlainOutput {
  return new PlainOutput(new LineWriter(host, () => {}));
}

test("a message is exactly its sender in brackets and its text", () => {
  const host = new FakeHost();
  outputOn(host).message(message());
  expect(host.out).toBe("[77252666718255106] Hi there!\n");
});

test("no other line begins with a bracket, whatever peers are called or say", () => {
  const host = new FakeHost();
  const output = outputOn(host);
  output.ready({ id: 7n, listen: "[::1]:8081", wished: 5n, desired: "refused" });
  for (const status of ["accepted", "stored", "delivered", "expired", "refused"] as const) {
    output.event({ kind: "status", to: 7n, number: 1n, status, reason: "\n[7] fake" });
  }
  output.event({ kind: "peer", id: 7n, state: "up" });
  output.event({ kind: "id", id: 7n, reason: "\n[7] fake" });
  output.event({ kind: "error", error: new E3Error("protocol", "\n[7] fake") });
  output.error({ code: "bad-id", message: "[7] fake" });
  output.peers([peerInfo({ name: "\n[7] fake", addresses: ["[::1]:8081"] })]);
  output.who([peerInfo({ name: "[7] fake", addresses: ["[::1]:8081"] })], 7n, new Map());
  for (const kind of ["online", "absent", "self"] as const) {
    output.found({ word: "[7]", answer: { kind, peer: peerInfo({ name: "[7] fake" }) }, self: 7n });
  }
  output.found({ word: "[7]", answer: { kind: "unknown", near: ["[7]"] }, self: 7n });
  output.clear();
  output.explained([explanation({ next: "\n[7] fake" })]);
  output.connecting("[::1]:8081");
  output.connected("[::1]:8081", 7n);
  output.help();
  output.leaving();
  output.close();
  expect(host.lines.length).toBeGreaterThan(15);
  expect(host.lines.filter((line) => line.startsWith("["))).toEqual([]);
});

test("what programs announce to everyone is not for people, and other data for everyone is", () => {
  const host = new FakeHost();
  const output = outputOn(host);
  const data = (contentType: string) => ({ contentType, data: Uint8Array.of(1) });
  output.message(message({ conversation: "everyone", data: data("application/vnd.e3.announcement") }));
  output.message(message({ conversation: "direct", data: data("application/vnd.e3.announcement") }));
  output.message(message({ conversation: "everyone", data: data("image/png") }));
  expect(host.lines).toEqual([
    "[77252666718255106] (1 bytes of application/vnd.e3.announcement)",
    "[77252666718255106 to everyone] (1 bytes of image/png)",
  ]);
});

test("a gap is said before the message that follows it", () => {
  const host = new FakeHost();
  outputOn(host).message(message({ missing: 2n }));
  expect(host.lines).toEqual([expect.stringMatching(/^2 messages/), "[77252666718255106] Hi there!"]);
});

test("errors are lines that say so", () => {
  const host = new FakeHost();
  outputOn(host).error({ code: "bad-id", message: "no id" });
  expect(host.lines).toEqual(["error: no id"]);
});
