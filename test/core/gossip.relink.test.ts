import { expect, test } from "vitest";
import { saidOf } from "../world/frames.ts";
import { Wire } from "../world/wire.ts";

test("a peer that lost its only link for a moment is told of nobody again, however many there are", () => {
  const told = [3, 9].map((count) => {
    const wire = new Wire();
    const peers = Array.from({ length: count }, (_, index) =>
      wire.add({ seed: index + 1, desiredId: BigInt(index + 1) }),
    );
    peers.forEach((peer, index) => wire.start(peer, ...peers.slice(Math.max(0, index - 1), index)));
    wire.advance(5_000);
    const [near, last] = peers.slice(-2);
    if (near === undefined || last === undefined) throw new Error("there are two at least");
    last.core.disconnect(near.core.id, wire.nowMs);
    wire.step(last, { kind: "alarm" });
    wire.advance(500);
    expect(last.core.view.peers().filter(({ reachable }) => reachable)).toHaveLength(0);
    const before = near.effects.length;
    last.core.connect(`127.0.0.1:${count - 1}`, wire.nowMs);
    wire.advance(500);
    expect(last.core.view.peers().filter(({ reachable }) => reachable)).toHaveLength(count - 1);
    return saidOf(near.effects.slice(before), "adverts").flatMap(({ adverts }) => adverts).length;
  });
  expect(told[1]).toBe(told[0]);
});
