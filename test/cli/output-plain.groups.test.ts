import { expect, test } from "vitest";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { PlainOutput } from "../../src/cli/output-plain.ts";
import { FakeHost } from "./fake-host.ts";
import { message } from "./fake-peer.ts";

test("a message of a group names it, and no other line of a group passes for a message", () => {
  const host = new FakeHost();
  const output = new PlainOutput(new LineWriter(host, () => {}));
  output.message(message({ from: 5n, conversation: "group", group: 900n, text: "hello" }));
  const name = "[7] fake\n[7] fake";
  for (const state of ["invited", "joined", "rejected", "left"] as const) {
    for (const isSelf of [true, false])
      output.event({ kind: "group", group: 900n, name, member: 6n, state, invitedBy: 5n, own: "joined", isSelf });
  }
  const receipt = { kind: "receipt", group: 900n, number: 1n, member: 6n, status: "expired" } as const;
  output.event({ ...receipt, recipients: 3, delivered: 1, waiting: [] });
  output.groups([{ id: 900n, name, state: "joined", members: [] }]);
  expect(host.lines.filter((line) => line.startsWith("["))).toEqual(["[5 to 900] hello"]);
  expect(host.lines).toHaveLength(12);
});
