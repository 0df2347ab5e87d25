import { expect, test } from "vitest";
import { villages } from "./world.ts";

const village = villages();

test("who has read a message is told with it, and nobody where it came after what was read", async () => {
  const here = village();
  const [left, right] = await here.pair();
  for (const text of ["one", "two"]) left.send(right.id, text);
  await here.time.pass(100);
  await here.time.until(right.markRead(1n));
  await here.time.pass(100);
  expect(left.explain(1n, right.id)).toMatchObject([{ number: 1n, status: "delivered", readBy: [right.id] }]);
  expect(left.explain(2n, right.id)).toMatchObject([{ number: 2n, status: "delivered", readBy: [] }]);
});

test("what was never sent is a clear error, with whom it was asked of", async () => {
  const here = village();
  const [left] = await here.pair();
  for (const act of [() => left.explain(9n), () => left.explain(9n, "everyone")])
    expect(act).toThrow(expect.objectContaining({ code: "unknown-number" }));
  expect(() => left.explain(9n, 5n)).toThrow(/to 5 with number 9/);
});
