import { expect, test } from "vitest";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { JsonOutput } from "../../src/cli/output-json.ts";
import { PlainOutput } from "../../src/cli/output-plain.ts";
import { FakeHost } from "./fake-host.ts";
import { spoken } from "./fake-peer.ts";

const direct = { kind: "read", by: 5n, to: 5n, number: 3n } as const;
const inGroup = { ...direct, to: 900n } as const;

test("who has read what is an event with whom it was for, the number and the reader", () => {
  const host = new FakeHost();
  const output = new JsonOutput(new LineWriter(host, () => {}), host, () => "");
  for (const event of [direct, inGroup]) output.event(event);
  output.renamed("ali");
  const messages = [spoken({ from: 1n, number: 3n }), spoken({ from: 1n, number: 4n }), spoken({ from: 5n })];
  output.history({ with: 5n, self: 1n, messages, readers: [{ by: 5n, number: 3n }] });
  expect(host.json).toMatchObject([
    { event: "read", to: "5", number: "3", by: "5" },
    { event: "read", to: "900", number: "3", by: "5" },
    { event: "name", name: "ali" },
    { event: "history", readBy: ["5"] },
    { event: "history" },
    { event: "history" },
    { event: "end", of: "history", count: 3, with: "5" },
  ]);
  expect(host.json.slice(4).some((event) => "readBy" in event)).toBe(false);
});

test("in plain lines the reader is named where it is not whom it was for", () => {
  const host = new FakeHost();
  const output = new PlainOutput(new LineWriter(host, () => {}));
  for (const event of [direct, inGroup]) output.event(event);
  expect(host.out).toBe("read #3 to 5\nread #3 to 900 by 5\n");
});
