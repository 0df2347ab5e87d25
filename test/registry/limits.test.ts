import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { FetchPendingResponseSchema } from "../../src/gen/e3/v1/registry_pb.ts";
import { signCredential } from "../../src/registry/credential.ts";
import { defaultRegistryLimits } from "../../src/registry/limits.ts";
import { testSigner } from "../../src/testing/signer.ts";

test("the longest answer, a full list of newcomers with the longest names and addresses, fits into a message", () => {
  const { newcomersMax, addressesMax, messageBytesMax } = defaultRegistryLimits;
  const [name, id, key] = ["x".repeat(64), 2n ** 63n - 1n, testSigner(1).publicKey];
  const times = { issuedAtMs: 2 ** 52, expiresAtMs: 2 ** 52 };
  const credential = signCredential({ user: name, id, key, serial: id, ...times }, testSigner(1));
  const addresses = Array<string>(addressesMax).fill(`${"a".repeat(253)}:65535`);
  const newcomers = Array(newcomersMax).fill({ name, id, addresses, credential });
  const answer = toBinary(FetchPendingResponseSchema, create(FetchPendingResponseSchema, { newcomers }));
  expect(answer.length).toBeLessThan(messageBytesMax);
});

test("two heartbeats may be lost", () => {
  expect(defaultRegistryLimits.silenceMs).toBeGreaterThan(3 * defaultRegistryLimits.heartbeatMs);
});
