import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { assignerHash, decomposeId } from "../../src/core/snowflake.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { applicationOf, callFrom, openDesk, startMs } from "./world.ts";

const beat = { addresses: ["127.0.0.1:8081"], busy: false, alone: false };

test("an id is a Snowflake id of the registry's own hash", async () => {
  const { desk, signer } = await openDesk();
  const { id } = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  expect(decomposeId(id).hash).toBe(assignerHash(7n, (bytes) => signer.sha256(bytes)));
});

test("after a restart the id and the session are there, and a heartbeat puts the user back", async () => {
  const before = await openDesk();
  const { id, token } = await before.desk.signUp(applicationOf("ali", "password 1"), callFrom());
  before.clock.pass(1_000);
  const { desk } = await openDesk({}, before);
  expect(desk.search(token, "ali").found?.where).toEqual({ kind: "offline", sinceMs: undefined });
  await desk.heartbeat(token, beat);
  expect(desk.search(token, id).found?.where.kind).toBe("online");
  expect((await desk.signIn(applicationOf("ali", "password 1"), callFrom())).id).toBe(id);
  expect((await desk.signUp(applicationOf("veli", "password 1"), callFrom())).id).not.toBe(id);
});

test("of two that sign up under one name at once, one is the user", async () => {
  const { desk } = await openDesk();
  const asked = ["Ali", "ali"].map((name) => desk.signUp(applicationOf(name, "password 1"), callFrom()));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(outcomes[1]).toMatchObject({ reason: { code: "user-exists" } });
});

test("what could not be stored did not happen", async () => {
  const { desk, store, registry } = await openDesk({ liveMax: 2 });
  // Has ids reserved, so that what fails below is the user's own record.
  await desk.signUp(applicationOf("veli", "password 1"), callFrom());
  store.fails = new E3Error("store-failed", "the disk is full");
  const failed = desk.signUp(applicationOf("ali", "password 1"), callFrom());
  await expect(failed).rejects.toMatchObject({ code: "store-failed" });
  expect([registry.find("ali"), registry.liveCount]).toEqual([undefined, 1]);
  store.fails = undefined;
  const { token } = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  store.fails = new E3Error("store-failed", "the disk is full");
  await expect(desk.signOut(token)).rejects.toMatchObject({ code: "store-failed" });
  await desk.heartbeat(token, beat);
});

test("the limit of users online holds at sign-up, at sign-in and at a heartbeat; no user is made in vain", async () => {
  const world = await openDesk({ liveMax: 1 });
  const { desk, registry, clock, hasher } = world;
  const ali = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  const refusal = { code: "resource-exhausted" };
  const hashes = hasher.hashes;
  await expect(desk.signUp(applicationOf("veli", "password 1"), callFrom())).rejects.toMatchObject(refusal);
  expect([registry.find("veli"), hasher.hashes]).toEqual([undefined, hashes]);
  clock.pass(200_000);
  await desk.signUp(applicationOf("veli", "password 1"), callFrom());
  await expect(desk.heartbeat(ali.token, beat)).rejects.toMatchObject(refusal);
  await expect(desk.signIn(applicationOf("ali", "password 1"), callFrom())).rejects.toMatchObject(refusal);
});

test("a sign-in from elsewhere ends the earlier session", async () => {
  const { desk } = await openDesk();
  const first = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  await desk.signIn(applicationOf("ALI", "password 1", testSigner(3)), callFrom());
  await expect(desk.heartbeat(first.token, beat)).rejects.toMatchObject({ code: "signed-in-elsewhere" });
});

test("a key that the caller does not hold is refused, before any password is hashed", async () => {
  const { desk, hasher } = await openDesk();
  const stolen = { ...applicationOf("ali", "password 1"), key: testSigner(3).publicKey };
  const before = hasher.hashes;
  await expect(desk.signUp(stolen, callFrom())).rejects.toMatchObject({ code: "bad-option" });
  await expect(desk.signIn(stolen, callFrom())).rejects.toMatchObject({ code: "bad-option" });
  expect([hasher.hashes - before, hasher.verifies]).toEqual([0, 0]);
});

test("who asks too often from one network has to wait, whatever it asks", async () => {
  const { desk, clock } = await openDesk({ remoteAttemptsMax: 3 });
  await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  const taken = (): Promise<unknown> => desk.signUp(applicationOf("ali", "password 1"), callFrom("192.0.2.1:9"));
  for (let time = 0; time < 2; time += 1) await expect(taken()).rejects.toMatchObject({ code: "user-exists" });
  await expect(taken()).rejects.toMatchObject({ code: "resource-exhausted" });
  await desk.signUp(applicationOf("veli", "password 1"), callFrom("192.0.2.2:9"));
  clock.pass(1_000);
  await expect(taken()).rejects.toMatchObject({ code: "user-exists" });
});

test("a heartbeat past half of the credential's time brings a fresh one, once it is stored", async () => {
  const { desk, clock, store } = await openDesk({ credentialMs: 100_000 });
  const { token } = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  expect((await desk.heartbeat(token, beat)).credential).toBeUndefined();
  clock.pass(50_000);
  const commits = store.commits;
  const pulses = await Promise.all([desk.heartbeat(token, beat), desk.heartbeat(token, beat)]);
  expect(pulses.map(({ credential }) => credential !== undefined)).toEqual([true, false]);
  expect(store.commits - commits).toBe(1);
  clock.pass(90_000);
  expect((await desk.heartbeat(token, beat)).credential).toBeDefined();
});

test("who is gone is noticed when it is, although nobody asks", async () => {
  const { desk, clock, lines, registry } = await openDesk();
  const { token } = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  clock.pass(60_000);
  await desk.heartbeat(token, beat);
  clock.pass(199_999);
  expect(registry.liveCount).toBe(1);
  clock.pass(1);
  expect(registry.liveCount).toBe(0);
  const message = "a user is gone: it was silent for too long";
  expect(lines.at(-1)).toMatchObject({ message, fields: { user: "ali" } });
  expect([clock.alarmAtMs, clock.nowMs()]).toEqual([undefined, startMs + 260_000]);
});

test("no password and no token is in the log, nor what was typed for a name", async () => {
  const { desk, lines } = await openDesk();
  const { token } = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  const wrong = [applicationOf("ali", "a wrong password"), applicationOf("my secret password", "a wrong password")];
  for (const application of wrong) await expect(desk.signIn(application, callFrom())).rejects.toBeInstanceOf(E3Error);
  await desk.signIn(applicationOf("ali", "password 1"), callFrom());
  await desk.signUp(applicationOf("veli", "password 2"), callFrom()).then((veli) => desk.signOut(veli.token));
  const text = JSON.stringify(lines, (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value));
  expect(lines.length).toBeGreaterThan(4);
  for (const secret of ["password 1", "password 2", "wrong password", "secret", token]) {
    expect(text).not.toContain(secret);
  }
});

test("a sign-out is for good", async () => {
  const before = await openDesk();
  const { token } = await before.desk.signUp(applicationOf("ali", "password 1"), callFrom());
  await before.desk.signOut(token);
  for (const { desk } of [before, await openDesk({}, before)]) {
    await expect(desk.heartbeat(token, beat)).rejects.toMatchObject({ code: "signed-out" });
  }
});

test("closed, it has stored what was begun, and no alarm rings", async () => {
  const { desk, clock, store } = await openDesk();
  const { token } = await desk.signUp(applicationOf("ali", "password 1"), callFrom());
  const commits = store.commits;
  const out = desk.signOut(token);
  await desk.close();
  expect([store.commits - commits, clock.alarmAtMs]).toEqual([1, undefined]);
  await out;
});
