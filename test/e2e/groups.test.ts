import { expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";

const openMesh = useMesh();

/** The lines of --json output that tell of groups. */
function groupLines(peer: TestPeer): readonly Record<string, unknown>[] {
  return peer.stdout
    .items()
    .filter((line) => line.includes('"event":"group"') || line.includes('"event":"receipt"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function told(peer: TestPeer, what: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const has = (line: string): boolean => {
    if (!line.startsWith("{")) return false;
    const event = JSON.parse(line) as Record<string, unknown>;
    return Object.entries(fields).every(([key, value]) => JSON.stringify(event[key]) === JSON.stringify(value));
  };
  await peer.stdout.until(`${peer.name} to be told ${what}`, has, {});
}

async function shown(peer: TestPeer, from: TestPeer, text: string): Promise<void> {
  await peer.until({ event: "message", from: from.id, text });
}

test("a group of four: invitations, accepted and rejected, are told to all; messages reach all members, absent ones later", async () => {
  const mesh = await openMesh();
  const ali = await mesh.start("ali", { id: "1", options: ["--name", "ali"] });
  const bob = await mesh.start("bob", { id: "2", dials: [ali], options: ["--name", "bob"] });
  const cem = await mesh.start("cem", { id: "3", dials: [bob], options: ["--name", "cem"] });
  const deniz = await mesh.start("deniz", { id: "4", dials: [cem, ali], options: ["--name", "deniz"] });
  await mesh.converged();
  for (const name of ["bob", "cem", "deniz"]) await told(ali, `of ${name}`, { event: "peer", name, state: "up" });

  ali.type("/group team bob cem deniz");
  for (const peer of [bob, cem, deniz])
    await told(peer, "that it is invited", { event: "group", member: peer.id, state: "invited", own: "invited" });
  bob.type("/accept team");
  cem.type("/accept");
  deniz.type("/reject team");
  for (const [member, state] of [
    ["2", "joined"],
    ["3", "joined"],
    ["4", "rejected"],
  ] as const)
    for (const peer of [ali, bob, cem]) await told(peer, `that ${member} ${state}`, { event: "group", member, state });

  ali.type("team hello team");
  for (const peer of [bob, cem]) await shown(peer, ali, "hello team");
  await told(ali, "that both have it", { event: "receipt", number: "1", recipients: 2, delivered: 2, waiting: [] });
  expect(deniz.shown(ali.id)).toEqual([]);

  await cem.kill9();
  bob.type("team is cem there?");
  await shown(ali, bob, "is cem there?");
  await told(bob, "whom it waits for", { event: "receipt", number: "1", recipients: 2, delivered: 1, waiting: ["3"] });
  await cem.restart();
  await shown(cem, bob, "is cem there?");
  await told(bob, "that all have it", { event: "receipt", number: "1", recipients: 2, delivered: 2 });

  cem.type("/invite team deniz");
  await told(deniz, "that it is invited again", { event: "group", member: "4", state: "invited", invitedBy: "3" });
  deniz.type("/accept");
  for (const peer of [ali, bob, cem])
    await told(peer, "that deniz joined", { event: "group", member: "4", state: "joined" });
  ali.type("/leave team");
  for (const peer of [bob, cem, deniz])
    await told(peer, "that ali left", { event: "group", member: "1", state: "left" });
  deniz.type("team without ali");
  for (const peer of [bob, cem]) await shown(peer, deniz, "without ali");
  expect(ali.shown(deniz.id)).toEqual([]);
  expect(groupLines(ali).length).toBeGreaterThan(5);
});

test("what is wrong about groups is said, and nothing is lost", async () => {
  const mesh = await openMesh();
  const ali = await mesh.start("ali", { id: "1", options: ["--name", "ali"] });
  const bob = await mesh.start("bob", { id: "2", dials: [ali], options: ["--name", "bob"] });
  await mesh.converged();
  await told(ali, "of bob", { event: "peer", name: "bob", state: "up" });
  const wrong: readonly (readonly [string, string])[] = [
    ["/group team", "bad-option"],
    ["/group team ali", "bad-option"],
    ["/group team nobody", "unknown-peer"],
    [`/group ${"x".repeat(300)} bob`, "bad-option"],
    ["/invite team bob", "unknown-group"],
    ["/leave team", "unknown-group"],
    ["/leave", "bad-option"],
  ];
  for (const [line, code] of wrong) {
    const since = ali.events.end;
    ali.type(line);
    await ali.until({ event: "error", code }, { since });
  }
  ali.type("/group team bob");
  await told(bob, "that it is invited", { event: "group", member: "2", state: "invited" });
  ali.type("team too early");
  await ali.until({ event: "error", code: "no-members" });
  bob.type("/accept team");
  await told(ali, "that bob joined", { event: "group", member: "2", state: "joined" });
  ali.type("team now");
  await shown(bob, ali, "now");
});
