import { expect, test } from "vitest";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { allTold, ask, errorOf, search, told, untilFound } from "./harness/told.ts";
import { passwordOf, Town, untilSaid } from "./harness/town.ts";

const openMesh = useMesh();
const clean = { code: 0, signal: null };

/** The four users whom the whole demonstration is about. */
interface Users {
  readonly ali: TestPeer;
  readonly veli: TestPeer;
  readonly selami: TestPeer;
  readonly deniz: TestPeer;
}

/** What this program's commands were called, and what its users said in passing. All of it is text here. */
const notCommands = ["OK", "that is OK with me", "REJECT ali", "EXIT", "LOGOUT", "SEARCH veli", "OK GROUP 1", "//end"];

/** What is told of a session with a peer. */
function session(peer: TestPeer, state: string, by: "self" | "peer"): Readonly<Record<string, unknown>> {
  return { event: "session", peer: peer.id, name: peer.name, state, by };
}

/** Types a line; then each of these peers is told its part. */
async function typed(
  peer: TestPeer,
  line: string,
  ...parts: readonly (readonly [TestPeer, Readonly<Record<string, unknown>>])[]
): Promise<void> {
  const marks = parts.map(([at, fields]) => ({ at, fields, since: at.stdout.end }));
  peer.type(line);
  for (const { at, fields, since } of marks) await told(at, fields, { since });
}

/** Types a line as text, and waits until it is shown at these, and only these. */
async function says(peer: TestPeer, line: string, ...at: readonly TestPeer[]): Promise<void> {
  const marks = at.map((each) => [each, each.events.end] as const);
  peer.type(line);
  // Two slashes stand for one.
  const text = line.replace(/^\/\//, "/").replace(/^room /, "");
  for (const [each, since] of marks) await each.until({ event: "message", from: peer.id, text }, { since });
}

/** Join: a name and a password, an id of one's own; the registry logs it, and wrong passwords are refused. */
async function join(town: Town): Promise<Users> {
  const ali = await town.signUp("ali");
  const veli = await town.signUp("veli");
  const selami = await town.signUp("selami");
  const deniz = await town.signUp("deniz");
  const all = [ali, veli, selami, deniz];
  for (const peer of all) await untilSaid(peer, "signed-in");
  await town.mesh.converged(all);
  const wrong = [1, "e3: the name or the password is wrong"];
  expect(await town.refusal(...town.as("ali", passwordOf("veli")))).toEqual(wrong);
  return { ali, veli, selami, deniz };
}

/** Search: online and where, oneself, nobody. Busy and offline come later. */
async function lookAround({ ali, veli }: Users): Promise<void> {
  expect(await search(veli, "ali")).toMatchObject({
    ...{ answer: "online", peers: [{ id: ali.id, addresses: [ali.listen], user: "verified" }] },
    registry: { state: "online", user: "ali", id: ali.id, addresses: [ali.listen], busy: false },
  });
  expect(await search(veli, "veli")).toMatchObject({ answer: "self", registry: { state: "self" } });
  expect(await search(veli, "ahmet")).toMatchObject({ answer: "unknown", peers: [], registry: { state: "unknown" } });
}

/** Requests: rejected, accepted, busy, senseless. Both ends are told of each step. */
async function request({ ali, veli, selami }: Users): Promise<void> {
  await typed(veli, "/chat ali", [veli, session(ali, "asking", "self")], [ali, session(veli, "asked", "peer")]);
  await typed(ali, "/reject veli", [ali, session(veli, "rejected", "self")], [veli, session(ali, "rejected", "peer")]);
  expect(await errorOf(ali, "hello? is anybody there?")).toBe("unknown-peer");

  await typed(veli, "/chat ali", [ali, session(veli, "asked", "peer")]);
  await typed(ali, "/accept veli", [ali, session(veli, "accepted", "self")], [veli, session(ali, "accepted", "peer")]);
  await typed(selami, "/chat ali", [selami, session(ali, "busy", "peer")], [ali, session(selami, "busy", "self")]);
  await untilFound(selami, "ali", '"busy":true');
  await untilFound(selami, "veli", '"busy":true');

  expect(await errorOf(selami, "/chat ahmet")).toBe("unknown-peer");
  expect(await errorOf(selami, "/chat selami")).toBe("bad-option");
  expect(await errorOf(selami, "/accept ali")).toBe("no-session");
  expect(await errorOf(selami, "/end")).toBe("no-session");
}

/** The private session of the above: over a link of its two ends, only at these, text whatever it says; no logout in it. */
async function talkInPrivate({ ali, veli, selami, deniz }: Users): Promise<void> {
  await says(veli, "Hi there! veli is here", ali);
  await says(ali, "selami asked for me, too", veli);
  for (const text of notCommands) {
    await says(ali, text, veli);
    await says(veli, text, ali);
  }
  await untilFound(ali, "veli", '"hops":1');
  expect([selami.shown(), deniz.shown()]).toEqual([[], []]);
  expect(await errorOf(ali, "/exit")).toBe("in-session");
  await says(ali, "still here", veli);
  await typed(ali, "/end see you", [ali, session(veli, "ended", "self")], [veli, session(ali, "ended", "peer")]);
  expect(await errorOf(veli, "are you there?")).toBe("unknown-peer");
  await untilFound(selami, "ali", '"busy":false');
  await typed(selami, "/chat ali", [ali, session(selami, "asked", "peer")]);
  await typed(ali, "/accept", [ali, session(selami, "accepted", "self")], [selami, session(ali, "accepted", "peer")]);
  await typed(selami, "/end", [ali, session(selami, "ended", "peer")], [selami, session(ali, "ended", "self")]);
}

/** Group chat: invitations, accepted and rejected, are told to all; messages reach the members; who leaves leaves alone. */
async function talkInGroup({ ali, veli, selami, deniz }: Users): Promise<void> {
  const place = (peer: TestPeer, state: string) => ({ event: "group", name: "room", member: peer.id, state });
  const own = (peer: TestPeer, state: string) => ({ ...place(peer, state), own: state });
  const invited = { invitedBy: ali.id };
  await typed(
    ali,
    "/group room veli selami deniz",
    ...[veli, selami, deniz].map((peer) => [peer, { ...own(peer, "invited"), ...invited }] as const),
  );
  expect(await errorOf(ali, "/group room2 veli ahmet")).toBe("unknown-peer");
  await typed(veli, "/accept room", [ali, place(veli, "joined")], [veli, own(veli, "joined")]);
  await typed(selami, "/accept room", ...[ali, veli, selami].map((at) => [at, place(selami, "joined")] as const));
  await typed(deniz, "/reject room", [deniz, own(deniz, "rejected")], [ali, place(deniz, "rejected")]);

  await says(ali, "room hello, all of you", veli, selami);
  await says(veli, "room OK GROUP 1", ali, selami);
  await says(selami, "room EXIT GROUP", ali, veli);
  expect(deniz.shown()).toEqual([]);
  const number = { event: "receipt", number: "1", recipients: 2, delivered: 2, waiting: [] };
  await told(ali, number);

  await typed(veli, "/leave room", ...[ali, selami].map((at) => [at, place(veli, "left")] as const));
  const since = veli.events.end;
  await says(ali, "room veli has left", selami);
  await says(selami, "room but we go on", ali);
  expect(await errorOf(veli, "/leave room")).toBe("not-a-member");
  await typed(ali, "/invite room veli", [veli, own(veli, "invited")]);
  await typed(veli, "/accept room", ...[ali, selami].map((at) => [at, place(veli, "joined")] as const));
  await says(veli, "room back again", ali, selami);
  expect(veli.all({ event: "message" }, since)).toEqual([]);
  expect(allTold(veli, { event: "group", name: "room2" })).toEqual([]);
}

/** Logout: the user is offline then, for the others and for the registry; what it is sent waits for it. */
async function logOut(town: Town, { ali, veli, selami, deniz }: Users): Promise<void> {
  const { id } = veli;
  const marks = [ali, selami, deniz].map((peer) => [peer, peer.events.end] as const);
  veli.type("/exit");
  expect(await veli.exit()).toEqual(clean);
  for (const [peer, since] of marks) await peer.until({ event: "peer", id, state: "down" }, { since });
  // It waits a second for the registry, and no longer.
  await untilFound(ali, "veli", '"state":"offline"');
  expect(await search(ali, "veli")).toMatchObject({ answer: "absent", registry: { state: "offline", id } });
  expect(await errorOf(ali, "/chat veli")).toBe("absent");
  ali.type("veli for when you are back");
  ali.type("room for those who are in it");
  await selami.until({ event: "message", from: ali.id, text: "for those who are in it" });
  await town.signIn(veli);
  expect(veli.id).toBe(id);
  for (const text of ["for when you are back", "for those who are in it"]) {
    await veli.until({ event: "message", from: ali.id, text });
  }
  await ask(veli, "/group", { event: "group", name: "room", state: "joined" });
}

/** The registry wrote down who came and went, and when; and none of what was said, for it never had it. */
function expectLogged({ registry }: Town): void {
  const stamped = registry.stderr.items().map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const entries = stamped.map(({ msg, user }) => `${String(msg)}: ${String(user)}`);
  for (const user of ["ali", "veli", "selami", "deniz"]) expect(entries).toContain(`a user signed up: ${user}`);
  expect(entries).toContain("a user signed out: veli");
  expect(entries).toContain("a user signed in: veli");
  for (const { time } of stamped) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const written = registry.stderr.items().join("\n");
  for (const text of ["Hi there!", "hello, all of you", "for when you are back"]) expect(written).not.toContain(text);
}

test("join, search, requests for a chat, a private session, a group, logout: the requested chat as it was meant", async () => {
  await using town = await Town.open(await openMesh(), "--log-level", "trace");
  const users = await join(town);
  await lookAround(users);
  await request(users);
  await talkInPrivate(users);
  await talkInGroup(users);
  await logOut(town, users);
  expectLogged(town);
  for (const peer of Object.values(users) as readonly TestPeer[]) {
    peer.type("/exit");
    expect(await peer.exit()).toEqual(clean);
  }
});
