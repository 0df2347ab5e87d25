import { expect, test } from "vitest";
import type { Peer } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";

/** A program that takes text of at most five characters, behind a leaf at "near", two links from "far". */
async function scene(): Promise<{ mesh: TestMesh; far: Peer; program: Peer; shown: string[] }> {
  const mesh = createTestMesh();
  await mesh.start("near");
  const far = await mesh.start("far", { peers: ["near"] });
  const program = await mesh.start("program", {
    ...{ peers: ["near"], leaf: true, via: "line 127.0.0.1:8085" },
    accepts: (content) => typeof content === "string" && content.length <= 5,
  });
  const shown: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { text } of program.messages()) shown.push(text);
  };
  void read();
  await mesh.run(3_000);
  return { mesh, far, program, shown };
}

test("everybody sees for which program a peer speaks", async () => {
  const { far, program } = await scene();
  expect(far.peers().map(({ name, via }) => [name, via])).toEqual([
    ["near", ""],
    ["program", "line 127.0.0.1:8085"],
  ]);
  expect(far.search(`${program.id}`)).toMatchObject({ kind: "online", peer: { via: "line 127.0.0.1:8085" } });
});

test("what its program cannot be given is refused at the sender, and what comes before and after is shown", async () => {
  const { mesh, far, program, shown } = await scene();
  const sends = ["one", "far too long", "two"].map((text) => far.send(program.id, text));
  const data = far.send(program.id, { contentType: "image/png", data: Uint8Array.of(1) });
  const ends = [];
  for (const { settled } of [...sends, data]) ends.push(await mesh.until(settled));
  const reason =
    "the target's program cannot be given this: its wire has no form for it, or would take it for a command; say it otherwise";
  const unfit = { status: "refused", reason };
  const delivered = { status: "delivered", reason: "" };
  expect(ends).toEqual([delivered, unfit, delivered, unfit]);
  expect(shown).toEqual(["one", "two"]);
});

test("in a group it is refused by that member alone", async () => {
  const { mesh, far, program, shown } = await scene();
  const third = await mesh.start("third", { peers: ["near"] });
  const group = await mesh.until(far.groups.create("team", [program.id, third.id]));
  await mesh.run(3_000);
  program.groups.accept(group);
  third.groups.accept(group);
  await mesh.run(3_000);
  const sent = far.send(group, "far too long");
  expect(await mesh.until(sent.settled)).toMatchObject({ status: "refused" });
  await mesh.until(far.send(group, "short").settled);
  expect(shown).toEqual(["short"]);
});
