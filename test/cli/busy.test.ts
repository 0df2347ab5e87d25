import { expect, test } from "vitest";
import { withBusy, withBusyFinding } from "../../src/cli/busy.ts";
import type { Standings } from "../../src/cli/output.ts";
import { standingFields } from "../../src/cli/registry-json.ts";
import { standingCell, standingSentence } from "../../src/cli/registry-sentences.ts";
import type { Standing } from "../../src/registry/types.ts";
import { peerInfo } from "./fake-peer.ts";
import { FakeMembership } from "./fake-membership.ts";

const verified = (user: string) => ({ kind: "verified", user }) as const;
const online = { kind: "online", user: "ali", id: 7n, addresses: [] } as const;

test("of the users that are present those are busy of whom the registry says so", async () => {
  const standings: Standings = new Map<bigint, Standing>([
    [7n, verified("ali")],
    [8n, verified("veli")],
    [9n, { kind: "unverified", user: "bob" }],
  ]);
  const peers = [peerInfo({ id: 7n }), peerInfo({ id: 8n, reachable: false }), peerInfo({ id: 9n })];
  const membership = new FakeMembership();
  membership.finding = { ...online, busy: true };
  const known = await withBusy(standings, peers, membership);
  expect(membership.searched).toEqual(["7"]);
  expect([7n, 8n, 9n].map((id) => standingCell(known.get(id)))).toEqual(["verified, busy", "verified", "unverified"]);
  expect([7n, 8n].map((id) => standingFields(known.get(id)))).toEqual([
    { user: "verified", busy: true },
    { user: "verified" },
  ]);
});

test("nobody is busy where there is no registry, or no answer", async () => {
  const standings: Standings = new Map([[7n, verified("ali")]]);
  const peers = [peerInfo({ id: 7n })];
  expect(await withBusy(standings, peers, undefined)).toEqual(standings);
  const membership = new FakeMembership();
  for (const finding of [{ kind: "silent" }, { ...online, busy: false }] as const) {
    membership.finding = finding;
    expect(await withBusy(standings, peers, membership)).toEqual(standings);
  }
});

test("of very many users some are asked about", async () => {
  const peers = Array.from({ length: 1_000 }, (_, index) => peerInfo({ id: BigInt(index + 1) }));
  const standings: Standings = new Map(peers.map(({ id }) => [id, verified("x")]));
  const membership = new FakeMembership();
  await withBusy(standings, peers, membership);
  expect(membership.searched).toHaveLength(64);
});

test("a search shows the same user as busy that the registry's answer to it does, and nobody else", () => {
  const standings: Standings = new Map<bigint, Standing>([
    [7n, verified("ali")],
    [8n, { kind: "unverified", user: "ali" }],
  ]);
  const busy = withBusyFinding(standings, { ...online, busy: true });
  expect([7n, 8n].map((id) => standingSentence(busy.get(id)))).toEqual([
    ", verified by the registry, busy",
    expect.stringMatching(/^, not verified/),
  ]);
  expect(standingFields(busy.get(7n))).toEqual({ user: "verified", busy: true });
  for (const other of [{ ...online, busy: false }, { ...online, id: 8n, busy: true }, { kind: "unknown" } as const])
    expect(withBusyFinding(standings, other)).toEqual(standings);
});
