import { expect, test } from "vitest";
import { jsonExplanation } from "../../src/cli/explanation-json.ts";
import { explanation } from "./fake-peer.ts";

test("programs are told what people are: road, copies, readers, attempts, times, and what happens next", () => {
  const told = explanation({ road: [1n, 2n], readBy: [9n], reason: "over quota", next: "sent again" });
  expect(jsonExplanation(told)).toEqual({
    ...{ event: "explain", to: "77252666718255106", number: "3", status: "stored", reason: "over quota" },
    ...{ road: ["1", "2"], custodians: ["77252666718255105"], readBy: ["9"], attempts: 2 },
    ...{ time: "2026-03-04T05:06:07.000Z", expires: "2026-03-11T05:06:07.000Z", next: "sent again" },
  });
});

test("what waits is accepted, and what is not known is left out", () => {
  const told = jsonExplanation(explanation({ status: "waiting", to: "everyone" }));
  expect(told).toMatchObject({ to: "everyone", status: "accepted", road: [] });
  expect(told).not.toHaveProperty("reason");
  expect(told).not.toHaveProperty("next");
});
