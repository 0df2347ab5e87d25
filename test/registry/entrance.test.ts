import { expect, test } from "vitest";
import { memorySessionStore } from "../../src/adapters/memory/session-store.ts";
import type { StoredSession } from "../../src/ports/session-store.ts";
import { enterRegistry, type Entrance, type EntranceParts } from "../../src/registry/entrance.ts";
import { sealedBytes } from "../../src/registry/sealed-bytes.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { notedLog } from "../adapters/noted-log.ts";
import { storedSession } from "../contract/session-store.ts";
import { credentialOf, FakeRegistry, registrySigner, userSigner } from "./fake-registry.ts";

const gone = { code: "address-unavailable", message: "the registry does not answer" } as const;

interface Rig {
  readonly registry: FakeRegistry;
  readonly store: ReturnType<typeof memorySessionStore>;
  readonly lines: ReturnType<typeof notedLog>["lines"];
  /** How often the password was asked for. */
  readonly asked: () => number;
  readonly enter: (parts?: Partial<EntranceParts>) => Promise<Entrance>;
}

async function rig(kept?: Partial<StoredSession>): Promise<Rig> {
  const registry = new FakeRegistry();
  const store = memorySessionStore();
  const registryKey = registrySigner.publicKey;
  if (kept !== undefined) await store.save(storedSession({ id: 106n, registryKey, ...kept }));
  const { log, lines } = notedLog();
  let asked = 0;
  const password = (): Promise<string> => {
    asked += 1;
    return Promise.resolve("the right one");
  };
  const common = { client: registry, store, signer: userSigner, log, registry: "127.0.0.1:8090", user: "ali" };
  const enter = (parts: Partial<EntranceParts> = {}): Promise<Entrance> =>
    enterRegistry({ ...common, signUp: false, addresses: ["127.0.0.1:8081"], password, ...parts });
  return { registry, store, lines, asked: () => asked, enter };
}

test("a new user signs up, and the session is kept", async () => {
  const { registry, store, enter } = await rig();
  registry.first = true;
  const { session, news, enter: later } = await enter({ signUp: true });
  expect([registry.calls, news, later]).toEqual([["signUp ali"], { kind: "signed-in", first: true }, undefined]);
  const credential = sealedBytes(credentialOf(1n));
  expect(session).toMatchObject({ id: 106n, user: "ali", token: "fresh", heartbeatMs: 60_000, credential });
  expect(await store.load()).toEqual(session);
});

test("a user signs in, and is called as the registry writes it", async () => {
  const { registry, enter } = await rig();
  const { session } = await enter({ user: "ALI" });
  expect([registry.calls, session.user]).toEqual([["signIn ALI"], "ali"]);
});

test("a session that was kept goes on, without a password, also where the user is to be made", async () => {
  const { registry, asked, enter } = await rig({});
  const { session, news } = await enter({ signUp: true, user: "Ali" });
  expect([registry.calls, asked()]).toEqual([["heartbeat a token"], 0]);
  expect([session.token, news]).toEqual(["a token", { kind: "signed-in", first: false }]);
});

test("a session of another user, or with another registry, does not count", async () => {
  for (const other of [{ user: "veli" }, { registry: "127.0.0.1:9" }]) {
    const { registry, enter } = await rig(other);
    await enter();
    expect(registry.calls).toEqual(["signIn ali"]);
  }
});

test.for(["signed-out", "signed-in-elsewhere"] as const)(
  "%s: a session that has ended needs the password, and keeps the neighbours",
  async (code) => {
    const { registry, asked, enter } = await rig({});
    const heartbeat = registry.heartbeat.bind(registry);
    registry.heartbeat = (...args) => {
      registry.refuses = { code, message: "over" };
      return heartbeat(...args).finally(() => (registry.refuses = undefined));
    };
    const { session } = await enter({ signUp: true });
    expect([registry.calls, asked()]).toEqual([["heartbeat a token", "signIn ali"], 1]);
    expect([session.token, session.neighbours]).toEqual(["fresh", storedSession().neighbours]);
  },
);

test("without an answer a session that was kept goes on all the same", async () => {
  const { registry, asked, enter } = await rig({});
  registry.refuses = gone;
  const { session, news, enter: later } = await enter();
  expect([session.token, asked(), later]).toEqual(["a token", 0, undefined]);
  expect(news).toEqual({ kind: "away", reason: "the registry does not answer" });
});

test("who signed out and finds no registry goes on with its id, and signs in with its password later", async () => {
  const { registry, store, enter } = await rig({ token: "" });
  registry.refuses = gone;
  const { session, news, enter: later } = await enter();
  expect([session.id, session.token, news.kind]).toEqual([106n, "", "away"]);
  registry.refuses = undefined;
  expect(await later?.()).toMatchObject({ id: 106n, token: "fresh" });
  expect(await store.load()).toMatchObject({ token: "fresh" });
});

test.each([
  ["address-unavailable", undefined],
  ["bad-credentials", { token: "" }],
  ["resource-exhausted", {}],
  ["user-exists", undefined],
] as const)("%s is the user's to hear, and nothing is kept", async (code, kept) => {
  const { registry, store, enter } = await rig(kept);
  const before = await store.load();
  registry.refuses = { code, message: "no" };
  await expect(enter()).rejects.toMatchObject({ code });
  expect(await store.load()).toEqual(before);
});

test("a password that cannot be had is the user's to hear, too", async () => {
  const { enter } = await rig();
  await expect(enter({ password: () => Promise.reject(new Error("nobody to ask")) })).rejects.toThrow("nobody to ask");
});

test("a credential that is not this peer's is refused, and not kept", async () => {
  const { registry, store, enter } = await rig();
  const stranger = testSigner(9);
  for (const wrong of [
    credentialOf(1n, "ali", stranger.publicKey),
    { ...credentialOf(1n), signature: new Uint8Array() },
  ]) {
    registry.sessionCredential = wrong;
    await expect(enter()).rejects.toMatchObject({ code: "protocol" });
  }
  expect(await store.load()).toBeUndefined();
});

test("a registry with another key than before is told of", async () => {
  const { lines, enter } = await rig({ token: "", registryKey: new Uint8Array(32) });
  await enter();
  expect(lines).toEqual([expect.objectContaining({ level: "warn" })]);
});
