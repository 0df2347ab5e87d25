import { expect, test } from "vitest";
import { SignalKind } from "../../src/gen/e3/v1/envelope_pb.ts";
import { DeedsRig, group } from "./deeds-rig.ts";
import { lettersIn, type Letter } from "./letters.ts";

/** What a has in its outbox while nobody can hear it. */
function lettersOf(happen: (rig: DeedsRig) => void): readonly Letter[] {
  const rig = new DeedsRig();
  rig.meet();
  rig.world.network.cut("a", "b");
  happen(rig);
  rig.world.run(500);
  const letters = rig.a.disk.entries("outbox").flatMap(({ value }) => lettersIn(value));
  return letters.toSorted((one, other) => Number(one.to - other.to));
}

test("a copy for each member, what is said of a session, and of who the members are, are letters; mail is none", () => {
  expect(lettersOf(({ a }) => void a.send(2n, "hello", 60_000))).toEqual([]);
  const copies = lettersOf(({ a }) => void a.send(group, "hello", 60_000));
  expect(copies.map(({ kind, to, text, group: of }) => [kind, to, text, of])).toEqual(
    [2n, 3n].map((to) => ["copy", to, "hello", { id: group, number: 1, recipients: 2 }]),
  );
  const [request] = lettersOf((rig) => rig.a.act({ kind: "session-ask", to: 2n }));
  expect(request).toMatchObject({ kind: "quiet", to: 2n, group: undefined, signal: { kind: SignalKind.REQUEST } });
  const leave = lettersOf((rig) => rig.a.act({ kind: "group-leave", group }));
  expect(leave.map(({ kind, to, signal }) => [kind, to, signal])).toEqual(
    [2n, 3n].map((to) => ["quiet", to, undefined]),
  );
});
