import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createMember, type Member, type MemberOptions } from "../src/compose-member.ts";
import { createRegistry } from "../src/compose-registry.ts";
import { deferred } from "../src/peer/deferred.ts";
import type { RegistryNews, RunningRegistry } from "../src/registry/types.ts";
import { temporaryDirectories } from "./adapters/temporary.ts";
import { freeAddress } from "./e2e/harness/port.ts";
import { take } from "./peer/world.ts";

const directory = temporaryDirectories();
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

async function serve(liveMax = 10, listen = "127.0.0.1:0"): Promise<RunningRegistry> {
  const registry = await createRegistry({ listen, state: join(await directory(), "r"), liveMax });
  open.push(registry);
  return registry;
}

async function joinAs(registry: RunningRegistry, options: Partial<MemberOptions> = {}) {
  const news: RegistryNews[] = [];
  const member = await createMember({
    ...{ listen: "127.0.0.1:0", store: "memory", registry: registry.listen, user: "ali", password: "a good password" },
    onNews: (each) => news.push(each),
    ...options,
  });
  open.push(member);
  return { ...member, news };
}

/** Another start in a directory, with nobody to ask for a password. */
const unasked = { password: () => Promise.reject(new Error("asked for a password")) };

test("a user's peer has the user's id and name, and a newcomer is called by those who are there", async () => {
  const registry = await serve();
  const ali = await joinAs(registry, { signUp: true });
  expect(ali.news).toEqual([{ kind: "signed-in", first: true }]);
  expect([ali.peer.id, ali.peer.status().name, ali.peer.desired]).toEqual([ali.membership.id, "ali", "granted"]);
  const veli = await joinAs(registry, { user: "veli", signUp: true });
  expect(veli.news).toEqual([{ kind: "signed-in", first: false }]);
  expect(await ali.peer.send(veli.peer.id, "welcome").settled).toMatchObject({ status: "delivered" });
  expect(await take(veli.peer.messages(), 1)).toMatchObject([{ from: ali.peer.id, text: "welcome" }]);
  expect(veli.membership.standings(veli.peer.peers())).toEqual([{ kind: "verified", user: "ali" }]);
  const { id, user } = ali.membership;
  expect(await veli.membership.search("ALI")).toMatchObject({ kind: "online", user, id, addresses: [ali.peer.listen] });
  await ali.close();
  expect(await veli.membership.search("ali")).toMatchObject({ kind: "offline", user, id });
});

test("the session is kept in the state directory, without the password, until the user signs out", async () => {
  const registry = await serve();
  const state = join(await directory(), "state");
  const kept = { state, store: "lmdb" } as const;
  const first = await joinAs(registry, { ...kept, signUp: true });
  // What a crash leaves behind: the peer is gone, and nobody was told.
  await first.peer.close();
  const again = await joinAs(registry, { ...kept, ...unasked });
  expect(again.peer.id).toBe(first.peer.id);
  const files = await readdir(state);
  const texts = await Promise.all(files.map((name) => readFile(join(state, name), "latin1")));
  expect(texts.join("\n")).not.toContain("a good password");
  await again.close();
  await expect(joinAs(registry, { ...kept, ...unasked })).rejects.toThrow("asked for a password");
  expect((await joinAs(registry, kept)).peer.id).toBe(first.peer.id);
});

test("where no session is kept, each start needs the password, and signing up again fails", async () => {
  const registry = await serve();
  const state = join(await directory(), "state");
  const asked = { state, store: "lmdb", keepSession: false } as const;
  const first = await joinAs(registry, { ...asked, signUp: true });
  // What a crash leaves behind: the peer is gone, and nobody was told.
  await first.peer.close();
  const refused = (options: Partial<MemberOptions>) => joinAs(registry, { ...asked, ...options });
  await expect(refused({ password: "another password" })).rejects.toMatchObject({ code: "bad-credentials" });
  await expect(refused({ signUp: true })).rejects.toMatchObject({ code: "user-exists" });
  expect((await joinAs(registry, asked)).peer.id).toBe(first.peer.id);
});

test("a start may ask for the password and the next go on with the session, as long as the user stays signed in", async () => {
  const registry = await serve();
  const state = join(await directory(), "state");
  const kept = { state, store: "lmdb" } as const;
  const asked = { ...kept, keepSession: "for-next" } as const;
  const first = await joinAs(registry, { ...asked, signUp: true });
  await first.pause();
  await expect(joinAs(registry, { ...asked, password: "another password" })).rejects.toMatchObject({
    code: "bad-credentials",
  });
  await expect(joinAs(registry, { ...asked, signUp: true })).rejects.toMatchObject({ code: "user-exists" });
  const again = await joinAs(registry, { ...kept, ...unasked });
  expect(again.peer.id).toBe(first.peer.id);
  await again.pause();
  await again.close();
  const third = await joinAs(registry, { ...kept, ...unasked });
  await third.close();
  await expect(joinAs(registry, { ...kept, ...unasked })).rejects.toThrow("asked for a password");
});

test("without the registry a start with a session works, and one that was never the user's does not", async () => {
  // Not one that the system picks: while nobody listens there, it would pick it for somebody else.
  const registry = await serve(10, await freeAddress());
  const state = join(await directory(), "state");
  const kept = { state, store: "lmdb" } as const;
  const first = await joinAs(registry, { ...kept, signUp: true });
  await first.peer.close();
  await registry.close();
  const again = await joinAs(registry, { ...kept, ...unasked });
  expect(again.peer.id).toBe(first.peer.id);
  const reason = `the registry at ${registry.listen} does not answer`;
  expect(again.news).toEqual([{ kind: "away", reason }]);
  expect(again.membership.standings([...again.peer.peers()])).toEqual([]);
  await expect(joinAs(registry)).rejects.toMatchObject({ code: "address-unavailable", message: reason });
});

test("who signs in late, once the registry is there, has the user, and the one that had signed in before is told", async () => {
  const [home, state] = [join(await directory(), "r"), join(await directory(), "state")];
  // As above: it is closed for a while.
  const first = await createRegistry({ listen: await freeAddress(), state: home });
  open.push(first);
  await (await joinAs(first, { state, store: "lmdb", signUp: true })).close();
  const told = deferred<RegistryNews>();
  const onNews = (news: RegistryNews): void => void (news.kind === "ended" && told.resolve(news));
  const before = await joinAs(first, { onNews });
  await first.close();
  const back = deferred<RegistryNews>();
  const onLateNews = (news: RegistryNews): void => void (news.kind === "back" && back.resolve(news));
  const late = await joinAs(first, { state, store: "lmdb", peers: [before.peer.listen], onNews: onLateNews });
  const { id } = before.membership;
  const [atLate, atBefore] = [late.peer.events(), before.peer.events()];
  /** Resolves when a peer is told that it has the user's id, or that it has not. */
  const until = async (events: typeof atLate, has: boolean): Promise<void> => {
    for (let next = await events.next(); next.done !== true; next = await events.next())
      if (next.value.kind === "id" && (next.value.id === id) === has) return;
  };
  // The sign-in that the mesh knows is the other's.
  if (late.peer.id === id) await until(atLate, false);
  open.push(await createRegistry({ listen: first.listen, state: home }));
  await until(atLate, true);
  // The registry may tell it before the mesh does, by which it loses the id.
  await until(atBefore, false);
  // It states who it is before the registry has heard of it again.
  await back.promise;
  expect(await told.promise).toEqual({ kind: "ended", reason: "ali signed in elsewhere", elsewhere: true });
  expect([late.peer.id, before.peer.id === id, late.membership.state]).toEqual([id, false, "signed-in"]);
});

test.each([
  [{ password: "not the right one" }, "bad-credentials", "the name or the password is wrong"],
  [{ user: "nobody" }, "bad-credentials", "the name or the password is wrong"],
  [{ signUp: true }, "user-exists", 'there is a user "ali" already'],
  [{ user: "veli", signUp: true }, "resource-exhausted", "1 peers are online, the most"],
  [{ user: "veli", signUp: true, password: "short" }, "bad-option", "a password has 8 to 1024 bytes"],
  [{ user: "7" }, "bad-option", "is a number"],
  [{ registry: "10.0.0.1:1" }, "not-loopback", "the password would travel there unencrypted"],
  [{ registry: "nowhere" }, "bad-address", "nowhere"],
] as const)("%j is refused with %s, and the directory is free again", async (options, code, part) => {
  const registry = await serve(1);
  await joinAs(registry, { signUp: true });
  const state = join(await directory(), "state");
  const refused = joinAs(registry, { state, store: "lmdb", ...options });
  await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(part) as string });
  await (await createHere(state)).close();
});

test.each([
  [undefined, "the options must be an object"],
  [{}, "the option registry must be text, host:port"],
  [{ user: 5 }, "the option user must be text"],
  [{ password: undefined }, "the option password must be text, or a function that asks for it"],
  [{ signUp: "yes" }, "the option signUp must be true or false"],
  [{ keepSession: "never" }, 'the option keepSession must be true, false or "for-next"'],
  [{ onNews: {} }, "the option onNews must be a function"],
])("%j is no member: %s", async (options, message) => {
  const right = { listen: "127.0.0.1:0", registry: "127.0.0.1:1", user: "ali", password: "a good password" };
  const given = options === undefined || Object.keys(options).length === 0 ? options : { ...right, ...options };
  await expect(createMember(given as MemberOptions)).rejects.toMatchObject({
    ...{ code: "bad-option", message: expect.stringContaining(message) as string },
  });
});

async function createHere(state: string): Promise<Member["peer"]> {
  const { createPeer } = await import("../src/compose.ts");
  return createPeer({ listen: "127.0.0.1:0", state });
}
