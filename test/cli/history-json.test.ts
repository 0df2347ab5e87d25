import { expect, test } from "vitest";
import { jsonHistory } from "../../src/cli/history-json.ts";
import { spoken } from "./fake-peer.ts";

test("a message received tells all there is, with its clock", () => {
  const clock = [
    { epoch: 7n, id: 5n, number: 2n },
    { epoch: 8n, id: undefined, number: 1n },
  ];
  const message = spoken({ from: 5n, missing: 2n, unordered: true, lamport: 3n, clock });
  expect(jsonHistory("everyone", message, "ali")).toEqual({
    ...{ event: "history", with: "everyone", from: "5", name: "ali", to: "77252666718255104", number: "1" },
    ...{ text: "Hi there!", time: "2026-03-04T05:06:07.089Z", received: "2026-03-04T05:06:07.089Z" },
    ...{ missing: "2", unordered: true, lamport: "3", position: "h1-1" },
    clock: [
      { epoch: "7", id: "5", number: "2" },
      { epoch: "8", number: "1" },
    ],
  });
});

test("what is as a rule is left out, and data is in base64", () => {
  const data = { contentType: "image/png", data: Uint8Array.of(0, 255, 16) };
  const event = jsonHistory(5n, spoken({ receivedAt: undefined, text: "", data }), "");
  expect(Object.keys(event)).toEqual([
    ...["event", "with", "from", "to", "number", "text", "contentType", "data", "time", "lamport", "clock", "position"],
  ]);
  expect(event.data).toBe("AP8Q");
});
