import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { FetchPendingResponseSchema, type FetchPendingResponse } from "../../src/gen/e3/v1/registry_pb.ts";
import { Newcomers } from "../../src/registry/newcomers.ts";
import { sealedBytes } from "../../src/registry/sealed-bytes.ts";
import { credentialOf } from "./fake-registry.ts";

function rig() {
  const [reported, learnt, dialled]: [(readonly bigint[])[], Uint8Array[], string[]] = [[], [], []];
  const present: bigint[] = [];
  const answers: (FetchPendingResponse | Error)[] = [];
  const newcomers = new Newcomers({
    client: {
      fetchPending: async (_, ids) => {
        reported.push(ids ?? []);
        const answer = answers.shift() ?? create(FetchPendingResponseSchema);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    peer: {
      id: 1n,
      peers: () => present.map((id) => ({ id, reachable: true, addresses: [] })),
      connect: (address) => dialled.push(address),
      disconnect: () => {},
    },
    listed: [],
    learn: (credential) => learnt.push(credential),
  });
  const fetch = (): Promise<void> => newcomers.fetch("a token", () => 0);
  return { newcomers, fetch, reported, learnt, dialled, present, answers };
}

test("who waits is dialled, and what the registry states of it is noted", async () => {
  const { fetch, learnt, dialled, answers } = rig();
  const credential = credentialOf(1n);
  answers.push(create(FetchPendingResponseSchema, { newcomers: [{ id: 2n, addresses: ["a:2"], credential }] }));
  await fetch();
  expect([dialled, learnt]).toEqual([["a:2"], [sealedBytes(credential)]]);
});

test("who is in is reported until the registry has heard it", async () => {
  const { newcomers, fetch, reported, present, answers } = rig();
  answers.push(create(FetchPendingResponseSchema, { newcomers: [{ id: 2n, addresses: ["a:2"] }] }));
  await fetch();
  present.push(2n);
  newcomers.look(1);
  answers.push(new Error("no answer"));
  await expect(fetch()).rejects.toThrow("no answer");
  await fetch();
  await fetch();
  expect(reported).toEqual([[], [2n], [2n], []]);
});

test("without room nothing is asked for", async () => {
  const { newcomers, fetch, reported } = rig();
  const many = Array.from({ length: 64 }, (_, index) => ({ id: BigInt(index + 2), address: `a:${index}` }));
  newcomers.recall(many, 0);
  await fetch();
  expect(reported).toEqual([]);
});
