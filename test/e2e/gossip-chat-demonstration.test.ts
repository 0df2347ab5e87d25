import { expect, test } from "vitest";
import { texts } from "./harness/delivery.ts";
import { useMesh } from "./harness/mesh.ts";
import type { TestPeer } from "./harness/peer.ts";
import { allTold, ask, search, told } from "./harness/told.ts";
import { passwordOf, said, Town, untilSaid } from "./harness/town.ts";

const openMesh = useMesh();
const clean = { code: 0, signal: null };

/** The three users whom the whole demonstration is about. */
interface Users {
  readonly one: TestPeer;
  readonly two: TestPeer;
  readonly three: TestPeer;
}

/** How far a message's sender had got with each store, by the name of the store. */
type Clock = ReadonlyMap<string, number>;

interface Listed {
  readonly from: string;
  readonly text: string;
  readonly clock: Clock;
}

/** The last messages of a conversation, so many. */
async function history(peer: TestPeer, of: string, count: number): Promise<readonly Listed[]> {
  const since = peer.stdout.end;
  peer.type(`/history ${of} ${count}`);
  await told(peer, { event: "history" }, { since, times: count });
  return allTold(peer, { event: "history" }, since).map(({ from, text, clock }) => {
    const entries = clock as readonly { readonly epoch: string; readonly number: string }[];
    return {
      from: String(from),
      text: String(text),
      clock: new Map(entries.map(({ epoch, number }) => [epoch, Number(number)])),
    };
  });
}

/** Whether what the one clock counts the other does, too, and more. */
function isBefore(a: Clock, b: Clock): boolean {
  const reached = (clock: Clock, epoch: string): number => clock.get(epoch) ?? 0;
  const epochs = [...new Set([...a.keys(), ...b.keys()])];
  return (
    epochs.every((epoch) => reached(a, epoch) <= reached(b, epoch)) &&
    epochs.some((epoch) => reached(a, epoch) < reached(b, epoch))
  );
}

/** No message stands before one that its sender had seen. */
function expectCausal(listed: readonly Listed[]): void {
  for (const [place, later] of listed.entries())
    for (const earlier of listed.slice(0, place))
      expect(isBefore(later.clock, earlier.clock), `"${later.text}" is no cause of "${earlier.text}"`).toBe(false);
}

/** Says it, and waits until it is shown at the other end. */
async function say(from: TestPeer, to: TestPeer, text: string): Promise<void> {
  from.type(`${to.name} ${text}`);
  await to.until({ event: "message", from: from.id, text });
}

/** Each knows each other one by name and address, and has it as a peer. */
async function expectAcquainted(peers: readonly TestPeer[]): Promise<void> {
  for (const peer of peers) {
    const others = peers.filter((other) => other !== peer);
    const since = peer.stdout.end;
    peer.type("/who");
    for (const { id, name, listen } of others)
      await told(peer, { event: "who", id, name, state: "present", addresses: [listen], user: "verified" }, { since });
    const { id, name, listen } = peer;
    await told(peer, { event: "who", id, name, state: "self", addresses: [listen], user: "verified" }, { since });
    expect(allTold(peer, { event: "who", state: "present" }, since)).toHaveLength(others.length);
    for (const other of others) await ask(peer, "/peers", { event: "known", id: other.id, name: other.name });
  }
}

/** Sign-up: the first is told that it is the first; later ones wait until they are fetched, and are announced to all. */
async function signUp(town: Town): Promise<Users> {
  const one = await town.signUp("user1");
  expect(await untilSaid(one, "signed-in")).toContain('"first":true');
  const two = await town.signUp("user2");
  expect(await untilSaid(two, "signed-in")).toContain('"first":false');
  await town.mesh.converged([one, two]);
  const three = await town.signUp("user3");
  expect(await untilSaid(three, "signed-in")).toContain('"first":false');
  await town.mesh.converged([one, two, three]);
  for (const peer of [one, two]) await told(peer, { event: "peer", id: three.id, name: "user3", state: "up" });
  expect(new Set([one.id, two.id, three.id]).size).toBe(3);
  for (const peer of [one, two, three])
    expect(peer.all({ event: "ready" })).toMatchObject([{ id: peer.id, desired: "granted" }]);
  await expectAcquainted([one, two, three]);
  const taken = [1, 'e3: there is a user "user1" already; sign in, or take another name'];
  expect(await town.refusal(...town.as("user1", passwordOf("user1"), "--sign-up"))).toEqual(taken);
  const wrong = [1, "e3: the name or the password is wrong"];
  expect(await town.refusal(...town.as("user4", passwordOf("user4")))).toEqual(wrong);
  return { one, two, three };
}

/** Private messages: nobody else has them, and both ends list them in one order, each with a clock above the one before. */
async function talkInPrivate({ one, two, three }: Users): Promise<void> {
  const talk = texts("turn", 6);
  for (const [turn, text] of talk.entries()) await (turn % 2 === 0 ? say(one, two, text) : say(two, one, text));
  const atOne = await history(one, "user2", talk.length);
  expect(atOne.map(({ text }) => text)).toEqual(talk);
  expect(atOne.map(({ from }) => from)).toEqual(talk.map((_, turn) => (turn % 2 === 0 ? one.id : two.id)));
  for (const [place, { clock }] of atOne.entries())
    for (const earlier of atOne.slice(0, place)) expect(isBefore(earlier.clock, clock)).toBe(true);
  expect(await history(two, "user1", talk.length)).toEqual(atOne);
  expect(three.shown()).toEqual([]);
}

/** Broadcasts: back to back they arrive in order, counted one by one; of all three, in one order at each, causes first. */
async function tellEveryone({ one, two, three }: Users): Promise<void> {
  const six = texts("hi there", 6);
  three.say("*", ...six);
  for (const peer of [one, two]) await peer.until({ event: "message", from: three.id, text: "hi there 6" });
  for (const peer of [one, two]) expect(peer.shown(three.id)).toEqual(six);
  const counts = (await history(one, "*", six.length)).map(({ clock }) => [...clock.values()]);
  expect(counts).toEqual(six.map((_, index) => [index + 1]));

  // At different rates: all at once, in pairs, and one after the other.
  one.say("*", ...texts("one", 6));
  for (const pair of [1, 3, 5]) two.say("*", `two ${pair}`, `two ${pair + 1}`);
  for (const text of texts("three", 6)) three.say("*", text);
  for (const peer of [one, two, three])
    for (const [from, last] of [[one, "one 6"] as const, [two, "two 6"] as const, [three, "three 6"] as const])
      if (peer !== from) await peer.until({ event: "message", from: from.id, text: last });
  two.type("* an answer to all of it");
  for (const peer of [one, three]) await peer.until({ event: "message", text: "an answer to all of it" });
  const total = 4 * six.length + 1;
  const listed = await history(one, "*", total);
  for (const peer of [two, three]) expect(await history(peer, "*", total)).toEqual(listed);
  expectCausal(listed);
  for (const [from, label] of [[one, "one"] as const, [two, "two"] as const, [three, "three"] as const])
    expect(listed.filter(({ text }) => text.startsWith(label)).map((each) => [each.from, each.text])).toEqual(
      texts(label, 6).map((text) => [from.id, text]),
    );
  expect(listed.at(-1)?.text).toBe("an answer to all of it");
  for (const { clock } of listed.slice(0, -1)) expect(isBefore(clock, listed.at(-1)?.clock ?? new Map())).toBe(true);
}

/** One leaves by Ctrl-C: signing up again fails, signing in gives its id back, and it gets what it missed, once. */
async function leaveAndReturn(town: Town, { one, two, three }: Users): Promise<void> {
  const { id } = two;
  const marks = [one, three].map((peer) => [peer, peer.events.end] as const);
  expect(await two.stop("SIGINT")).toEqual(clean);
  for (const [peer, since] of marks) await peer.until({ event: "peer", id, state: "down" }, { since });
  one.type("user2 while you were away");
  three.type("* while one of us was away");
  await one.until({ event: "status", to: id, status: "accepted" });
  await one.until({ event: "message", text: "while one of us was away" });
  const again = await town.refusal(...town.as("user2", passwordOf("user2"), "--sign-up"));
  expect(again).toEqual([1, 'e3: there is a user "user2" already; sign in, or take another name']);
  await town.signIn(two);
  expect(two.id).toBe(id);
  await town.mesh.converged([two]);
  for (const [peer, since] of marks) await peer.until({ event: "peer", id, state: "up" }, { since });
  await two.until({ event: "message", from: one.id, text: "while you were away" });
  await two.until({ event: "message", from: three.id, text: "while one of us was away" });
  await one.until({ event: "status", to: id, status: "delivered" });
  const since = two.stdout.end;
  await say(two, three, "I am back");
  expect(allTold(two, { event: "message" }, since)).toEqual([]);
  expect(two.shown().filter((text) => text.startsWith("while "))).toHaveLength(2);
  await expectAcquainted([one, two, three]);
}

/** The registry ends: peers go on, and say so in one line; nobody can sign up. It returns: one line, and all is as before. */
async function doWithoutRegistry(town: Town, { one, two, three }: Users): Promise<void> {
  expect(await town.registry.stop("SIGINT")).toEqual(clean);
  for (const peer of [one, two, three]) await untilSaid(peer, "away");
  await say(one, two, "there is no registry");
  await say(two, three, "no, but we are here");
  three.type("* nobody needs one to talk");
  for (const peer of [one, two]) await peer.until({ event: "message", text: "nobody needs one to talk" });
  expect(await search(one, "user3")).toMatchObject({ answer: "online", registry: { state: "silent" } });
  const unanswered = await town.refusal(...town.as("user4", passwordOf("user4"), "--sign-up"));
  expect(unanswered).toEqual([1, `e3: the registry at ${town.registry.listen} does not answer`]);

  await town.registry.start();
  for (const peer of [one, two, three]) await untilSaid(peer, "back");
  expect([one, two, three].map(said)).toEqual([
    ["signed-in", "away", "back"],
    ["signed-in", "signed-in", "away", "back"],
    ["signed-in", "away", "back"],
  ]);
  const { id, listen } = three;
  expect(await search(one, "user3")).toMatchObject({ registry: { state: "online", id, addresses: [listen] } });
  const four = await town.signUp("user4");
  await town.mesh.converged([four]);
  for (const peer of [one, two, three]) await told(peer, { event: "peer", id: four.id, name: "user4", state: "up" });
  await expectAcquainted([one, two, three, four]);
}

test("sign-up, private and common messages, a peer and the registry that go and return: the gossip chat as it was meant", async () => {
  await using town = await Town.open(await openMesh());
  const users = await signUp(town);
  await talkInPrivate(users);
  await tellEveryone(users);
  await leaveAndReturn(town, users);
  await doWithoutRegistry(town, users);
  const { one, two, three } = users;
  expect([await one.stop("SIGTERM"), await two.stop("SIGINT"), await three.stop("SIGTERM")]).toEqual(
    Array(3).fill(clean),
  );
  expect(await town.registry.stop("SIGTERM")).toEqual(clean);
  expect([one, two, three].flatMap((peer) => peer.all({ event: "error" }))).toEqual([]);
});
