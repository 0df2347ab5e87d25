import { expect, test } from "vitest";
import { LineWriter } from "../../src/cli/line-writer.ts";
import { JsonOutput } from "../../src/cli/output-json.ts";
import { FakeHost } from "./fake-host.ts";
import { message } from "./fake-peer.ts";

test("groups, their members and their messages are events with ids in decimal strings", () => {
  const host = new FakeHost();
  const output = new JsonOutput(new LineWriter(host, () => {}), host, () => "");
  const group = 2n ** 62n;
  output.message(message({ from: 5n, conversation: "group", group, number: 7n, text: "hello" }));
  const joined = { kind: "group", group, name: "team", member: 6n, state: "joined", invitedBy: 5n } as const;
  output.event({ ...joined, own: "joined", isSelf: false });
  output.event({ ...joined, invitedBy: 0n, own: "joined", isSelf: true });
  const receipt = { kind: "receipt", group, number: 1n, member: 6n, status: "delivered" } as const;
  output.event({ ...receipt, recipients: 3, delivered: 1, waiting: [5n, 7n] });
  output.groups([{ id: group, name: "team", state: "joined", members: [{ id: 6n, state: "left", invitedBy: 0n }] }]);
  const id = "4611686018427387904";
  const event = { event: "group", group: id, name: "team", member: "6", state: "joined", own: "joined" };
  expect(host.json).toEqual([
    { event: "message", from: "5", to: id, number: "7", text: "hello", time: "2026-03-04T05:06:07.089Z" },
    { ...event, invitedBy: "5" },
    event,
    {
      ...{ event: "receipt", to: id, number: "1", member: "6", status: "delivered" },
      ...{ recipients: 3, delivered: 1, waiting: ["5", "7"] },
    },
    { event: "group", group: id, name: "team", state: "joined", members: [{ id: "6", state: "left" }] },
    { event: "end", of: "groups", count: 1 },
  ]);
});
