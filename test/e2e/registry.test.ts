import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createSigner } from "../../src/adapters/node/signer.ts";
import { connectRegistry } from "../../src/compose-registry.ts";
import { Presence } from "../../src/gen/e3/v1/registry_pb.ts";
import type { RegistryClient } from "../../src/registry/client.ts";
import { openCredential } from "../../src/registry/credential.ts";
import { useMesh } from "./harness/mesh.ts";
import { freeAddress } from "./harness/port.ts";
import { TestRegistry } from "./harness/registry.ts";
import { runE3 } from "./harness/run.ts";

const openMesh = useMesh();
const signer = createSigner();
const ali = { name: "ali", password: "the password of ali", addresses: ["127.0.0.1:8081"] };
const beat = { addresses: ["127.0.0.1:8081"], busy: false, alone: false };

function clientOf(registry: TestRegistry): RegistryClient & Disposable {
  const client = connectRegistry(registry.listen, signer);
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

test("a user signs up, the registry is killed and started again: same key, same id, and the session goes on", async () => {
  const mesh = await openMesh();
  await using registry = new TestRegistry(await freeAddress(), mesh.stateOf("registry"));
  const ready = await registry.start();
  using client = clientOf(registry);
  const before = await client.signUp(ali);
  expect(Buffer.from(before.registryKey).toString("base64")).toBe(ready.key);
  await registry.kill9();
  await expect(client.heartbeat(before.token, beat)).rejects.toMatchObject({ code: "address-unavailable" });
  expect(await registry.start()).toEqual(ready);
  await vi.waitFor(() => client.heartbeat(before.token, beat), { timeout: 20_000 });
  expect(await client.search(before.token, "ali")).toMatchObject({ presence: Presence.ONLINE, self: true });
  const after = await client.signIn(ali);
  expect(after.id).toBe(before.id);
  const nowMs = Date.now();
  const registryKey = Buffer.from(ready.key, "base64");
  const serials = [before, after].map(({ credential }) => {
    const sealed = credential ?? { credential: new Uint8Array(), signature: new Uint8Array() };
    const opened = openCredential(sealed, { registryKey, signer, nowMs });
    if (typeof opened === "string") throw new Error(opened);
    expect(opened.user).toBe("ali");
    return opened.serial;
  });
  expect(serials[1]).toBeGreaterThan(serials[0] ?? 0n);
});

test("a wrong user and a wrong password get the same answer, and guesses run out", async () => {
  const mesh = await openMesh();
  await using registry = new TestRegistry(await freeAddress(), mesh.stateOf("registry"));
  await registry.start();
  using client = clientOf(registry);
  await client.signUp(ali);
  const guess = (name: string) => client.signIn({ ...ali, name, password: "not the password" });
  const told: unknown[] = [];
  for (const name of ["ali", "nobody"]) {
    told.push(await guess(name).catch(({ code, message }: { code: string; message: string }) => [code, message]));
  }
  expect(told).toEqual(Array(2).fill(["bad-credentials", "the name or the password is wrong"]));
  for (let more = 1; more < 10; more += 1)
    await expect(guess("ali")).rejects.toMatchObject({ code: "bad-credentials" });
  await expect(guess("ali")).rejects.toMatchObject({ code: "resource-exhausted" });
  await expect(client.signIn(ali)).rejects.toMatchObject({ code: "resource-exhausted" });
});

test("the limit is kept, a signal ends it with 0, and no secret is on disk or in the log", async () => {
  const mesh = await openMesh();
  const state = mesh.stateOf("registry");
  await using registry = new TestRegistry(await freeAddress(), state, ["--max-live", "1", "--log-level", "trace"]);
  await registry.start();
  using client = clientOf(registry);
  const { token } = await client.signUp(ali);
  const other = client.signUp({ ...ali, name: "veli" });
  await expect(other).rejects.toMatchObject({ code: "resource-exhausted" });
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    expect(await registry.stop(signal)).toEqual({ code: 0, signal: null });
    if (signal === "SIGTERM") await registry.start();
  }
  const files = readdirSync(state).map((name) => readFileSync(join(state, name), "latin1"));
  const all = [...files, ...registry.stdout.items(), ...registry.stderr.items()].join("\n");
  expect(all).toContain("a user signed up");
  for (const secret of [ali.password, token]) expect(all).not.toContain(secret);
  expect(statSync(join(state, "key")).mode & 0o777).toBe(0o600);
});

test("off loopback it does not listen unless told to, and a peer's directory is not taken", async () => {
  const mesh = await openMesh();
  const off = await runE3(["registry", "0.0.0.0:0", "--state", mesh.stateOf("registry")]);
  expect([off.code, off.output]).toEqual([2, expect.stringContaining("--insecure")]);
  const peer = await mesh.start("a");
  await peer.stop();
  const taken = await runE3(["registry", await freeAddress(), "--state", mesh.stateOf("a")]);
  expect([taken.code, taken.output]).toEqual([1, expect.stringContaining("is not the state of a registry")]);
});
