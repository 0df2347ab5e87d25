import { afterEach, expect, test } from "vitest";
import { createServiceClient } from "../../src/adapters/grpc/client.ts";
import { Presence, RegistryService } from "../../src/gen/e3/v1/registry_pb.ts";
import { openCredential } from "../../src/registry/credential.ts";
import type { RegistryLimits } from "../../src/registry/limits.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { type Served, serveTestRegistry } from "./served.ts";
import { applicationOf, startMs } from "./world.ts";

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

async function served(limits: Partial<RegistryLimits> = {}): Promise<Served> {
  const made = await serveTestRegistry(limits);
  open.push(made);
  return made;
}

/** The service as any program calls it. */
async function plain() {
  const { registry } = await served();
  const calls = createServiceClient(RegistryService, registry.listen);
  open.push({ [Symbol.asyncDispose]: async () => calls.close() });
  return calls;
}

const entry = (name: string) => ({ name, password: `the password of ${name}`, addresses: ["127.0.0.1:8081"] });
const beat = { addresses: ["127.0.0.1:9"], busy: true, alone: false };

test("a user signs up, and has what it needs to go on by itself", async () => {
  const { client, registry } = await served();
  const session = await client().signUp(entry("ali"));
  expect(session).toMatchObject({ first: true, heartbeatMs: 60_000, registryKey: registry.publicKey });
  const { publicKey: registryKey } = registry;
  const credential = session.credential ?? { credential: new Uint8Array(), signature: new Uint8Array() };
  expect(openCredential(credential, { registryKey, signer: testSigner(9), nowMs: startMs })).toMatchObject({
    user: "ali",
    id: session.id,
    key: testSigner(2).publicKey,
    serial: BigInt(Math.floor(startMs / 3_600_000)),
  });
});

test("a taken name is ALREADY_EXISTS", async () => {
  const calls = await plain();
  await calls.signUp({ ...applicationOf("ali", "password 1"), addresses: [] });
  const again = calls.signUp({ ...applicationOf("Ali", "password 1"), addresses: [] });
  await expect(again).rejects.toMatchObject({ status: "ALREADY_EXISTS" });
});

test("a wrong name and a wrong password are UNAUTHENTICATED in the same words", async () => {
  const calls = await plain();
  await calls.signUp({ ...applicationOf("ali", "password 1"), addresses: [] });
  for (const name of ["ali", "nobody"]) {
    const refused = calls.signIn({ ...applicationOf(name, "password 2"), addresses: [] });
    const said = { status: "UNAUTHENTICATED", details: "the name or the password is wrong" };
    await expect(refused).rejects.toMatchObject(said);
  }
});

test.each([
  ["an empty request", {}],
  ["a name of 10,000 letters", { name: "a".repeat(10_000) }],
  ["a name that is an id", { name: "77252666718255104" }],
  ["a short password", { password: "1234567" }],
  ["a long password", { password: "p".repeat(1_025) }],
  ["half a key", { key: new Uint8Array(16) }],
  ["an address that is none", { addresses: ["nowhere"] }],
  ["somebody else's proof", { proof: new Uint8Array(64) }],
])("%s is INVALID_ARGUMENT", async (_, change) => {
  const calls = await plain();
  const sound = { ...applicationOf("ali", "password 1"), addresses: [] as string[] };
  const request = Object.keys(change).length === 0 ? {} : { ...sound, ...change };
  await expect(calls.signUp(request)).rejects.toMatchObject({ status: "INVALID_ARGUMENT" });
  await expect(calls.signIn(request)).rejects.toMatchObject({ status: "INVALID_ARGUMENT" });
});

test("a request above the limit is refused before it is read", async () => {
  const { registry, client } = await served();
  expect(registry.listen).toMatch(/^127\.0\.0\.1:\d+$/);
  const calls = createServiceClient(RegistryService, registry.listen);
  open.push({ [Symbol.asyncDispose]: async () => calls.close() });
  const large = calls.signUp({ ...applicationOf("ali", "p".repeat(5_000_000)), addresses: [] });
  await expect(large).rejects.toMatchObject({ status: "RESOURCE_EXHAUSTED" });
  await client().signUp(entry("ali"));
});

test("every call but the first two needs a token", async () => {
  const calls = await plain();
  for (const token of ["", "nonsense", "a".repeat(100_000)]) {
    for (const call of [calls.signOut, calls.heartbeat, calls.search, calls.fetchPending]) {
      const request = { token, target: { case: "name", value: "ali" } } as const;
      await expect(call(request)).rejects.toMatchObject({ status: "UNAUTHENTICATED" });
    }
  }
});

test("a search tells online, busy, offline, that is you, and not found", async () => {
  const { client, clock } = await served();
  const [ali, veli] = [client(2), client(3)];
  const [{ token, id }, other] = [await ali.signUp(entry("ali")), await veli.signUp(entry("veli"))];
  expect(await ali.search(token, "VELI")).toMatchObject({
    ...{ presence: Presence.ONLINE, self: false, name: "veli", id: other.id },
    ...{ addresses: ["127.0.0.1:8081"], busy: false, credential: other.credential },
  });
  await veli.heartbeat(other.token, beat);
  expect(await ali.search(token, other.id)).toMatchObject({ busy: true, addresses: ["127.0.0.1:9"] });
  expect(await ali.search(token, "ali")).toMatchObject({ presence: Presence.ONLINE, self: true, id });
  clock.pass(1_000);
  await veli.signOut(other.token);
  const gone = { presence: Presence.OFFLINE, offlineSinceMs: BigInt(startMs + 1_000), addresses: [], busy: false };
  expect(await ali.search(token, "veli")).toMatchObject(gone);
  for (const nobody of ["selami", 5n]) {
    expect(await ali.search(token, nobody)).toMatchObject({ presence: Presence.NOT_FOUND, self: false, id: 0n });
  }
  for (const bad of ["", "12"]) await expect(ali.search(token, bad)).rejects.toMatchObject({ code: "bad-option" });
});

test("a search for nobody is INVALID_ARGUMENT", async () => {
  const calls = await plain();
  const { session } = await calls.signUp({ ...applicationOf("ali", "password 1"), addresses: [] });
  const asked = calls.search({ token: session?.token ?? "" });
  await expect(asked).rejects.toMatchObject({ status: "INVALID_ARGUMENT" });
});

test("a user that says nothing for 200 s is gone", async () => {
  const { client, clock } = await served();
  const [ali, veli] = [client(2), client(3)];
  const [{ token }, other] = [await ali.signUp(entry("ali")), await veli.signUp(entry("veli"))];
  clock.pass(199_999);
  expect(await ali.search(token, "veli")).toMatchObject({ presence: Presence.ONLINE });
  clock.pass(1);
  expect(await ali.search(token, "veli")).toMatchObject({ presence: Presence.OFFLINE });
  expect(await veli.heartbeat(other.token, beat)).toMatchObject({ first: true });
  expect(await ali.search(token, "veli")).toMatchObject({ presence: Presence.ONLINE });
});

test("a newcomer is handed to a peer, to the next one when nothing came of it, and to nobody once it is reported", async () => {
  const { client, clock } = await served();
  const peers = [client(2), client(3), client(4)] as const;
  const ali = await peers[0].signUp(entry("ali"));
  const veli = await peers[1].signUp(entry("veli"));
  await peers[0].heartbeat(ali.token, beat);
  await peers[1].heartbeat(veli.token, beat);
  const selami = await peers[2].signUp(entry("selami"));
  expect([ali.first, veli.first, selami.first]).toEqual([true, false, false]);
  const { id, credential } = selami;
  const newcomers = [{ name: "selami", id, addresses: ["127.0.0.1:8081"], credential }];
  expect(await peers[0].fetchPending(ali.token)).toMatchObject({ newcomers });
  expect((await peers[1].fetchPending(veli.token)).newcomers).toEqual([]);
  clock.pass(10_000);
  expect(await peers[1].fetchPending(veli.token)).toMatchObject({ newcomers });
  await peers[1].fetchPending(veli.token, [id]);
  clock.pass(10_000);
  expect((await peers[0].fetchPending(ali.token)).newcomers).toEqual([]);
});

test("a registry that is full says so", async () => {
  const { client } = await served({ liveMax: 1 });
  await client(2).signUp(entry("ali"));
  const refused = client(3).signUp(entry("veli"));
  const message = "1 peers are online, the most that this registry admits; try again when some have left";
  await expect(refused).rejects.toMatchObject({ code: "resource-exhausted", message });
});
