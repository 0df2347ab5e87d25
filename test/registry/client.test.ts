import { expect, test } from "vitest";
import { create } from "@bufbuild/protobuf";
import { SignInResponseSchema } from "../../src/gen/e3/v1/registry_pb.ts";
import { RegistryClient, type RegistryCalls } from "../../src/registry/client.ts";
import { isProven } from "../../src/registry/key-proof.ts";
import { testSigner } from "../../src/testing/signer.ts";

const signer = testSigner(2);
const entry = { name: "Cafe\u0301", password: "password 1", addresses: ["127.0.0.1:8081"] };

/** A client whose calls all do the same. */
function clientOf(call: (...args: readonly unknown[]) => Promise<never>): RegistryClient {
  const close = (): void => {};
  const calls: RegistryCalls = {
    ...{ signUp: call, signIn: call, signOut: call, heartbeat: call, search: call, fetchPending: call },
    close,
  };
  return new RegistryClient({ calls, signer, address: "127.0.0.1:8090", timeoutMs: 5_000 });
}

function failing(status: string): RegistryClient {
  return clientOf(() => Promise.reject(Object.assign(new Error("x"), { status, details: "what it said" })));
}

test.each([
  ["ALREADY_EXISTS", "user-exists", "what it said"],
  ["RESOURCE_EXHAUSTED", "resource-exhausted", "what it said"],
  ["INVALID_ARGUMENT", "bad-option", "what it said"],
  ["UNAVAILABLE", "address-unavailable", "the registry at 127.0.0.1:8090 does not answer"],
  ["DEADLINE_EXCEEDED", "address-unavailable", "the registry at 127.0.0.1:8090 does not answer"],
  ["CANCELLED", "closed", "what it said"],
  ["ABORTED", "signed-in-elsewhere", "what it said"],
  ["INTERNAL", "protocol", "what it said"],
  ["UNIMPLEMENTED", "protocol", "what it said"],
])("%s is %s", async (status, code, message) => {
  await expect(failing(status).signUp(entry)).rejects.toMatchObject({ code, message });
});

test("UNAUTHENTICATED is about the password when one was given, and about the session otherwise", async () => {
  const client = failing("UNAUTHENTICATED");
  await expect(client.signIn(entry)).rejects.toMatchObject({ code: "bad-credentials" });
  await expect(client.signOut("t")).rejects.toMatchObject({ code: "signed-out" });
  await expect(client.search("t", 5n)).rejects.toMatchObject({ code: "signed-out" });
});

test("what is no status is told as it is", async () => {
  const client = clientOf(() => Promise.reject(new TypeError("x is undefined")));
  await expect(client.fetchPending("t")).rejects.toMatchObject({
    code: "protocol",
    message: "TypeError: x is undefined",
  });
});

test("the key is stated with a proof for the name in form NFC, and every call has a deadline", async () => {
  const seen: unknown[][] = [];
  const client = clientOf((...args) => {
    seen.push([...args]);
    return Promise.reject(new Error("enough"));
  });
  await expect(client.signUp(entry)).rejects.toThrow("enough");
  const [request, options] = seen[0] ?? [];
  expect(options).toEqual({ timeoutMs: 5_000 });
  expect(request).toMatchObject({ name: "Cafe\u0301", key: signer.publicKey });
  const { proof } = request as { proof: Uint8Array };
  expect(isProven({ name: "Caf\u00e9", key: signer.publicKey, proof }, signer)).toBe(true);
});

test("a name that is none is refused before anything is sent", async () => {
  let calls = 0;
  const client = clientOf(() => {
    calls += 1;
    return Promise.reject(new Error("sent"));
  });
  await expect(client.signIn({ ...entry, name: "5" })).rejects.toMatchObject({ code: "bad-option" });
  expect(calls).toBe(0);
});

test("an answer without a session is no answer", async () => {
  const empty = (): Promise<never> => Promise.resolve(create(SignInResponseSchema) as never);
  await expect(clientOf(empty).signIn(entry)).rejects.toMatchObject({ code: "protocol" });
});
