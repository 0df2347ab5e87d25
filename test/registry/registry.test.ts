import { expect, test } from "vitest";
import { openCredential } from "../../src/registry/credential.ts";
import { defaultRegistryLimits, type RegistryLimits } from "../../src/registry/limits.ts";
import { Registry } from "../../src/registry/registry.ts";
import type { User } from "../../src/registry/user.ts";
import { Random } from "../../src/testing/random.ts";
import { testSigner } from "../../src/testing/signer.ts";

const signer = testSigner(1);
const key = testSigner(2).publicKey;
const dayMs = 24 * 3_600_000;

function rig(limits: Partial<RegistryLimits> = {}, users: readonly User[] = []) {
  const registry = new Registry({
    signer,
    entropy: new Random(1),
    limits: { ...defaultRegistryLimits, ...limits },
    users,
  });
  let ids = 100n;
  const user = (name: string): User => {
    const known = registry.find(name);
    return known ?? { name, id: (ids += 1n), passwordHash: "x", serial: 0n, signedUpAtMs: 0, session: undefined };
  };
  /** Signs a user in as the desk does. */
  const enter = (name: string, nowMs = 0): { user: User; token: string; first: boolean } => {
    registry.takeSeat(name);
    const issued = registry.issue(user(name), key, nowMs);
    return { ...issued, first: registry.admit(issued.user, [`${name}.example:1`], nowMs) };
  };
  return { registry, user, enter };
}

const beat = { addresses: ["x.example:2"], busy: true, alone: false };

test("a token works once the user is admitted, and not before", () => {
  const { registry, user } = rig();
  const issued = registry.issue(user("ali"), key, 0);
  expect(() => registry.caller(issued.token, 0)).toThrow(expect.objectContaining({ code: "signed-out" }));
  registry.admit(issued.user, [], 0);
  expect(registry.caller(issued.token, 0).name).toBe("ali");
});

test("the next sign-in ends the session, keeps the id and states the next credential", () => {
  const { registry, enter } = rig();
  const [first, second] = [enter("ali"), enter("ali", 5)];
  expect(() => registry.caller(first.token, 5)).toThrow(
    expect.objectContaining({ code: "signed-in-elsewhere", message: "ali signed in elsewhere" }),
  );
  expect(registry.caller(second.token, 5).id).toBe(first.user.id);
  expect([first.user.serial, second.user.serial]).toEqual([1n, 2n]);
  expect(registry.liveCount).toBe(1);
});

test("a registry that was put back to an older state issues credentials above those it does not know of", () => {
  const backup = rig().enter("ali", 100 * dayMs).user;
  const { registry, enter } = rig({}, [backup]);
  for (let day = 101; day <= 110; day += 1) enter("ali", day * dayMs);
  const newest = registry.find("ali")?.serial ?? 0n;
  expect(rig({}, [backup]).enter("ali", 111 * dayMs).user.serial).toBeGreaterThan(newest);
});

test("a clock that goes back takes no serial back", () => {
  const { enter } = rig();
  const serials = [enter("ali", 100 * dayMs), enter("ali", dayMs), enter("ali", 100 * dayMs)];
  expect(serials.map(({ user }) => user.serial)).toEqual([2_400n, 2_401n, 2_402n]);
});

test("a credential is for the user, its id and its key, and is signed by the registry", () => {
  const { user } = rig().enter("ali", 1_000.7);
  const sealed = user.session?.sealed;
  if (sealed === undefined) throw new Error("no session");
  expect(openCredential(sealed, { registryKey: signer.publicKey, signer, nowMs: 1_000 })).toEqual({
    ...{ user: "ali", id: 101n, key, serial: 1n },
    ...{ issuedAtMs: 1_000, expiresAtMs: 1_000 + 30 * dayMs },
  });
});

test("a credential past half of its time is renewed, under the same token; one that ran out ends the session", () => {
  const { registry, enter } = rig();
  const { token } = enter("ali");
  expect(registry.renewed(registry.caller(token, 15 * dayMs - 1), 15 * dayMs - 1)).toBeUndefined();
  const renewed = registry.renewed(registry.caller(token, 15 * dayMs), 15 * dayMs);
  expect(renewed).toMatchObject({ serial: 360n, session: { expiresAtMs: 45 * dayMs, signedInAtMs: 0 } });
  expect(() => registry.caller(token, 30 * dayMs)).toThrow(expect.objectContaining({ code: "signed-out" }));
  if (renewed !== undefined) registry.know(renewed);
  expect(registry.caller(token, 30 * dayMs).serial).toBe(360n);
});

test("the first to come is told so and waits for nobody; the second is handed to the first", () => {
  const { registry, enter } = rig();
  const [ali, veli] = [enter("ali"), enter("veli")];
  expect([ali.first, veli.first]).toEqual([true, false]);
  const newcomers = registry.fetch(ali.user, [], 0);
  expect(newcomers).toEqual([{ user: veli.user, addresses: ["veli.example:1"] }]);
  registry.fetch(ali.user, [veli.user.id], 1);
  expect(registry.fetch(enter("selami", 20_000).user, [], 20_000)).toEqual([]);
});

test("a newcomer that has links, left or is gone is handed to nobody", () => {
  const { registry, enter } = rig();
  const [ali, veli, selami] = [enter("ali"), enter("veli"), enter("selami")];
  registry.beat(veli.user, beat, 1);
  registry.leave({ ...selami.user, session: undefined }, 1);
  expect(registry.fetch(ali.user, [], 2)).toEqual([]);
  enter("late", 10);
  registry.beat(ali.user, beat, 190_000);
  registry.expire(200_010);
  expect(registry.fetch(ali.user, [], 200_010)).toEqual([]);
});

test("whoever was gone waits anew: what was handed out meanwhile does not count", () => {
  const { registry, enter } = rig({ pendingMs: 1_000_000 });
  const [ali, veli] = [enter("ali"), enter("veli")];
  registry.beat(ali.user, beat, 100_000);
  expect(registry.expire(200_000)).toEqual(["veli"]);
  expect(registry.fetch(ali.user, [], 200_000)).toEqual([]);
  registry.beat(veli.user, { ...beat, alone: true }, 200_001);
  expect(registry.fetch(ali.user, [], 200_002)).toHaveLength(1);
});

test("a peer that finds itself alone waits again, unless nobody else is there", () => {
  const { registry, enter } = rig();
  const [ali, veli] = [enter("ali"), enter("veli")];
  registry.beat(veli.user, beat, 1);
  expect(registry.beat(veli.user, { ...beat, alone: true }, 2)).toBe(false);
  expect(registry.fetch(ali.user, [], 3)).toHaveLength(1);
  registry.leave(veli.user, 4);
  expect(registry.beat(ali.user, { ...beat, alone: true }, 5)).toBe(true);
});

test("no more users are there than the limit says, and one that left makes room", () => {
  const { registry, enter } = rig({ liveMax: 2 });
  const ali = enter("ali");
  enter("veli");
  const refusal = "2 peers are online, the most that this registry admits";
  expect(() => enter("selami")).toThrow(refusal);
  expect(enter("ali").first).toBe(false);
  registry.leave(ali.user, 0);
  enter("selami");
  expect(() => registry.beat(ali.user, beat, 0)).toThrow(refusal);
});

test("a seat counts until it is admitted or given up", () => {
  const { registry, enter } = rig({ liveMax: 1 });
  registry.takeSeat("ali");
  expect(() => enter("veli")).toThrow(expect.objectContaining({ code: "resource-exhausted" }));
  registry.giveUpSeat("ali");
  enter("veli");
});

test("a user is found by name in any case and by id, online with its address, or offline since when", () => {
  const { registry, enter } = rig();
  const ali = enter("Ali", 7);
  const online = { user: ali.user, where: { kind: "online", addresses: ["Ali.example:1"], busy: false } };
  expect([registry.search("aLI"), registry.search(ali.user.id)]).toEqual([online, online]);
  registry.beat(ali.user, beat, 8);
  expect(registry.search("Ali")?.where).toEqual({ kind: "online", addresses: ["x.example:2"], busy: true });
  expect(registry.expire(200_008)).toEqual(["Ali"]);
  expect(registry.search("Ali")?.where).toEqual({ kind: "offline", sinceMs: 8 });
  expect([registry.search("veli"), registry.search(1n)]).toEqual([undefined, undefined]);
});

test("who was silent for too long goes on with the same token", () => {
  const { registry, enter } = rig();
  const { token, user } = enter("ali");
  registry.expire(200_000);
  expect(registry.liveCount).toBe(0);
  registry.beat(registry.caller(token, 300_000), beat, 300_000);
  expect([registry.liveCount, registry.nextDeadlineMs, user.name]).toEqual([1, 500_000, "ali"]);
});

test("what a former life knew of users holds: ids, sessions, serials", () => {
  const before = rig();
  const { token, user } = before.enter("ali");
  const { registry } = rig({}, [user]);
  expect(registry.caller(token, 0)).toEqual(user);
  expect(registry.search("ali")?.where).toEqual({ kind: "offline", sinceMs: undefined });
});

test("names that differ in nothing but case are one, and there is a limit to how many there are", () => {
  const { registry, enter } = rig({ usersMax: 2 });
  enter("Ali");
  expect(() => registry.checkNew("aLI")).toThrow(expect.objectContaining({ code: "user-exists" }));
  registry.checkNew("veli");
  enter("veli");
  expect(() => registry.checkNew("selami")).toThrow(expect.objectContaining({ code: "resource-exhausted" }));
});

test("while others have links, who has none gets only those who have waited for long, and whom nobody can call nobody gets", () => {
  const { registry, enter } = rig();
  const [ali, veli] = [enter("ali"), enter("veli")];
  registry.beat(ali.user, beat, 0);
  enter("new");
  expect(registry.fetch(veli.user, [], 14_999)).toEqual([]);
  expect(registry.fetch(veli.user, [], 15_000).map(({ user: { name } }) => name)).toEqual(["new"]);
  registry.beat(veli.user, { ...beat, addresses: [], alone: true }, 15_001);
  expect(registry.fetch(ali.user, [], 15_002)).toEqual([]);
});

test("after a restart those who were there have time to come back before newcomers take their places", () => {
  const before = rig();
  const users = ["ali", "veli"].map((name) => before.enter(name).user);
  const { registry, enter } = rig({ liveMax: 2, silenceMs: 200_000 }, users);
  registry.expire(0);
  const full: unknown = expect.objectContaining({ code: "resource-exhausted" });
  expect(() => enter("cem")).toThrow(full);
  registry.beat(users[0] ?? before.user("ali"), beat, 1);
  expect(() => enter("cem", 2)).toThrow(full);
  expect(() => enter("cem", 2)).toThrow(
    "2 peers are online or, as the registry was restarted, expected back, the most that this registry admits; try again in a few minutes",
  );
  registry.expire(199_999);
  expect(() => enter("cem", 199_999)).toThrow(full);
  registry.expire(200_000);
  registry.beat(users[0] ?? before.user("ali"), beat, 200_000);
  enter("cem", 200_000);
  expect(registry.liveCount).toBe(2);
});

test("no more places are kept over a restart than there are", () => {
  const before = rig();
  const users = ["ali", "veli", "cem"].map((name, at) => before.enter(name, at).user);
  const { registry } = rig({ liveMax: 2 }, users);
  registry.expire(10);
  const [ali, ...later] = users;
  if (ali === undefined) throw new Error("no user");
  expect(() => registry.beat(ali, beat, 10)).toThrow(expect.objectContaining({ code: "resource-exhausted" }));
  for (const user of later) registry.beat(user, beat, 11);
  expect(registry.liveCount).toBe(2);
});
