import { expect, test } from "vitest";
import { spreadNotice, statusNotice, type Addressee, type StatusEvent } from "../../src/cli/status-notice.ts";

const ali: Addressee = { group: undefined, label: "5 ali", isThere: true };

function event(status: StatusEvent["status"]): StatusEvent {
  return { kind: "status", to: 5n, number: 1n, status, reason: "" };
}

test("each line says in which conversation its number is", () => {
  const team = { ...ali, group: "team" };
  expect(statusNotice(event("delivered"), ali)?.text).toBe("✓ #1 delivered to 5 ali");
  expect(statusNotice(event("expired"), team)?.text).toBe("✗ #1 to team expired");
  expect(spreadNotice(event("spread"))?.text).toBe("✓ #1 is spread to everyone");
  expect(spreadNotice(event("refused"))?.text).toBe("✗ #1 to everyone refused");
});

test("what another line says is not said", () => {
  const team = { ...ali, group: "team" };
  expect([statusNotice(event("accepted"), ali), spreadNotice(event("accepted"))]).toEqual([undefined, undefined]);
  expect([statusNotice(event("accepted"), team), statusNotice(event("delivered"), team)]).toEqual([
    undefined,
    undefined,
  ]);
  expect(statusNotice(event("accepted"), { ...ali, isThere: false })?.text).toBe("… #1 waits for 5 ali, which is away");
});
