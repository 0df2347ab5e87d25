import { expect, test } from "vitest";
import { take, villages } from "./world.ts";

const village = villages();

test("a reader that got further than the store of an older backup is told so", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(undefined, world);
  await here.time.until(left.send(2n, "1").settled);
  expect(() => right.messages({ after: 2n })).toThrow(/ cursor 2: .* put back to an older state/);
  const resumed = take(right.messages({ after: 1n }), 1);
  left.send(2n, "2");
  expect(await here.time.until(resumed)).toMatchObject([{ text: "2", cursor: 2n }]);
  expect(() => right.messages({ after: 2n })).not.toThrow();
});
