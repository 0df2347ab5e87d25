import { expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh();

/** Asks a peer for a conversation, whose last text is known. @returns the texts. */
async function listed(peer: TestPeer, what: string, last: string): Promise<readonly string[]> {
  const since = peer.stdout.end;
  peer.type(`/history ${what}`);
  await peer.stdout.until("the last of it", (line) => textIn(line) === last, { since });
  return peer.stdout.items(since).flatMap((line) => textIn(line) ?? []);
}

/** The text of a line of the answer; undefined for any other line. */
function textIn(line: string): string | undefined {
  const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return fields["event"] === "history" ? String(fields["text"]) : undefined;
}

test("what was said is listed in one order at both ends, after a kill too, and what is for everyone at all", async () => {
  const mesh = await openMesh();
  const a = await mesh.start("a", { id: "1" });
  const b = await mesh.start("b", { id: "2", dials: [a] });
  await mesh.converged();
  a.type("2 question");
  await b.until({ event: "message", from: "1", text: "question" });
  b.type("1 answer");
  await a.until({ event: "message", from: "2", text: "answer" });
  a.type("* for all");
  await b.until({ event: "message", from: "1", text: "for all" });
  await a.kill9();
  await a.restart();
  await mesh.converged();
  a.type("2 back again");
  await b.until({ event: "message", from: "1", text: "back again" });
  const all = ["question", "answer", "back again"];
  expect(await listed(a, "2", "back again")).toEqual(all);
  expect(await listed(b, "1", "back again")).toEqual(all);
  expect(await listed(a, "*", "for all")).toEqual(["for all"]);
  expect(await listed(b, "*", "for all")).toEqual(["for all"]);
});
