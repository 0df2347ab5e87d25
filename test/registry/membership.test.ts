import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { deferred } from "../../src/peer/deferred.ts";
import type { StoredSession } from "../../src/ports/session-store.ts";
import { claimOf } from "../../src/registry/credential-claim.ts";
import { sealedBytes } from "../../src/registry/sealed-bytes.ts";
import { storedSession } from "../contract/session-store.ts";
import { credentialOf, registrySigner, userSigner } from "./fake-registry.ts";

import { Rig, settled } from "./membership-rig.ts";

const gone = { code: "address-unavailable", message: "the registry at x does not answer" } as const;

test("it tells how it signed in, states the credential, and says where the peer is", async () => {
  const { registry, peer, news, membership } = await new Rig().start();
  expect(news).toEqual([{ kind: "signed-in", first: false }]);
  expect(peer.stated).toEqual([sealedBytes(credentialOf(1n))]);
  expect(registry.beats).toEqual([{ addresses: ["127.0.0.1:8081"], busy: false, alone: true }]);
  expect([membership.user, membership.id, membership.registry]).toEqual(["ali", 106n, "127.0.0.1:8090"]);
});

test("it beats once a minute, and sooner when it is alone no more, alone again, or busy", async () => {
  const rig = await new Rig().start();
  rig.link();
  await rig.pass(2_000);
  expect(rig.registry.beats.at(-1)).toMatchObject({ alone: false });
  const before = rig.registry.count("heartbeat");
  await rig.pass(120_000);
  expect(rig.registry.count("heartbeat") - before).toBe(2);
  rig.membership.setBusy(true);
  await settled();
  expect(rig.registry.beats.at(-1)).toMatchObject({ alone: false, busy: true });
  rig.peer.linked = [];
  await rig.pass(2_000);
  expect(rig.registry.beats.at(-1)).toMatchObject({ alone: true, busy: true });
});

test("a peer in a session is busy; one that only asks for one is not", async () => {
  const rig = (await new Rig().start()).link();
  rig.peer.sessions.current = { state: "asking" };
  await rig.pass(70_000);
  expect(rig.registry.beats.at(-1)).toMatchObject({ busy: false });
  rig.peer.sessions.current = { state: "open" };
  await rig.pass(2_000);
  expect(rig.registry.beats.at(-1)).toMatchObject({ busy: true });
  await expect(rig.membership.signOut()).rejects.toMatchObject({ code: "in-session" });
  rig.peer.sessions.current = undefined;
  await rig.pass(2_000);
  expect(rig.registry.beats.at(-1)).toMatchObject({ busy: false });
});

test("newcomers are dialled, and reported once they are in the mesh", async () => {
  const rig = (await new Rig().start()).link();
  rig.registry.pending.push({ id: 200n, name: "new", addresses: ["new:1"] });
  await rig.pass(4_000);
  expect([...rig.peer.dialled]).toEqual(["new:1"]);
  expect(rig.registry.reports.flat()).toEqual([]);
  rig.link(200n);
  await rig.pass(10_000);
  expect(rig.registry.reports.flat()).toEqual([200n]);
});

test("it rides through the registry's death and return with one word each, and without a storm", async () => {
  const rig = (await new Rig().start()).link();
  await rig.pass(10_000);
  rig.registry.refuses = gone;
  const before = rig.registry.calls.length;
  await rig.pass(3_600_000);
  expect(rig.news.slice(1)).toEqual([{ kind: "away", reason: gone.message }]);
  expect(rig.membership.state).toBe("away");
  expect(rig.registry.calls.length - before).toBeLessThan(70);
  expect(rig.registry.calls.slice(before + 1).every((call) => call === "heartbeat a token")).toBe(true);
  rig.registry.refuses = undefined;
  await rig.pass(60_000);
  expect(rig.news.slice(2)).toEqual([{ kind: "back" }]);
  expect([rig.membership.state, rig.registry.calls.at(-1)]).toEqual(["signed-in", "fetchPending a token"]);
});

test("one that was silent and then has no room is told of again, and each once", async () => {
  const rig = (await new Rig().start()).link();
  const full = { code: "resource-exhausted", message: "2 peers are online, the most" } as const;
  for (const refuses of [gone, full, gone]) {
    rig.registry.refuses = refuses;
    await rig.pass(400_000);
  }
  const reasons = [gone.message, full.message, gone.message];
  expect(rig.news.slice(1)).toEqual(reasons.map((reason) => ({ kind: "away", reason })));
});

test("a registry that has no room is away, too, and says why", async () => {
  const rig = await new Rig().start();
  rig.registry.refuses = { code: "resource-exhausted", message: "2 peers are online, the most" };
  await rig.pass(100_000);
  expect(rig.news.slice(1)).toEqual([{ kind: "away", reason: "2 peers are online, the most" }]);
});

test("a session that has ended is told once, and nothing is asked or stated any more", async () => {
  const rig = await new Rig().start();
  rig.registry.refuses = { code: "signed-out", message: "the session has ended" };
  await rig.pass(60_000);
  const calls = rig.registry.calls.length;
  await rig.pass(600_000);
  expect(rig.news.slice(1)).toEqual([{ kind: "ended", reason: "the session has ended", elsewhere: false }]);
  expect([rig.registry.calls.length, rig.membership.state]).toEqual([calls, "ended"]);
  expect(rig.peer.stated.at(-1)).toEqual(new Uint8Array());
  expect(await rig.store.load()).toMatchObject({ token: "" });
  expect(await rig.membership.search("veli")).toEqual({ kind: "ended" });
});

test("who hears from the registry that the user signed in elsewhere tells it like who sees it in the mesh", async () => {
  const rig = await new Rig().start();
  rig.registry.refuses = { code: "signed-in-elsewhere", message: "Ali signed in elsewhere" };
  await rig.pass(60_000);
  expect(rig.news.slice(1)).toEqual([{ kind: "ended", reason: "ali signed in elsewhere", elsewhere: true }]);
  expect(rig.peer.stated.at(-1)).not.toEqual(new Uint8Array());
});

test("a fresh credential is stated and kept", async () => {
  const rig = await new Rig().start();
  rig.registry.renewed = credentialOf(2n);
  await rig.pass(60_000);
  const credential = sealedBytes(credentialOf(2n));
  expect(rig.peer.stated.at(-1)).toEqual(credential);
  expect(await rig.store.load()).toMatchObject({ credential, token: "a token" });
});

test("who started without the registry signs in when it is there, with the password given before", async () => {
  let tries = 0;
  const enter = (): Promise<StoredSession> => {
    tries += 1;
    const session = storedSession({ id: 106n, token: "fresh", credential: sealedBytes(credentialOf(3n)) });
    return tries < 3 ? Promise.reject(new RangeError("no answer")) : Promise.resolve(session);
  };
  const rig = await new Rig({ enter, news: { kind: "away", reason: "no answer" } }, { token: "" }).start();
  expect(tries).toBe(0);
  await rig.pass(60_000);
  expect(rig.news).toEqual([{ kind: "away", reason: "no answer" }, { kind: "back" }]);
  expect(rig.registry.calls[0]).toBe("heartbeat fresh");
  expect(rig.peer.stated.at(-1)).toEqual(sealedBytes(credentialOf(3n)));
  expect(rig.peer.claims).toEqual([undefined, claimOf(sealedBytes(credentialOf(3n)))]);
});

test("who has yet to sign in is not told that the user did so elsewhere: whoever signs in last has the user", async () => {
  let isThere = false;
  const enter = (): Promise<StoredSession> => {
    if (!isThere) return Promise.reject(new E3Error("address-unavailable", "no answer"));
    return Promise.resolve(storedSession({ id: 106n, token: "fresh", credential: sealedBytes(credentialOf(3n)) }));
  };
  const rig = await new Rig({ enter, news: { kind: "away", reason: "no answer" } }, { token: "" }).start();
  rig.peer.id = 7n;
  const [key, credential] = [userSigner.publicKey, sealedBytes(credentialOf(2n))];
  rig.peer.linked.push({ id: 106n, addresses: [], name: "ali", key, credential });
  await rig.pass(60_000);
  isThere = true;
  await rig.pass(120_000);
  expect(rig.news).toEqual([{ kind: "away", reason: "no answer" }, { kind: "back" }]);
});

test("a password that turns out wrong ends it", async () => {
  const enter = () => Promise.reject(new E3Error("bad-credentials", "the name or the password is wrong"));
  const rig = await new Rig({ enter, news: { kind: "away", reason: "no answer" } }, { token: "" }).start();
  await rig.pass(60_000);
  expect(rig.news.slice(1)).toEqual([{ kind: "ended", reason: "the name or the password is wrong", elsewhere: false }]);
  expect(rig.registry.calls).toEqual([]);
});

test("neighbours are kept, and dialled at the next start", async () => {
  const rig = (await new Rig().start()).link();
  await rig.pass(60_000);
  const neighbours = [{ id: 107n, address: "a:107" }];
  expect(await rig.store.load()).toMatchObject({ neighbours });
  const next = await new Rig({}, { neighbours }).start();
  expect([...next.peer.dialled]).toEqual(["a:107"]);
});

test("a search is answered in words, and at once while the registry is away", async () => {
  const rig = await new Rig().start();
  const found = { kind: "online", user: "veli", id: 107n, addresses: ["a:1"], busy: false };
  expect(await rig.membership.search("veli")).toEqual(found);
  expect(await rig.membership.search("x".repeat(999))).toEqual({ kind: "unknown" });
  await expect(rig.membership.search("0")).rejects.toMatchObject({ code: "bad-id" });
  rig.registry.refuses = gone;
  expect(await rig.membership.search("veli")).toEqual({ kind: "silent" });
  const asked = rig.registry.count("search");
  expect(await rig.membership.search("veli")).toEqual({ kind: "silent" });
  expect([rig.registry.count("search"), rig.news.at(-1)]).toEqual([asked, { kind: "away", reason: gone.message }]);
});

test("peers are judged by what they show, each in its place", async () => {
  const { membership } = await new Rig().start();
  const key = userSigner.publicKey;
  const shown = { id: 106n, name: "ali", key, credential: sealedBytes(credentialOf(2n)) };
  const standings = membership.standings([{ ...shown, credential: sealedBytes(credentialOf(1n)) }, shown]);
  expect(standings.map(({ kind }) => kind)).toEqual(["unverified", "verified"]);
});

test("signing out is refused while busy; after it the registry is asked for nothing", async () => {
  const rig = await new Rig().start();
  rig.membership.setBusy(true);
  await expect(rig.membership.signOut()).rejects.toMatchObject({ code: "in-session" });
  rig.membership.setBusy(false);
  await settled();
  await rig.membership.signOut();
  await rig.membership.signOut();
  expect([rig.registry.count("signOut a token"), rig.membership.state]).toEqual([1, "ended"]);
  const calls = rig.registry.calls.length;
  await rig.pass(600_000);
  expect(rig.registry.calls).toHaveLength(calls);
  expect(await rig.store.load()).toMatchObject({ token: "" });
});

test("it signs out when it closes; a registry that does not answer keeps the session for the next start", async () => {
  const rig = await new Rig().start();
  await rig.store.save(storedSession());
  await Promise.all([rig.membership.close(), rig.membership.close()]);
  expect(rig.registry.calls.slice(-2)).toEqual(["signOut a token", "close"]);
  expect(await rig.store.load()).toMatchObject({ token: "" });
  const other = await new Rig().start();
  await other.store.save(storedSession());
  other.registry.refuses = gone;
  await other.membership.close();
  expect(await other.store.load()).toMatchObject({ token: "a token" });
  expect(other.clock.alarmAtMs).toBeUndefined();
});

test("who closes while it signs in late waits for what that stores, and needs the password at the next start", async () => {
  const rig = new Rig({ enter: () => entered.promise, news: { kind: "away", reason: "no answer" } }, { token: "" });
  const entered = deferred<StoredSession>();
  await rig.start();
  await rig.pass(60_000);
  let isClosed = false;
  const closing = rig.membership.close().then(() => (isClosed = true));
  await settled();
  expect([isClosed, rig.registry.calls]).toEqual([false, ["close"]]);
  const late = storedSession({ id: 106n, token: "fresh", credential: sealedBytes(credentialOf(3n)) });
  await rig.store.save(late);
  entered.resolve(late);
  await closing;
  expect(await rig.store.load()).toMatchObject({ token: "" });
});

test("no token is ever logged", async () => {
  const rig = (await new Rig().start()).link();
  await rig.pass(100_000);
  rig.registry.refuses = gone;
  await rig.pass(100_000);
  await rig.membership.close();
  const texts = rig.noted.lines.map(({ message, fields }) => `${message} ${String(Object.values(fields ?? {}))}`);
  expect(texts.length).toBeGreaterThan(2);
  expect(texts.join("\n")).not.toContain("a token");
});

test("a peer that lost the user's id is told that the user signed in elsewhere, and asks the registry nothing more", async () => {
  const rig = (await new Rig().start()).link();
  rig.peer.id = 7n;
  // A stranger that has the id is not the user.
  rig.peer.linked.push({ id: 106n, addresses: [], name: "ali", key: new Uint8Array(32) });
  await rig.pass(2_000);
  expect(rig.membership.state).toBe("signed-in");
  const key = userSigner.publicKey;
  rig.peer.linked.push({ id: 106n, addresses: [], name: "ali", key, credential: sealedBytes(credentialOf(2n)) });
  await rig.pass(2_000);
  expect(rig.news.at(-1)).toEqual({ kind: "ended", reason: "ali signed in elsewhere", elsewhere: true });
  expect([rig.membership.state, rig.peer.stated.at(-1)]).toEqual(["ended", new Uint8Array()]);
  const before = rig.registry.count("heartbeat");
  await rig.pass(200_000);
  expect([rig.registry.count("heartbeat"), rig.news]).toEqual([before, [expect.anything(), rig.news.at(-1)]]);
});

test("a user that signed in late, at a registry that gives it another id, did not sign in elsewhere", async () => {
  const credential = sealedBytes(credentialOf(1n));
  const late = storedSession({ id: 999n, credential, registryKey: registrySigner.publicKey, neighbours: [] });
  const news = { kind: "away", reason: "no answer" } as const;
  const rig = await new Rig({ enter: () => Promise.resolve(late), news }, { token: "" }).start();
  await rig.pass(200_000);
  expect(rig.news.map(({ kind }) => kind)).not.toContain("ended");
  expect(rig.peer.claims).not.toContainEqual(expect.any(Number));
});
