import { expect, test } from "vitest";
import { DeedsRig } from "./deeds-rig.ts";

/** Peers a and b are in a session. */
function talking(): DeedsRig {
  const rig = new DeedsRig();
  rig.act(rig.a, { kind: "session-ask", to: 2n });
  rig.act(rig.b, { kind: "session-answer", to: 1n, answer: "accept" });
  return rig;
}

test("a session that is asked for, accepted and ended breaks nothing, and who asks meanwhile hears busy", () => {
  const rig = talking();
  expect(rig.a.core.sessions.current).toMatchObject({ peer: 2n, state: "open" });
  rig.act(rig.c, { kind: "session-ask", to: 2n });
  expect([rig.c.core.sessions.current, rig.disputed]).toEqual([undefined, []]);
  rig.act(rig.a, { kind: "session-end" });
  expect([rig.b.core.sessions.current, rig.disputed]).toEqual([undefined, []]);
});

test("a session that only one end knows of is noticed, and so is one that nobody was told of", () => {
  const rig = talking();
  rig.world.network.cut("a", "b");
  rig.act(rig.b, { kind: "session-end" });
  expect(rig.disputed).toEqual(["a is in a session with 2, which is not"]);
});

test.each([
  ["ended", 3n, "what is told of a session follows"],
  ["accepted", 3n, "a peer is in one session"],
  ["asked", 2n, "what is told of a session follows"],
] as const)("%s %s, told to who is in a session with 2, is noticed", (state, peer, broken) => {
  const rig = talking();
  const news = { kind: "session", reason: "", state, by: "peer", peer } as const;
  expect(() => rig.world.checker.stepped(rig.a, { kind: "alarm" }, [news])).toThrow(`broken: ${broken}`);
});

test("a session with somebody who never asked nor accepted is noticed", () => {
  const rig = new DeedsRig();
  rig.act(rig.a, { kind: "session-ask", to: 2n });
  const news = { kind: "session", peer: 2n, state: "accepted", by: "peer", reason: "" } as const;
  expect(() => rig.world.checker.stepped(rig.a, { kind: "alarm" }, [news])).toThrow("a session takes two");
});
